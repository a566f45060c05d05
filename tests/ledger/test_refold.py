"""Every cached number can be counted again from the book; what differs is said, and put right when asked."""

import json

import pytest
from django.db import connection

from sawtna.ledger import reads
from sawtna.ledger.actions.refold_numbers import refold_numbers
from sawtna.ledger.models import CachedNumber, Entry, Published
from sawtna.ledger.refusals import Refused
from sawtna.ledger.seals import unsealed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(book, request):
    if "unopened" not in request.node.name:
        book.open()
        book.write("a", "b", "c")
        book.publish()


def tamper_with_file(book, key: str, value: int) -> None:
    """Change a number in the published file, keeping its form."""
    stated = json.loads((book.log / "numbers.json").read_bytes())
    stated["numbers"][key]["value"] = value
    text = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (book.log / "numbers.json").write_text(text)


def test_an_honest_book_has_no_differences():
    """Nothing to say."""
    assert refold_numbers(check=True) == []


def test_a_cached_number_that_was_changed_is_found_and_put_right():
    """The sentence says which number, where, what it says and what the book gives."""
    CachedNumber.objects.filter(key="book/entries").update(value=40_000)
    assert refold_numbers(check=True) == [
        "book/entries: the table of cached numbers says 40000, the book gives 4."
    ]
    assert CachedNumber.objects.get(key="book/entries").value == 40_000
    assert len(refold_numbers()) == 1
    assert refold_numbers(check=True) == []
    assert CachedNumber.objects.get(key="book/entries").value == 4


def test_a_published_number_that_was_changed_is_found_and_put_right(book):
    """The file is compared too, and the pages see it as soon as it is right again."""
    tamper_with_file(book, "book/kinds/note", 3_000_000)
    assert refold_numbers(check=True) == ["book/kinds/note: numbers.json says 3000000, the book gives 3."]
    assert len(refold_numbers()) == 1
    assert refold_numbers(check=True) == []
    assert reads.number("book/kinds/note").value == 3


def test_numbers_that_are_missing_or_invented_are_found():
    """Both ways: what the book gives and no cache has, and what a cache has and the book does not give."""
    CachedNumber.objects.filter(key="book/unknown").delete()
    CachedNumber.objects.create(key="people/angry", value=7, unit="person", rule="wish", runs=[])
    found = refold_numbers(check=True)
    assert found == [
        "book/unknown: the table of cached numbers says nothing, the book gives 0.",
        "people/angry: the table of cached numbers says 7, the book gives nothing.",
    ]
    refold_numbers()
    assert refold_numbers(check=True) == []


def test_a_changed_unit_or_rule_is_a_difference():
    """A number of other things, or folded by another rule, is another number."""
    CachedNumber.objects.filter(key="book/entries").update(unit="person")
    assert len(refold_numbers(check=True)) == 1
    refold_numbers()


def test_a_lost_numbers_file_is_written_again(book):
    """The file is a cache too."""
    (book.log / "numbers.json").unlink()
    assert len(refold_numbers(check=True)) == len(reads.numbers())
    refold_numbers()
    assert refold_numbers(check=True) == []


def test_a_changed_row_is_reported_and_never_repaired(book):
    """No fold can repair an entry; the sentence names the first one that is not what was added."""
    with unsealed(connection):
        Entry.objects.filter(index=2).update(body=b'{"cm":"x","k":"note","v":1}')
    found = refold_numbers()
    assert "Entry 2 in the database is not what was added there." in found
    assert "The entries in the database are not those under the published checkpoint." in found
    assert refold_numbers(check=True)[:1] == found[:1]
    book.is_spoiled = True


def test_a_forgotten_checkpoint_is_reported():
    """A database that does not remember what was published says so."""
    Published.objects.update(size=1)
    assert refold_numbers(check=True) == [
        "The database does not remember the published checkpoint; publishing again repairs that."
    ]
    refold_numbers()
    assert refold_numbers(check=True) == []


def test_an_unopened_book_has_no_numbers_to_compare():
    """Before anything is published there is nothing to refold."""
    with pytest.raises(Refused) as refused:
        refold_numbers(check=True)
    assert refused.value.code == "not_open"
