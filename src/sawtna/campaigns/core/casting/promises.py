"""What a site owes to whoever handed in a cast: a signed note that names its leaf and until when it will be in the book.

`sawtna audit --promise FILE` finds a promise that was not kept (memo trust 6.6 and 5.5, "never log a submitted vote").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sawtna.ledger.core.encoding import format_base64, parse_base64
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import Signer, Verifier, open_note, sign_note

HEADER = "sawtna/v1/promise"
LATEST = 2**40


class PromiseError(BookError):
    """A note that promises nothing."""

    code = "promise"


@dataclass(frozen=True, slots=True)
class Promise:
    """The entry with that leaf hash will be in the book of `origin` by `deadline` (Unix seconds)."""

    origin: str
    leaf: bytes
    deadline: int


def promise_verifier(origin: str, public: bytes) -> Verifier:
    """The key of the site's promises, out of `promise` of entry 0 (32 bytes)."""
    return Verifier(f"{origin}/promise", public)


def sign_promise(promise: Promise, signer: Signer) -> str:
    """The promise as a signed note."""
    lines = (HEADER, promise.origin, format_base64(promise.leaf), str(promise.deadline))
    return sign_note("".join(f"{line}\n" for line in lines), [signer])


def open_promise(note: str | bytes, verifiers: Iterable[Verifier]) -> Promise:
    """What a note promises, if one of these keys signed it.

    :raises BookError: PromiseError, NoteError or EncodingError, each with a sentence.
    """
    return _unpack(open_note(note, verifiers).text)


def promised_leaf(note: bytes) -> bytes | None:
    """The leaf hash in a note that nobody has verified yet, to look for it while a book is read; None where there is none."""
    try:
        return _unpack(note.decode().partition("\n\n")[0] + "\n").leaf
    except (BookError, UnicodeDecodeError):
        return None


def _unpack(text: str) -> Promise:
    lines = text.split("\n")
    if len(lines) != 5 or lines[0] != HEADER or lines[4]:
        raise PromiseError(f"got a note that begins with {lines[0][:40]!r}, expected a promise of four lines")
    leaf, deadline = parse_base64(lines[2]), lines[3]
    is_moment = deadline.isascii() and deadline.isdigit() and str(int(deadline[:13])) == deadline
    if len(leaf) != 32 or not is_moment or int(deadline) > LATEST:
        raise PromiseError("got a promise of another form, expected a leaf hash of 32 bytes and Unix seconds")
    return Promise(lines[1], leaf, int(deadline))
