"""The tables of the book."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="CachedNumber",
            fields=[
                ("key", models.CharField(max_length=300, primary_key=True, serialize=False)),
                ("value", models.BigIntegerField()),
                ("unit", models.CharField(max_length=40)),
                ("rule", models.CharField(max_length=40)),
                ("runs", models.JSONField()),
            ],
        ),
        migrations.CreateModel(
            name="Head",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField(help_text="The index that the next entry gets.")),
            ],
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("body", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="Published",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField()),
                ("as_of", models.DateField()),
            ],
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                ("scope", models.CharField(blank=True, max_length=60)),
                ("thing", models.CharField(blank=True, max_length=60)),
                ("strikes", models.BigIntegerField(null=True)),
                ("body", models.BinaryField()),
                ("leaf", models.BinaryField()),
            ],
            options={
                "verbose_name_plural": "entries",
                "indexes": [
                    models.Index(fields=["kind", "index"], name="ledger_entry_by_kind"),
                    models.Index(fields=["scope", "kind", "thing"], name="ledger_entry_by_thing"),
                    models.Index(
                        condition=models.Q(("strikes__isnull", False)),
                        fields=["strikes"],
                        name="ledger_entry_by_strike",
                    ),
                ],
            },
        ),
    ]
