"""Entries enter the book at its end, all that were given or none, and only when they are what their kind says."""

import pytest
from django.db import IntegrityError, transaction

from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.actions.open_book import open_book
from sawtna.ledger.core.entry import opens_commitment, unpack_entry, unpack_opening
from sawtna.ledger.models import Entry, Head, Opening
from sawtna.ledger.refusals import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(book):
    book.open()


def note(text: str) -> NewEntry:
    """A statement."""
    return NewEntry({"k": "note"}, {"text": {"en": text}})


def test_entries_get_the_next_indices_in_order(book):
    """Indices follow each other from the end of the book on."""
    assert book.write("a", "b") == [1, 2]
    assert book.write("c") == [3]
    assert append_entries([]) == []


def test_words_lie_behind_a_salted_commitment():
    """The log holds 32 bytes of noise; the opening beside it shows what they stand for, and no two salts are the same."""
    first, second = append_entries([note("same"), note("same")])
    bodies = [
        unpack_entry(bytes(row))
        for row in Entry.objects.filter(index__gte=first).values_list("body", flat=True)
    ]
    openings = [
        unpack_opening(bytes(row)) for row in Opening.objects.order_by("index").values_list("body", flat=True)
    ]
    assert bodies[0]["cm"] != bodies[1]["cm"]
    assert openings[0][1] != openings[1][1]
    for body, (words, salt) in zip(bodies, openings, strict=True):
        assert words == {"text": {"en": "same"}}
        assert opens_commitment(body["cm"], words, salt)
    assert b"same" not in bytes(Entry.objects.get(index=second).body)


@pytest.mark.parametrize(
    ("entry", "where"),
    [
        (NewEntry({"k": "nothing"}), "[1].k"),
        (NewEntry({}), "[1].k"),
        (NewEntry({"k": "note"}), "[1].words"),
        (NewEntry({"k": "note"}, {}), "[1].words.text"),
        (NewEntry({"k": "note", "name": "Nadia"}, {"text": {"en": "x"}}), "[1].name"),
        (NewEntry({"k": "note", "v": 2}, {"text": {"en": "x"}}), "[1].v"),
        (NewEntry({"k": "note", "cm": "A" * 43}, {"text": {"en": "x"}}), "[1].cm"),
        (NewEntry({"k": "note"}, {"text": {"de": "x"}}), "[1].words.text.de"),
        (NewEntry({"k": "note"}, {"text": {"en": "turned \u202e round"}}), "[1].words.text.en"),
        (NewEntry({"k": "rules", "fold": "2"}), "[1].fold"),
        (NewEntry({"k": "rules", "fold": 2}, {"text": "x"}), "[1].words"),
        (NewEntry({"k": "erase", "i": 0, "why": "request"}), "[1].i"),
        (NewEntry({"k": "void", "i": 99, "why": "mistake"}), "[1].i"),
        (NewEntry({"k": "void", "i": 2, "why": "mistake"}), "[1].i"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(entry, where):
    """Nothing of the whole batch is added, and the problem says which entry and which field."""
    with pytest.raises(Refused) as refused:
        append_entries([note("good"), entry])
    assert refused.value.code == "entries"
    assert where in [problem.where for problem in refused.value.problems]
    assert Entry.objects.count() == 1
    assert Head.objects.get().size == 1


def test_every_problem_of_a_batch_is_told():
    """Whoever corrects a file learns of all its faults at once; the sentence quotes the first ones."""
    with pytest.raises(Refused) as refused:
        append_entries([NewEntry({"k": "rules"})] * 20)
    assert len(refused.value.problems) == 20
    assert "[0].fold" in str(refused.value)
    assert "[19].fold" not in str(refused.value)


def test_an_entry_that_is_too_long_is_refused():
    """The log takes at most 16,384 bytes an entry."""
    files = [{"path": f"{at:03}" + "x" * 190, "sha256": "A" * 43} for at in range(100)]
    with pytest.raises(Refused, match="16384"):
        append_entries([NewEntry({"k": "release", "version": "1", "files": files})])


def test_only_entry_0_says_whose_book_it_is():
    """A second title would let two readers see two owners."""
    site = dict(unpack_entry(bytes(Entry.objects.get(index=0).body)))
    del site["v"]
    with pytest.raises(Refused, match="first entry"):
        append_entries([NewEntry(site)])


def test_a_void_is_found_under_what_it_strikes(book):
    """An entry that strikes another is about the same campaign, and is found by what it strikes."""
    index = book.write("wrong")[0]
    append_entries([NewEntry({"k": "void", "i": index, "why": "mistake"})])
    assert Entry.objects.get(strikes=index).index == index + 1
    assert Entry.objects.get(strikes=index).scope == ""


def test_opening_again_changes_nothing(book):
    """The book is opened once; later starts find it open."""
    before = {file.name: file.read_bytes() for file in (book.var / "keys").iterdir()}
    open_book()
    assert Entry.objects.count() == 1
    assert {file.name: file.read_bytes() for file in (book.var / "keys").iterdir()} == before


def test_entries_of_a_transaction_that_fails_never_were(book):
    """Appending takes part in the transaction of its caller: what is rolled back leaves no gap behind."""
    with transaction.atomic():
        book.write("lost")
        transaction.set_rollback(True)
    assert book.write("kept") == [1]


def test_a_lock_that_was_lost_is_made_again(book):
    """Should the row of the lock be missing, the end of the book is read from its entries."""
    Head.objects.all().delete()
    assert book.write("on") == [1]
    assert Head.objects.get().size == 2


def test_a_lock_that_is_wrong_cannot_fork_the_book(book):
    """Should the row of the lock be wrong, the seals still refuse a gap and a place that is taken."""
    for size in (0, 5):
        Head.objects.update(size=size)
        with pytest.raises((IntegrityError, Refused, Exception)) as refused, transaction.atomic():
            book.write("elsewhere")
        assert Entry.objects.count() == 1, refused.value
    Head.objects.update(size=1)
