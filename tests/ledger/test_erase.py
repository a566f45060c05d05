"""Words are forgotten when a person asks: in the pages, in the folder and in the files of the database; the numbers stay."""

import pytest
from django.db import connection, transaction

from sawtna.ledger import reads
from sawtna.ledger.actions.erase_opening import erase_opening
from sawtna.ledger.core.entry import unpack_entry
from sawtna.ledger.models import Entry, Opening
from sawtna.ledger.refusals import Refused

NAME = "Naïma-who-asked-to-be-forgotten"


@pytest.mark.django_db(transaction=True)
def test_erased_words_leave_the_folder_and_the_pages_at_once(book):
    """Before anything is published again, neither the file nor a page says the words any more; state tells caches so."""
    book.open()
    index = book.write(NAME)[0]
    book.publish()
    before = reads.state()
    assert NAME in (book.log / f"open/{index}.json").read_text()
    assert reads.entry_at(index).words
    erased_by = erase_opening(index, "request")
    assert not (book.log / f"open/{index}.json").exists()
    assert reads.state() != before
    assert reads.entry_at(index).words == {}
    assert reads.entry_at(index).has_lost_its_words
    book.publish()
    assert unpack_entry(reads.entry_at(erased_by).data) == {
        "k": "erase",
        "v": 1,
        "i": index,
        "why": "request",
    }
    assert [strike.index for strike in reads.strikes_of(index)] == [erased_by]


@pytest.mark.django_db
@pytest.mark.parametrize("index", [0, 2, 99])
def test_what_has_no_words_cannot_lose_them(book, index):
    """The sentence says so, and nothing is written."""
    book.open()
    book.write("a")
    book.write_many(1)
    with pytest.raises(Refused) as refused:
        erase_opening(index, "request")
    assert refused.value.code == "no_words"
    assert Entry.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_words_cannot_be_erased_twice(book):
    """A second request finds nothing and writes nothing."""
    book.open()
    index = book.write("a")[0]
    erase_opening(index, "request")
    with pytest.raises(Refused):
        erase_opening(index, "request")
    book.publish()


@pytest.mark.django_db
def test_the_reason_is_one_of_the_list(book):
    """A reason in free words could name the person, so there is a list; a refused erasure keeps the words."""
    book.open()
    index = book.write("a")[0]
    with pytest.raises(Refused) as refused:
        erase_opening(index, "because Nadia asked")
    assert refused.value.code == "entries"
    assert Opening.objects.filter(index=index).exists()


@pytest.mark.django_db(transaction=True)
def test_an_erasure_that_is_rolled_back_keeps_the_words(book):
    """Inside a transaction of the caller nothing is lost before it commits."""
    book.open()
    index = book.write("a")[0]
    book.publish()
    with transaction.atomic():
        erase_opening(index, "request")
        transaction.set_rollback(True)
    assert (book.log / f"open/{index}.json").exists()
    assert Opening.objects.filter(index=index).exists()


@pytest.mark.django_db(transaction=True)
def test_a_process_that_dies_before_the_file_is_gone_is_made_good(book, monkeypatch):
    """The row and the entry are one transaction; publishing removes a file that has no row any more."""
    book.open()
    index = book.write(NAME)[0]
    book.publish()
    with monkeypatch.context() as patched:
        patched.setattr("sawtna.ledger.actions.erase_opening._erase_traces", lambda _index: None)
        erase_opening(index, "request")
    assert (book.log / f"open/{index}.json").exists()
    book.publish()
    assert not (book.log / f"open/{index}.json").exists()


# ------------------------------------------------------------------ the files of the database
@pytest.mark.django_db
def test_the_database_overwrites_what_it_deletes():
    """SQLite is told to write zeroes over deleted rows on every connection."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL rewrites the table instead.")
    with connection.cursor() as cursor:
        for pragma in ("secure_delete", "recursive_triggers"):
            cursor.execute(f"PRAGMA {pragma}")
            assert cursor.fetchone() == (1,)


@pytest.mark.django_db(transaction=True)
def test_erased_words_are_in_no_file_of_a_postgresql_table(book):
    """The table of words is rewritten, so that no page of it holds the dead row."""
    if connection.vendor != "postgresql":
        pytest.skip("tests/ledger/test_erase_sqlite.py reads the files of SQLite.")
    book.open()
    indices = book.write(*(f"{NAME} {at} end" for at in range(200)))
    book.publish()
    for index in indices[50:150]:
        erase_opening(index, "request")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_relation_filepath('ledger_opening'), reltoastrelid FROM pg_class WHERE relname = 'ledger_opening'"
        )
        path, _toast = cursor.fetchone()
        cursor.execute("SELECT pg_read_binary_file(%s)", [path])
        table = bytes(cursor.fetchone()[0])
    found = {at for at in range(200) if f"{NAME} {at} end".encode() in table}
    assert found == {*range(50), *range(150, 200)}
    book.publish()
