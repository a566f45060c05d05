"""The tables of casting. On SQLite WITHOUT ROWID, so that a row's place does not tell when it came (memo trust 5.7)."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

TABLES = {
    "campaigns_tag": "ballot {big} NOT NULL, tag {blob} NOT NULL, key {big} NOT NULL, blinded {blob} NOT NULL, PRIMARY KEY (ballot, tag)",
    "campaigns_waitingcast": "leaf {blob} NOT NULL PRIMARY KEY, ballot {big} NOT NULL, body {blob} NOT NULL",
    "campaigns_voice": "nullifier {blob} NOT NULL, q {small} NOT NULL, leaf {blob} NOT NULL, PRIMARY KEY (nullifier, q)",
    "campaigns_batchclock": "ballot {big} NOT NULL PRIMARY KEY, decided {big} NOT NULL",
    "campaigns_invitation": "roll {big} NOT NULL, code {blob} NOT NULL, PRIMARY KEY (roll, code)",
}
TYPES = {
    "sqlite": {"big": "bigint", "small": "smallint", "blob": "BLOB"},
    "postgresql": {"big": "bigint", "small": "smallint", "blob": "bytea"},
}


def make_tables(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    ending = " WITHOUT ROWID" if vendor == "sqlite" else ""
    for table, columns in TABLES.items():
        editor.execute(f"CREATE TABLE {table} ({columns.format(**TYPES[vendor])}){ending}")


def drop_tables(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        editor.execute(f"DROP TABLE {table}")


def _model(name: str, *fields: tuple[str, models.Field]) -> migrations.CreateModel:  # type: ignore[type-arg]
    return migrations.CreateModel(
        name=name, fields=list(fields), options={"db_table": f"campaigns_{name.lower()}"}
    )


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_seals")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_tables, drop_tables)],
            state_operations=[
                _model(
                    "Tag",
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "ballot", "tag", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    ("ballot", models.BigIntegerField()),
                    ("tag", models.BinaryField(max_length=32)),
                    ("key", models.BigIntegerField()),
                    ("blinded", models.BinaryField(max_length=32)),
                ),
                _model(
                    "WaitingCast",
                    ("leaf", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                    ("ballot", models.BigIntegerField()),
                    ("body", models.BinaryField()),
                ),
                _model(
                    "Voice",
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "nullifier", "q", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    ("nullifier", models.BinaryField(max_length=32)),
                    ("q", models.SmallIntegerField()),
                    ("leaf", models.BinaryField(max_length=32)),
                ),
                _model(
                    "BatchClock",
                    ("ballot", models.BigIntegerField(primary_key=True, serialize=False)),
                    ("decided", models.BigIntegerField(default=0)),
                ),
                _model(
                    "Invitation",
                    (
                        "pk",
                        models.CompositePrimaryKey(
                            "roll", "code", blank=True, editable=False, primary_key=True, serialize=False
                        ),
                    ),
                    ("roll", models.BigIntegerField()),
                    ("code", models.BinaryField(max_length=32)),
                ),
            ],
        )
    ]
