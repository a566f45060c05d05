"""Pages read one published state: whole, cheap when nothing changed, and new as soon as something was published."""

import os
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sawtna.ledger import reads
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.proof import unpack_receipt, verify_receipt
from sawtna.ledger.models import CachedNumber, Published

from tests.ledger.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(book):
    """Give an open book with three statements, the second annulled."""
    book.open()
    book.write("one", "two", "three")
    append_entries([NewEntry({"k": "void", "i": 2, "why": "mistake"})])
    book.publish()
    return book


def test_nothing_is_published_before_the_book_is_open(book):
    """Pages of an empty house have an empty book, not a fault."""
    assert reads.head().size == 0
    assert reads.numbers() == {}
    assert reads.state() == "empty"
    assert list(reads.entries_of()) == []
    assert list(reads.public_paths()) == ["book/"]


def test_the_head_is_what_the_checkpoint_says(opened):
    """Size, root, origin, key and day of the published state."""
    head = reads.head()
    assert (head.size, head.origin, head.as_of.isoformat()) == (5, "127.0.0.1:8000/log", "2026-11-24")
    assert head.note == (opened.log / "checkpoint").read_text()
    assert Verifier.parse(head.vkey).name == head.origin


def test_what_is_accepted_but_not_published_is_not_read(opened):
    """Pages say only what a checkpoint signs."""
    opened.write("four")
    assert reads.entry_at(5) is None
    assert [index for index, _, _ in reads.entries_of()] == [0, 1, 2, 3, 4]
    assert reads.latest_entries(1)[0].index == 4
    before = reads.state()
    opened.publish()
    assert reads.state() != before
    assert reads.entry_at(5).words == {"text": {"en": "four"}}


def test_entries_come_with_their_words_and_by_kind(opened):
    """In order of the book; entries without words have empty ones."""
    found = list(reads.entries_of(kinds=["note"], start=2))
    assert [(index, words["text"]["en"]) for index, _, words in found] == [(2, "two"), (3, "three")]
    assert [dict(words) for _, _, words in reads.entries_of(kinds=["void"])] == [{}]


def test_many_entries_are_read_in_chunks(opened):
    """More entries than one chunk come in order and once each."""
    opened.write_many(4100)
    opened.publish()
    assert [index for index, _, _ in reads.entries_of(kinds=["rules"])] == list(range(5, 4105))


def test_what_strikes_an_entry_is_read_with_its_campaign(book):
    """The entries about a campaign contain those that annul or erase them, so that a reader of one campaign misses nothing."""
    body = {"k": "news", "c": "rif", "id": "first", "on": "2016-03-01"}
    book.open()
    words = {"title": {"ar": "خبر"}, "text": {"ar": "نص"}}
    first = append_entries(
        [NewEntry(body, words), NewEntry({**body, "c": "other"}, words), NewEntry(body, words)]
    )[0]
    append_entries(
        [
            NewEntry({"k": "void", "i": first, "why": "mistake"}),
            NewEntry({"k": "void", "i": first + 1, "why": "mistake"}),
        ]
    )
    book.publish()
    assert [index for index, _, _ in reads.entries_of(scope="rif")] == [first, first + 2, first + 3]
    assert reads.versions_of(reads.entry_at(first)) == [first, first + 2]
    assert reads.versions_of(reads.entry_at(0)) == [0]
    assert [strike.index for strike in reads.strikes_of(first)] == [first + 3]


def test_numbers_come_with_their_runs(opened):
    """Each number knows its unit, its rule and the entries it is folded from."""
    number = reads.number("book/kinds/note")
    assert (number.value, number.unit, number.rule, number.runs) == (3, "entry", "count_kind", ((0, 5),))
    assert reads.number("book/kinds/nothing") is None
    assert set(reads.numbers()) >= {"book/entries", "book/unknown", "book/kinds/void"}


def test_a_receipt_stands_alone(opened):
    """With the log's key alone, the receipt proves its entry."""
    head = reads.head()
    for index in range(head.size):
        receipt = unpack_receipt(reads.receipt_of(index))
        assert receipt.extra == reads.entry_at(index).data
        assert verify_receipt(receipt, receipt.extra, Verifier.parse(head.vkey)).size == head.size


def test_every_page_of_the_book_is_named(opened):
    """The paths that a published folder and the sitemap are made from."""
    paths = list(reads.public_paths())
    assert paths[:2] == ["book/", "book/pages/0/"]
    assert [path for path in paths if path.startswith("book/") and path[5:6].isdigit()] == [
        f"book/{at}/" for at in range(5)
    ]
    assert "numbers/book/kinds/note/" in paths
    assert list(reads.receipt_paths()) == [f"log/receipts/{at}.tlog-proof" for at in range(5)]


# ------------------------------------------------------------------ what is remembered
def test_an_unchanged_book_costs_no_query(opened):
    """Head, numbers and state are remembered for the whole process."""
    reads.state()
    with CaptureQueriesContext(connection) as queries:
        for ask in (reads.head, reads.numbers, reads.state) * 10:
            ask()
    assert len(queries) == 0


def test_an_unchanged_book_costs_one_look_at_the_disk(opened, monkeypatch):
    """One `stat` of the checkpoint, and no file is opened."""
    reads.state()
    looks = []
    stat = os.stat
    with monkeypatch.context() as patched:
        patched.setattr(os, "stat", lambda path, **how: looks.append(Path(path).name) or stat(path, **how))
        patched.setattr(Path, "open", None)
        reads.state()
    assert looks == ["checkpoint"]


def test_the_state_changes_with_the_day_and_with_nothing_else(opened):
    """The same book on the same day is the same state; another day is another."""
    before = reads.state()
    opened.publish()
    assert reads.state() == before
    opened.publish(NOON + timedelta(days=1))
    assert reads.state() != before
    assert reads.head().as_of.isoformat() == "2026-11-25"


def test_the_state_changes_with_the_version_of_the_program(opened, monkeypatch):
    """A new version may write pages in another way, so caches must not outlive it."""
    before = reads.state()
    monkeypatch.setattr(reads, "__version__", "9.9")
    reads._remembered.clear()
    assert reads.state() != before


def test_many_threads_see_one_state(opened):
    """Whoever asks at the same moment gets the same object, loaded once."""
    reads._remembered.clear()
    reads.state()  # loaded here: the threads of a test have no connection to its transaction
    seen = []
    threads = [threading.Thread(target=lambda: seen.append(reads.numbers())) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 20
    assert len({id(numbers) for numbers in seen}) == 1


# ------------------------------------------------------------------ a publisher that was stopped
def test_numbers_that_are_ahead_of_the_checkpoint_are_not_shown(opened):
    """Between the writing of numbers.json and of the checkpoint, pages show the numbers of the checkpoint, from the table."""
    note = (opened.log / "checkpoint").read_text()
    remembered, cached = Published.objects.values().get(), list(CachedNumber.objects.values())
    opened.write("four")
    opened.publish()
    (opened.log / "checkpoint").write_text(note)  # as if the publisher had been stopped just before the end
    Published.objects.update(**remembered)
    CachedNumber.objects.all().delete()
    CachedNumber.objects.bulk_create(CachedNumber(**row) for row in cached)
    assert reads.head().size == 5
    assert reads.number("book/entries").value == 5
    CachedNumber.objects.all().delete()
    Published.objects.all().delete()
    reads._remembered.clear()
    assert reads.number("book/entries").value == 5  # folded anew when the table does not fit either
    opened.publish()
    assert reads.number("book/entries").value == 6


def test_a_garbled_numbers_file_is_not_believed(opened):
    """Pages count again rather than show what cannot be read."""
    (opened.log / "numbers.json").write_text("{")
    reads._remembered.clear()
    assert reads.number("book/entries").value == 5
    opened.publish()
