"""Seals the trail: from here on the database itself refuses to change or delete a step (campaigns/seals.py)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from sawtna.campaigns.seals import seal_tables, unseal_tables


def seal(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    seal_tables(editor.connection)


def unseal(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    unseal_tables(editor.connection)


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0001_initial")]
    operations = [migrations.RunPython(seal, unseal)]
