"""The seal of the trail: database triggers that refuse to change or delete a step. Like the seals of the book.

Only tests break the seal (`unsealed`), because Django empties every table between tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

KEPT = "The trail only grows: a step is never changed or deleted."

_SQLITE = {
    "campaigns_trail_is_not_changed": f"""BEFORE UPDATE ON campaigns_trail
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "campaigns_trail_is_not_deleted": f"""BEFORE DELETE ON campaigns_trail
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
}
_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION campaigns_refuse() RETURNS trigger LANGUAGE plpgsql AS $sealed$
        BEGIN RAISE EXCEPTION USING MESSAGE = '{KEPT}', ERRCODE = 'restrict_violation'; END $sealed$""",
    """CREATE OR REPLACE TRIGGER campaigns_trail_is_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON campaigns_trail
        FOR EACH STATEMENT EXECUTE FUNCTION campaigns_refuse()""",
    # ALWAYS: also in a session with session_replication_role = replica, which switches ordinary triggers off.
    "ALTER TABLE campaigns_trail ENABLE ALWAYS TRIGGER campaigns_trail_is_kept",
)


def seal_tables(connection: BaseDatabaseWrapper) -> None:
    """Put the seal on; the migration does it once."""
    sqlite = [f"CREATE TRIGGER IF NOT EXISTS {name} {what}" for name, what in _SQLITE.items()]
    _run(connection, sqlite if connection.vendor == "sqlite" else list(_POSTGRESQL))


def unseal_tables(connection: BaseDatabaseWrapper) -> None:
    """Take the seal off: for the reverse migration and for tests alone."""
    sqlite = [f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE]
    postgresql = ["DROP TRIGGER IF EXISTS campaigns_trail_is_kept ON campaigns_trail"]
    _run(connection, sqlite if connection.vendor == "sqlite" else postgresql)


@contextmanager
def unsealed(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the seal while a test empties the tables. Nothing in `src` calls it (tests/campaigns/test_trail.py)."""
    unseal_tables(connection)
    try:
        yield
    finally:
        seal_tables(connection)


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
