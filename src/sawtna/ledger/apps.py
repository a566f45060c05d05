"""Tells Django that the book exists, and how its database must behave."""

from typing import Any

from django.apps import AppConfig
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created

from sawtna.ledger.legend import enroll_legend
from sawtna.ledger.legend_of_the_book import BOOK


class LedgerConfig(AppConfig):
    """The book as a Django app."""

    name = "sawtna.ledger"
    label = "ledger"
    verbose_name = "The book"

    def ready(self) -> None:
        """Guard each connection, and give pages the words for what the book itself holds."""
        connection_created.connect(forget_what_is_deleted, dispatch_uid="ledger.forget_what_is_deleted")
        enroll_legend("ledger", BOOK)


def forget_what_is_deleted(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Make SQLite write zeroes over what it deletes: else erased words stay in free pages of the file.

    The second pragma lets delete triggers see rows that REPLACE takes away.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
            cursor.execute("PRAGMA recursive_triggers = ON")
