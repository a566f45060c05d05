"""The seals of the book: database triggers that refuse to change or delete an entry, or to add one anywhere but at the end.

They hold against the ORM, raw SQL, `INSERT OR REPLACE` and, on PostgreSQL, TRUNCATE and a session that switches triggers off.
Whoever owns the database can drop them; the published checkpoints then show what was changed.

Only tests break the seals (`unsealed`), because Django empties every table between tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

KEPT = "The book only grows: an entry is never changed or deleted. Correct it with a new entry."
NEXT = "The book only grows at its end: this entry would leave a gap or take the place of another."
WORDS = "Words of an entry may be deleted, never changed."

_SQLITE = {
    "ledger_entry_is_not_changed": f"""BEFORE UPDATE ON ledger_entry
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "ledger_entry_is_not_deleted": f"""BEFORE DELETE ON ledger_entry
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    "ledger_entry_is_the_next": f"""BEFORE INSERT ON ledger_entry
        WHEN NEW."index" <> (SELECT COALESCE(MAX("index") + 1, 0) FROM ledger_entry)
        BEGIN SELECT RAISE(ABORT, '{NEXT}'); END""",  # noqa: S608 (the sentence is ours)
    "ledger_opening_is_not_changed": f"""BEFORE UPDATE ON ledger_opening
        BEGIN SELECT RAISE(ABORT, '{WORDS}'); END""",
}

_POSTGRESQL_FUNCTIONS = {
    "ledger_refuse": "BEGIN RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation'; END",
    # Looks at all rows of a statement at once: a look at each row would halve the speed of appending.
    "ledger_take_the_next": f"""
        DECLARE
            lowest bigint; highest bigint; many bigint;
        BEGIN
            SELECT min(index), max(index), count(*) INTO lowest, highest, many FROM added;
            IF many > 0 AND (
                highest - lowest + 1 <> many
                OR lowest <> COALESCE((SELECT max(index) + 1 FROM ledger_entry WHERE index < lowest), 0)
                OR EXISTS (SELECT FROM ledger_entry WHERE index > highest)
            ) THEN
                RAISE EXCEPTION USING MESSAGE = '{NEXT}', ERRCODE = 'restrict_violation';
            END IF;
            RETURN NULL;
        END""",  # noqa: S608 (the sentence is ours)
}
_POSTGRESQL = {
    "ledger_entry_is_kept": (
        "ledger_entry",
        f"BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_entry FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('{KEPT}')",
    ),
    "ledger_entry_is_the_next": (
        "ledger_entry",
        """AFTER INSERT ON ledger_entry REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION ledger_take_the_next()""",
    ),
    "ledger_opening_is_not_changed": (
        "ledger_opening",
        f"BEFORE UPDATE ON ledger_opening FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuse('{WORDS}')",
    ),
}


def seal_tables(connection: BaseDatabaseWrapper) -> None:
    """Put the seals on; the migration does it once."""
    with connection.cursor() as cursor:
        for statement in _sealing(connection.vendor):
            cursor.execute(statement)


def unseal_tables(connection: BaseDatabaseWrapper) -> None:
    """Take the seals off: for the reverse migration and for tests alone."""
    with connection.cursor() as cursor:
        for statement in _unsealing(connection.vendor):
            cursor.execute(statement)


@contextmanager
def unsealed(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without seals while a test empties the tables. Nothing in `src` calls it (tests/ledger/test_seals.py holds that)."""
    unseal_tables(connection)
    try:
        yield
    finally:
        seal_tables(connection)


def _sealing(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"CREATE TRIGGER IF NOT EXISTS {name} {what}" for name, what in _SQLITE.items()]
    statements = [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $sealed$ {what} $sealed$"
        for name, what in _POSTGRESQL_FUNCTIONS.items()
    ]
    for name, (table, what) in _POSTGRESQL.items():
        statements.append(f"CREATE OR REPLACE TRIGGER {name} {what}")
        # ALWAYS: also in a session with session_replication_role = replica, which switches ordinary triggers off.
        statements.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return statements


def _unsealing(vendor: str) -> list[str]:
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name in _SQLITE]
    return [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, (table, _) in _POSTGRESQL.items()]
