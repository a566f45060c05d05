"""The tables of the desk."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

ROLES = ("owner", "editor", "moderator")


class Migration(migrations.Migration):
    initial = True

    dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]

    operations = [
        migrations.CreateModel(
            name="Draft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("campaign", models.SlugField(max_length=60, unique=True)),
                ("document", models.JSONField()),
                ("revision", models.PositiveIntegerField(default=1)),
                ("changed_at", models.DateTimeField()),
                (
                    "changed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"ordering": ["campaign"]},
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("campaign", models.SlugField(max_length=60)),
                ("role", models.CharField(choices=[(role, role) for role in ROLES], max_length=20)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["campaign", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("user", "campaign"), name="campaigns_one_role_in_a_campaign"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ROLES)), name="campaigns_known_role"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("what", models.CharField(max_length=40)),
                ("campaign", models.SlugField(max_length=60)),
                ("about", models.JSONField(default=dict)),
                ("entries", models.JSONField(default=list)),
                (
                    "who",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["pk"],
                "indexes": [models.Index(fields=["campaign", "id"], name="campaigns_trail_of_campaign")],
            },
        ),
    ]
