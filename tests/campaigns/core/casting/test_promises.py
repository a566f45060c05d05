"""Promises: what a site signs for a cast that it took in."""

import pytest

from sawtna.campaigns.core.casting.promises import (
    Promise,
    SealedPromise,
    keep_sealed,
    open_kept,
    open_promise,
    open_sealed,
    promise_verifier,
    promised_leaf,
    sealed_in,
    sign_promise,
    sign_sealed,
)
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import Signer, sign_note

ORIGIN = "sawtna.example/log"
SIGNER = Signer(f"{ORIGIN}/promise", bytes(range(32)))
VERIFIER = promise_verifier(ORIGIN, SIGNER.verifier.public)
PROMISE = Promise(ORIGIN, bytes(range(32)), 1_456_660_800)


def test_a_promise_is_read_back():
    """Origin, leaf and deadline come out of the note as they went in, for whoever has the key of entry 0."""
    note = sign_promise(PROMISE, SIGNER)
    assert note.startswith("sawtna/v1/promise\nsawtna.example/log\nAAECAwQ")
    assert open_promise(note, [VERIFIER]) == open_promise(note.encode(), [VERIFIER]) == PROMISE
    assert promised_leaf(note.encode()) == PROMISE.leaf


def test_a_promise_of_somebody_else_is_none():
    """Another key, or a changed line, is refused."""
    note = sign_promise(PROMISE, SIGNER)
    with pytest.raises(BookError):
        open_promise(note, [promise_verifier(ORIGIN, bytes(32))])
    with pytest.raises(BookError):
        open_promise(note.replace("1456660800", "1456660801"), [VERIFIER])


@pytest.mark.parametrize(
    "text",
    [
        "sawtna/v1/promise\n",
        "another/v1\na\nAAAA\n1\n",
        "sawtna/v1/promise\na\nAAAA\n1\n",
        f"sawtna/v1/promise\na\n{'A' * 43}=\n01\n",
        f"sawtna/v1/promise\na\n{'A' * 43}=\n-1\n",
        f"sawtna/v1/promise\na\n{'A' * 43}=\n{2**41}\n",
        f"sawtna/v1/promise\na\n{'A' * 43}=\n{'9' * 5000}\n",
        f"sawtna/v1/promise\na\n{'A' * 43}=\n١\n",
        f"sawtna/v1/promise\na\n{'A' * 43}=\n1\nmore\n",
    ],
)
def test_a_note_of_another_form_promises_nothing(text):
    """Signed or not, only four lines of the right form are a promise."""
    with pytest.raises(BookError):
        open_promise(sign_note(text, [SIGNER]), [VERIFIER])
    assert promised_leaf(sign_note(text, [SIGNER]).encode()) is None


def test_bytes_that_are_no_text_promise_nothing():
    """A file of anything is looked at without a fault."""
    assert promised_leaf(b"\xff\xfe") is None


SEALED = SealedPromise(ORIGIN, b"\5" * 32, 1_456_660_800)


def test_a_promise_over_a_sealed_cast_is_kept_with_the_leaf_of_the_cast():
    """The site names the sealed cast; the person adds the leaf hash, which the audit then looks for."""
    note = sign_sealed(SEALED, SIGNER)
    assert open_sealed(note, [VERIFIER]) == SEALED
    kept = keep_sealed(note, PROMISE.leaf).encode()
    assert promised_leaf(kept) == PROMISE.leaf
    assert open_kept(kept, [VERIFIER]) == Promise(ORIGIN, PROMISE.leaf, SEALED.deadline, is_sealed=True)
    assert sealed_in(kept) == SEALED.sealed


def test_the_two_forms_of_promises_are_not_mistaken_for_each_other():
    """A promise over a sealed cast promises no leaf by itself, and the other way round."""
    with pytest.raises(BookError):
        open_promise(sign_sealed(SEALED, SIGNER), [VERIFIER])
    with pytest.raises(BookError):
        open_sealed(sign_promise(PROMISE, SIGNER), [VERIFIER])
    assert open_kept(sign_promise(PROMISE, SIGNER).encode(), [VERIFIER]) == PROMISE
    for leaf in (b"", b"AAAA\n", b"\xff"):
        with pytest.raises(BookError):
            open_kept(sign_sealed(SEALED, SIGNER).encode() + b"\ncast " + leaf, [VERIFIER])
