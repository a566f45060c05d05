"""A site with witnesses: its checkpoints and receipts carry their signatures, and no witness can hold it up."""

import re
import time
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.test import Client

from sawtna.ledger import cosigning, reads
from sawtna.ledger.core.figures import wrong_figures
from sawtna.ledger.core.note import COSIGNATURE, Signer, Verifier
from sawtna.ledger.core.policy import unpack_policy
from sawtna.ledger.core.proof import unpack_receipt
from sawtna.ledger.keys import load_log_key
from sawtna.ledger.refusals import Refused
from sawtna.ledger.rows import site_body

from tests.cli.real_processes import Weather, running, sawtna, web_server
from tests.ledger.conftest import NOON

pytestmark = pytest.mark.django_db

STRANGER = Signer("witness.example/none", bytes(32), COSIGNATURE).verifier


@pytest.fixture(autouse=True)
def _open(book, monkeypatch):
    monkeypatch.setattr(cosigning, "TIMEOUT", 2.0)
    cosigning._known_sizes.clear()
    book.open()


def log_key() -> Verifier:
    """The key of the book of this test."""
    return load_log_key(site_body()["vkey"]).verifier


@contextmanager
def witness_of(book, name="w1"):
    """A running witness of this book: its key and its address."""
    var = book.var / name
    key = Verifier.parse(
        sawtna("witness", "key", "--var", var, "--name", f"witness.example/{name}").stdout.split()[2]
    )
    with running("witness", "serve", "--var", var, "--port", 0, "--log", log_key().vkey) as (_, address):
        yield key, address


def set_policy(book, *witnesses, quorum="all"):
    """Name the witnesses in the folder of the house."""
    lines = [f"log {log_key().vkey}"]
    lines += [f"witness w{at} {key.vkey} {address}" for at, (key, address) in enumerate(witnesses)]
    names = " ".join(f"w{at}" for at in range(len(witnesses)))
    lines += [f"group enough {quorum} {names}", "quorum enough", ""]
    (book.var / "policy").write_text("\n".join(lines), encoding="utf-8")


def is_witnessed() -> bool | None:
    """What pages say of the published checkpoint."""
    return reads.witnesses().is_met


def said(path) -> str:
    """What a page says about witnesses, without markup."""
    page = Client().get(path).content.decode()
    assert list(wrong_figures(page, reads.numbers())) == []
    part = page.partition("data-witnessed=")[2].partition("</p>")[0].partition(">")[2]
    return " ".join(re.sub(r"<[^>]*>", "", part).split()).removesuffix(" What witnesses do")


def shown(book) -> str:
    """The checkpoint that the world sees."""
    return (book.log / "checkpoint").read_text(encoding="utf-8")


def test_a_checkpoint_is_witnessed_before_it_is_shown(book):
    """Its policy names the witness, its checkpoint and receipts carry the signature, and so they do on the next day and later."""
    assert is_witnessed() is None
    assert said("/en/book/") == "No witness is named yet: the book is signed by this site alone."
    with witness_of(book) as witness:
        set_policy(book, witness)
        book.write("a")
        book.publish()
        first = shown(book)
        policy = unpack_policy((book.log / "policy").read_text(encoding="utf-8"))
        assert policy.is_met_by(policy.open(first))
        assert is_witnessed()
        for path in ("book/", "book/1/", "numbers/book/entries/"):
            assert (
                said(f"/en/{path}") == "Witnessed: 1 of 1 named witnesses have signed this state of the book."
            )
        assert policy.is_met_by(policy.open(unpack_receipt(reads.receipt_of(1)).checkpoint_note))

        book.publish(NOON + timedelta(days=1))
        assert shown(book) == first

        book.write("b")
        book.publish()
        assert policy.is_met_by(policy.open(shown(book)))


def test_a_silent_witness_does_not_silence_a_site(book, caplog):
    """Without a quorum the checkpoint is shown all the same, is not yet witnessed, and is witnessed once the witness is back."""
    with web_server(book.log, Weather(delay=30)) as silent:
        set_policy(book, (STRANGER, silent))
        book.write("a")
        begun = time.monotonic()
        checkpoint = book.publish()
        assert time.monotonic() - begun < 25  # it would take 30 to answer
    assert reads.head().size == checkpoint.size == 2
    assert is_witnessed() is False
    assert (
        said("/en/numbers/book/entries/")
        == "Not yet witnessed: 0 of 1 named witnesses have signed this state of the book."
    )
    assert "not yet" in Client().get("/en/book/").content.decode()
    assert "The witness w0 did not sign the checkpoint of 2 entries: no answer in time" in caplog.text

    with witness_of(book) as witness:
        set_policy(book, witness)
        book.publish()
    assert is_witnessed()


def test_a_witnessed_book_asks_nobody_again(book):
    """What is enough is enough: publishing again touches nothing, though the witness is gone."""
    with witness_of(book) as witness:
        set_policy(book, witness, (STRANGER, "http://127.0.0.1:9"), quorum="any")
        book.write("a")
        book.publish()
    before = (book.log / "checkpoint").stat()
    book.publish()
    assert (book.log / "checkpoint").stat() == before


@pytest.mark.parametrize("text", ["nonsense\n", "log {other}\nquorum none\n", "log {own}\nquorum nobody\n"])
def test_a_policy_that_cannot_be_used_is_told(book, text):
    """A mistyped policy, or one of another book, is refused with its name; what is shown stays."""
    before = shown(book)
    other = Signer("other.example/log", bytes(32)).verifier.vkey
    (book.var / "policy").write_text(text.format(own=log_key().vkey, other=other), encoding="utf-8")
    book.write("a")
    with pytest.raises(Refused, match=r"The policy .*policy") as refused:
        book.publish()
    assert refused.value.code == "policy"
    assert shown(book) == before
    (book.var / "policy").unlink()
    book.publish()


def test_a_policy_that_was_named_must_be_there(book, settings):
    """SAWTNA_POLICY wins over the folder, and a wrong path is not taken for no policy."""
    settings.SAWTNA_POLICY = str(book.var / "elsewhere")
    with pytest.raises(Refused, match="elsewhere"):
        book.publish()
    (book.var / "elsewhere").write_text(f"log {log_key().vkey}\nquorum none\n", encoding="utf-8")
    book.publish()
    assert is_witnessed() is None


def test_spoiled_signatures_are_asked_for_again(book):
    """Somebody changed a byte of a witness's line in the shown checkpoint: the next publishing mends it."""
    with witness_of(book) as witness:
        set_policy(book, witness)
        book.write("a")
        book.publish()
        good = shown(book)
        line = good.splitlines(keepends=True)[-1]
        spoiled = line[:40] + ("A" if line[40] != "A" else "B") + line[41:]
        (book.log / "checkpoint").write_text(good.replace(line, spoiled), encoding="utf-8")
        book.publish()
        assert is_witnessed()
