"""The table of what was accepted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("file", models.BinaryField(max_length=32, primary_key=True, serialize=False)),
                ("seed", models.BinaryField(max_length=32, unique=True)),
                ("who", models.BinaryField(max_length=8)),
                ("on", models.DateField()),
                ("how", models.CharField(max_length=10)),
            ],
            options={
                "db_table": "checks_counted",
                "constraints": [
                    models.UniqueConstraint(fields=("who", "on", "how"), name="checks_once_a_day")
                ],
            },
        ),
    ]
