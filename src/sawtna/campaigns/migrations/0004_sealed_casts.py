"""The table of sealed casts. On SQLite WITHOUT ROWID, so that a row's place does not tell when it came (memo trust 5.7)."""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

BLOB = {"sqlite": "BLOB", "postgresql": "bytea"}


def make_table(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    vendor = editor.connection.vendor
    blob, ending = BLOB[vendor], " WITHOUT ROWID" if vendor == "sqlite" else ""
    columns = (
        f"box {blob} NOT NULL PRIMARY KEY, roll bigint NOT NULL, past smallint NOT NULL, body {blob} NOT NULL"
    )
    editor.execute(f"CREATE TABLE campaigns_sealedcast ({columns}){ending}")


def drop_table(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute("DROP TABLE campaigns_sealedcast")


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0003_casting")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(make_table, drop_table)],
            state_operations=[
                migrations.CreateModel(
                    name="SealedCast",
                    fields=[
                        ("box", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                        ("roll", models.BigIntegerField()),
                        ("past", models.SmallIntegerField()),
                        ("body", models.BinaryField()),
                    ],
                    options={"db_table": "campaigns_sealedcast"},
                )
            ],
        )
    ]
