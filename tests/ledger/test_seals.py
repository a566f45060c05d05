"""Once written, an entry stays as it is: the database itself refuses, whatever way one tries."""

import contextlib

import pytest
from django.db import DatabaseError, connection, transaction

from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.models import Entry, Opening
from sawtna.ledger.seals import KEPT, NEXT, WORDS, unsealed

from tests.house.plan import SOURCE

pytestmark = pytest.mark.django_db


@contextlib.contextmanager
def refused(sentence: str):
    """Expect the database to refuse with that sentence, and to be usable afterwards."""
    with pytest.raises(DatabaseError, match=sentence.partition(":")[0]), transaction.atomic():
        yield


@pytest.fixture
def written(book):
    """Give a book with a few entries."""
    book.open()
    book.write("one", "two", "three")
    book.publish()
    return list(Entry.objects.order_by("index").values_list("index", "body"))


@pytest.fixture(autouse=True)
def _nothing_changed(written):
    yield
    assert list(Entry.objects.order_by("index").values_list("index", "body")) == written


def run(statement: str, *values: object) -> None:
    """Run raw SQL."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_the_orm_cannot_change_an_entry():
    """Saving, updating and updating in bulk are refused."""
    entry = Entry.objects.get(index=2)
    entry.kind = "site"
    with refused(KEPT):
        entry.save()
    with refused(KEPT):
        Entry.objects.filter(index=2).update(kind="site")
    with refused(KEPT):
        Entry.objects.bulk_update([entry], ["kind"])


def test_the_orm_cannot_delete_an_entry():
    """Deleting one, some or all is refused."""
    with refused(KEPT):
        Entry.objects.get(index=2).delete()
    with refused(KEPT):
        Entry.objects.filter(index__gt=1).delete()
    with refused(KEPT):
        Entry.objects.all()._raw_delete("default")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET body = leaf",
        'UPDATE ledger_entry SET "index" = "index" + 10',
        'DELETE FROM ledger_entry WHERE "index" = 3',
        "DELETE FROM ledger_entry",
    ],
)
def test_raw_sql_cannot_change_or_delete(statement):
    """The refusal does not depend on Django."""
    with refused(KEPT):
        run(statement)


def test_an_entry_cannot_be_put_over_another(book):
    """Replacing on conflict is a change or a place that is taken, and refused as such."""
    over = 'INTO ledger_entry ("index", kind, scope, thing, body, leaf) VALUES (2, %s, %s, %s, %s, %s)'
    values = ("note", "", "", b"{}", leaf_hash(b"{}"))
    if connection.vendor == "sqlite":
        for how in ("INSERT OR REPLACE", "REPLACE", "INSERT OR FAIL"):
            with refused(NEXT):
                run(f"{how} {over}", *values)
    with pytest.raises(DatabaseError), transaction.atomic():
        run(f'INSERT {over} ON CONFLICT ("index") DO UPDATE SET body = excluded.body', *values)
    with pytest.raises(DatabaseError), transaction.atomic():
        run(f"INSERT {over}", *values)


@pytest.mark.parametrize("index", [-1, 5, 1_000_000])
def test_no_entry_leaves_a_gap(index):
    """An entry goes to the end and nowhere else."""
    with refused(NEXT):
        Entry.objects.create(index=index, kind="note", body=b"{}", leaf=leaf_hash(b"{}"))


@pytest.mark.parametrize("indices", [(4, 6), (4, 5, 7), (5, 6), (-1, 4)])
def test_a_gap_inside_one_statement_is_refused(indices):
    """Rows that are inserted together are checked against each other and against what is there."""
    rows = [Entry(index=index, kind="note", body=b"{}", leaf=leaf_hash(b"{}")) for index in indices]
    with refused(NEXT):
        Entry.objects.bulk_create(rows)


def test_rows_copied_together_may_not_leave_a_gap():
    """PostgreSQL's COPY, by which entries are appended, is checked like any other insertion."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no COPY.")
    columns = '"index", kind, scope, thing, body, leaf'
    for indices in ((5, 6), (4, 6)):
        with (
            refused(NEXT),
            connection.cursor() as cursor,
            connection.wrap_database_errors,
            cursor.copy(f"COPY ledger_entry ({columns}) FROM STDIN") as copy,
        ):
            for index in indices:
                copy.write_row((index, "note", "", "", b"{}", leaf_hash(b"{}")))


def test_postgresql_cannot_truncate():
    """TRUNCATE fires no row triggers, so a trigger of its own refuses it, cascaded or not, in a quiet session or not."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no TRUNCATE; DELETE without WHERE is refused above.")
    with refused(KEPT):
        run("TRUNCATE ledger_entry")
    with refused(KEPT):
        run("TRUNCATE ledger_head, ledger_entry CASCADE")
    with refused(KEPT):
        run("SET LOCAL session_replication_role = replica")
        run("DELETE FROM ledger_entry")


def test_words_can_be_deleted_and_never_changed(book):
    """An opening may go, but it may not come to say something else."""
    with refused(WORDS):
        Opening.objects.filter(index=1).update(body=b"{}")
    with transaction.atomic():
        assert Opening.objects.filter(index=1).delete()[0] == 1
        transaction.set_rollback(True)


def test_nothing_in_the_product_breaks_the_seals():
    """Only the reverse migration and the tests take the seals off."""
    callers = [
        path.name
        for path in (SOURCE / "ledger").rglob("*.py")
        if path.name != "seals.py" and ("unsealed" in (text := path.read_text()) or "unseal_tables" in text)
    ]
    assert callers == ["0002_seals.py"]


def test_the_seals_are_put_back_after_a_test_emptied_the_tables():
    """Whoever takes the seals off in a test puts them on again, also when the test fails."""
    with contextlib.suppress(ZeroDivisionError), unsealed(connection):
        raise ZeroDivisionError
    with refused(KEPT):
        run("DELETE FROM ledger_entry")


@pytest.mark.django_db(transaction=True)
def test_a_committed_entry_is_sealed_too():
    """The seals hold outside of a transaction as well, where each statement is one."""
    with pytest.raises(DatabaseError):
        run("DELETE FROM ledger_entry")
