"""A book is opened once, with keys of its own; what is lost of them is said, never replaced in silence."""

import pytest

from sawtna import __version__
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.actions.open_book import open_book
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import Signer
from sawtna.ledger.core.policy import unpack_policy
from sawtna.ledger.keys import load_key, pack_key, unpack_key
from sawtna.ledger.refusals import Refused
from sawtna.ledger.rows import site_body

pytestmark = pytest.mark.django_db


def test_the_first_entry_says_whose_book_it_is(book, settings):
    """Address, keys, rules and software stand in entry 0, and the policy names the log."""
    settings.SAWTNA_ORIGIN = "https://Sawtna.example"
    open_book()
    site = site_body()
    assert site["origin"] == "sawtna.example/log"
    assert site["software"] == __version__
    policy = unpack_policy(site["policy"])
    assert [log.vkey for log in policy.logs] == [site["vkey"]]
    assert load_key("promise").name == "sawtna.example/log/promise"


def test_keys_are_for_their_owner_alone(book):
    """Nobody else on the machine can read them."""
    open_book()
    for key in (book.var / "keys").iterdir():
        assert key.stat().st_mode & 0o777 == 0o600
    assert (book.var / "keys").stat().st_mode & 0o777 == 0o700
    assert sorted(key.name for key in (book.var / "keys").iterdir()) == ["log.key", "promise.key"]


def test_a_key_survives_being_written_and_read():
    """The text form of Go's note package carries name, key ID and seed; another text is refused."""
    signer = Signer("sawtna.example/log", bytes(range(32)))
    assert unpack_key(pack_key(signer)) == signer
    for text in (
        "",
        "PRIVATE+KEY+a",
        pack_key(signer)[:-8],
        pack_key(signer).replace("example", "other"),
        "x" + pack_key(signer),
    ):
        with pytest.raises(NoteError):
            unpack_key(text)


def test_nothing_enters_a_book_that_is_not_open(book):
    """Before entry 0 there is no book to write into, and none to publish."""
    with pytest.raises(Refused) as refused:
        append_entries([NewEntry({"k": "note"}, {"text": {"en": "too early"}})])
    assert refused.value.code == "not_open"
    with pytest.raises(Refused) as refused:
        publish_checkpoint()
    assert refused.value.code == "not_open"


def test_a_lost_key_is_said_and_never_replaced(book):
    """A book whose key is gone cannot be signed by another: the sentence names the file and the backup."""
    book.open()
    (book.var / "keys/log.key").unlink()
    for act in (open_book, publish_checkpoint):
        with pytest.raises(Refused, match=r"log\.key is gone.*backup") as refused:
            act()
        assert refused.value.code == "key_lost"
    assert not (book.var / "keys/log.key").exists()


def test_the_key_of_another_book_is_refused(book):
    """A key that entry 0 does not name signs nothing."""
    book.open()
    (book.var / "keys/log.key").write_text(pack_key(Signer("127.0.0.1:8000/log", bytes(32))))
    with pytest.raises(Refused) as refused:
        book.publish()
    assert refused.value.code == "key_changed"


def test_an_unreadable_key_is_refused(book):
    """A key file of another form is no key."""
    book.open()
    (book.var / "keys/log.key").write_bytes(b"\xff\x00")
    with pytest.raises(Refused) as refused:
        book.publish()
    assert refused.value.code == "key_broken"


def test_an_address_that_cannot_name_a_book_is_refused(book, settings):
    """The name of the book stands in every checkpoint, so it must be a plain address."""
    settings.SAWTNA_ORIGIN = "https://صوتنا.example"
    with pytest.raises(Refused) as refused:
        open_book()
    assert refused.value.code == "origin"


def test_an_opening_that_stopped_half_way_goes_on(book):
    """Keys that were made before the first entry was written are used, not made again."""
    from sawtna.ledger.keys import make_missing_keys

    make_missing_keys("127.0.0.1:8000/log")
    before = (book.var / "keys/log.key").read_text()
    open_book()
    assert (book.var / "keys/log.key").read_text() == before
    assert unpack_key(before.strip()).verifier.vkey == site_body()["vkey"]
