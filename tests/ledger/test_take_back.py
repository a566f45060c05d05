"""An older database is made whole from the published files: nothing that was published is lost, and the book never forks."""

import shutil

import pytest
from django.db import connection

from sawtna.ledger.actions.erase_opening import erase_opening
from sawtna.ledger.actions.take_back_entries import take_back_entries
from sawtna.ledger.folder import LogFolder
from sawtna.ledger.models import CachedNumber, Entry, Head, Opening, Published
from sawtna.ledger.refusals import Refused
from sawtna.ledger.seals import unsealed

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _open(book):
    book.open()


def put_back(size, words=()):
    """Make the database what a backup of `size` entries was; `words` are openings that it still had."""
    with unsealed(connection):
        Entry.objects.filter(index__gte=size).delete()
        Opening.objects.filter(index__gte=size).delete()
    Opening.objects.bulk_create(words)
    Head.objects.update(size=size)
    Published.objects.all().delete()
    CachedNumber.objects.all().delete()


def rows():
    """Everything that the database holds of the book."""
    return list(Entry.objects.order_by("index").values()), list(Opening.objects.order_by("index").values())


@pytest.mark.parametrize("size", [0, 1, 3, 300])
def test_published_entries_are_taken_back_as_they_were(book, size):
    """Rows, words, scopes and the head are the same as before; publishing and adding go on."""
    book.write("a", "b")
    book.write_many(600)
    book.write("c")
    book.publish()
    whole, note = rows(), (book.log / "checkpoint").read_bytes()
    put_back(size)

    done = take_back_entries()

    assert (done.first, done.size) == (size, 604)
    assert rows() == whole
    book.publish()
    assert (book.log / "checkpoint").read_bytes() == note
    assert book.write("d") == [604]
    book.publish()
    assert take_back_entries().first == take_back_entries().size == 605


def test_words_that_were_erased_since_do_not_come_back(book):
    """The backup still had them; after it was made whole they are gone from the database and stay out of the folder."""
    index = book.write("Naïma")[0]
    opening = Opening.objects.get(index=index)
    erase_opening(index, "request")
    book.publish()
    put_back(2, [opening])

    assert take_back_entries().erased == [index]

    assert not Opening.objects.filter(index=index).exists()
    book.publish()
    assert not (book.log / f"open/{index}.json").exists()


def test_words_that_the_files_lost_stay_lost(book):
    """Or were changed: only what fits the commitment is taken."""
    first, second = book.write("a", "b")
    book.publish()
    (book.log / f"open/{first}.json").unlink()
    opening = book.log / f"open/{second}.json"
    opening.write_text(opening.read_text().replace('"b"', '"c"'))
    put_back(1)

    assert take_back_entries().wordless == [first, second]
    assert Entry.objects.count() == 3
    assert not Opening.objects.exists()
    book.is_spoiled = True  # words that are lost without an erase entry: the audit says so


def test_a_database_that_was_written_to_since_is_refused(book):
    """What it holds beyond the backup was never published: nothing is mixed, and the sentence says what to do."""
    book.write("a", "b", "c")
    book.publish()
    shutil.move(book.log, book.var / "kept")
    put_back(2)
    book.write("other")
    shutil.move(book.var / "kept", book.log)
    before = rows()

    with pytest.raises(Refused, match="sawtna recover before the house is opened") as refused:
        take_back_entries()

    assert refused.value.code == "other_history"
    assert rows() == before
    book.is_spoiled = True


@pytest.mark.parametrize("path", ["tile/entries/000.p/4", "checkpoint"])
def test_files_that_do_not_give_the_signed_root_are_refused(book, path):
    """One byte of a missing entry or of the checkpoint is another: nothing is taken."""
    book.write("a", "b", "c")
    book.publish()
    put_back(2)
    file = book.log / path
    data = bytearray(file.read_bytes())
    data[-9] ^= 1
    file.write_bytes(bytes(data))

    with pytest.raises(Refused) as refused:
        take_back_entries()

    assert refused.value.code in {"files_broken", "foreign_checkpoint"}
    assert Entry.objects.count() == 2
    book.is_spoiled = True


def test_a_copy_serves_as_well_but_not_an_older_one(book, tmp_path):
    """The folder of a mirror gives the same; one that ends before the house's own files is refused."""
    book.write("a")
    book.publish()
    shutil.copytree(book.log, tmp_path / "older")
    book.write("b")
    book.publish()
    shutil.copytree(book.log, tmp_path / "copy")
    whole = rows()
    put_back(1)
    with pytest.raises(Refused, match="newer copy"):
        take_back_entries(LogFolder(tmp_path / "older"))
    shutil.rmtree(book.log)
    assert take_back_entries(LogFolder(tmp_path / "copy")).size == 3
    assert rows() == whole
    with pytest.raises(Refused, match="no checkpoint"):
        take_back_entries(LogFolder(tmp_path / "nowhere"))
    book.publish()


def test_entries_that_strike_one_of_the_same_bundle_know_it_again(book):
    """What an entry of the same bundle is struck by is found as before."""
    from sawtna.ledger.actions.append_entries import NewEntry, append_entries

    index = book.write("a")[0]
    append_entries([NewEntry({"k": "void", "i": index, "why": "mistake"})])
    book.publish()
    whole = rows()
    put_back(1)
    take_back_entries()
    assert rows() == whole
    book.publish()
