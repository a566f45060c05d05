"""How many notches the database carries: fewer than the file beside the keys means that it is an older one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0004_sealed_casts")]
    operations = [
        migrations.CreateModel(
            name="Notch",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("count", models.BigIntegerField()),
            ],
            options={"db_table": "campaigns_notch"},
        )
    ]
