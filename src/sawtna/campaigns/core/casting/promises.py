"""What a site owes to whoever handed in a cast: a signed note that names its leaf and until when it will be in the book.

`sawtna audit --promise FILE` finds a promise that was not kept (memo trust 6.6 and 5.5, "never log a submitted vote").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sawtna.ledger.core.encoding import format_base64, parse_base64
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import Signer, Verifier, open_note, sign_note

HEADER, SEALED = "sawtna/v1/promise", "sawtna/v1/sealed-promise"
_KEPT = b"\ncast "  # what stands between a promise over a sealed cast and the leaf hash of the cast in it
LATEST = 2**40


class PromiseError(BookError):
    """A note that promises nothing."""

    code = "promise"


@dataclass(frozen=True, slots=True)
class Promise:
    """The entry with that leaf hash will be in the book of `origin` by `deadline` (Unix seconds).

    `is_sealed`: the site promised to pass a sealed cast on, and that this leaf is of the cast in it, only the person knows.
    """

    origin: str
    leaf: bytes
    deadline: int
    is_sealed: bool = False


@dataclass(frozen=True, slots=True)
class SealedPromise:
    """The sealed cast with that SHA-256 will be given to the relay, so that its cast is in the book by `deadline`."""

    origin: str
    sealed: bytes
    deadline: int


def promise_verifier(origin: str, public: bytes) -> Verifier:
    """The key of the site's promises, out of `promise` of entry 0 (32 bytes)."""
    return Verifier(f"{origin}/promise", public)


def sign_promise(promise: Promise, signer: Signer) -> str:
    """The promise as a signed note."""
    lines = (HEADER, promise.origin, format_base64(promise.leaf), str(promise.deadline))
    return sign_note("".join(f"{line}\n" for line in lines), [signer])


def sign_sealed(promise: SealedPromise, signer: Signer) -> str:
    """The promise over a sealed cast as a signed note."""
    lines = (SEALED, promise.origin, format_base64(promise.sealed), str(promise.deadline))
    return sign_note("".join(f"{line}\n" for line in lines), [signer])


def open_sealed(note: str | bytes, verifiers: Iterable[Verifier]) -> SealedPromise:
    """What a note promises of a sealed cast; raises BookError as `open_promise`."""
    found = _unpack(open_note(note, verifiers).text, SEALED)
    return SealedPromise(found.origin, found.leaf, found.deadline)


def keep_sealed(note: str, leaf: bytes) -> str:
    """What a person keeps: the site's promise over the sealed cast, and the leaf hash of the cast in it, which only she knows."""
    return f"{note}{_KEPT.decode()}{format_base64(leaf)}\n"


def open_kept(kept: bytes, verifiers: Iterable[Verifier]) -> Promise:
    """What a person kept, of either form, as a promise of the cast itself; raises BookError as `open_promise`."""
    note, told, leaf = kept.rpartition(_KEPT)
    if not told:
        return open_promise(kept, verifiers)
    sealed = open_sealed(note, verifiers)
    return Promise(sealed.origin, _leaf(leaf), sealed.deadline, is_sealed=True)


def sealed_in(kept: bytes) -> bytes:
    """The SHA-256 of the sealed cast that a kept promise names, unverified; raises BookError."""
    return _unpack(kept.decode("utf-8", "replace").partition("\n\n")[0] + "\n", SEALED).leaf


def _leaf(line: bytes) -> bytes:
    leaf = parse_base64(line.decode("ascii", "replace").removesuffix("\n"))
    if len(leaf) != 32:
        raise PromiseError(f"got a leaf hash of {len(leaf)} bytes, expected 32")
    return leaf


def open_promise(note: str | bytes, verifiers: Iterable[Verifier]) -> Promise:
    """What a note promises, if one of these keys signed it.

    :raises BookError: PromiseError, NoteError or EncodingError, each with a sentence.
    """
    return _unpack(open_note(note, verifiers).text)


def promised_leaf(note: bytes) -> bytes | None:
    """The leaf hash in a note that nobody has verified yet, to look for it while a book is read; None where there is none."""
    _, told, leaf = note.rpartition(_KEPT)
    try:
        return _leaf(leaf) if told else _unpack(note.decode().partition("\n\n")[0] + "\n").leaf
    except (BookError, UnicodeDecodeError):
        return None


def _unpack(text: str, header: str = HEADER) -> Promise:
    lines = text.split("\n")
    if len(lines) != 5 or lines[0] != header or lines[4]:
        raise PromiseError(f"got a note that begins with {lines[0][:40]!r}, expected a promise of four lines")
    leaf, deadline = parse_base64(lines[2]), lines[3]
    is_moment = deadline.isascii() and deadline.isdigit() and str(int(deadline[:13])) == deadline
    if len(leaf) != 32 or not is_moment or int(deadline) > LATEST:
        raise PromiseError("got a promise of another form, expected a leaf hash of 32 bytes and Unix seconds")
    return Promise(lines[1], leaf, int(deadline))
