"""Checkpoints: the size and the root of the book under the log's signature (C2SP tlog-checkpoint).

Ours have exactly three lines. Extension lines, which the specification discourages because nobody can audit
them, are refused.

Trust: whoever holds the log's key can sign two books; witnesses and kept checkpoints show it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sawtna.ledger.core.encoding import format_base64, parse_base64
from sawtna.ledger.core.errors import EncodingError, NoteError
from sawtna.ledger.core.merkle import EMPTY_ROOT, HASH_BYTES, MAX_SIZE
from sawtna.ledger.core.note import Verifier, open_note


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The head of a log: `origin` names the log, `size` counts its entries, `root` is the 32 bytes over them."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or not self.origin.isprintable():
            raise NoteError(
                f"got the origin {self.origin[:80]!r}, expected a line such as sawtna.example/log"
            )
        if not 0 <= self.size <= MAX_SIZE:
            raise NoteError(f"got the size {self.size}, expected 0 to {MAX_SIZE}")
        if len(self.root) != HASH_BYTES:
            raise NoteError(f"got a root of {len(self.root)} bytes, expected {HASH_BYTES}")
        if not self.size and self.root != EMPTY_ROOT:
            raise NoteError("got a root for an empty log, expected SHA-256 of nothing")


def pack_checkpoint(checkpoint: Checkpoint) -> str:
    """The text to be signed: origin, size and root, a line each (tlog-checkpoint, "Note text")."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{format_base64(checkpoint.root)}\n"


def unpack_checkpoint(text: str) -> Checkpoint:
    """The inverse of `pack_checkpoint`.

    :raises NoteError: any other text.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise NoteError(f"got {len(lines) - 1} lines, expected three: origin, size and root")
    origin, size, root = lines[:3]
    if not (size.isascii() and size.isdigit() and len(size) <= 19 and str(int(size)) == size):
        raise NoteError(f"got the size {size[:40]!r}, expected a whole number without leading zeroes")
    try:
        return Checkpoint(origin, int(size), parse_base64(root))
    except EncodingError as error:
        raise NoteError(f"root: {error}") from None


def open_checkpoint(note: str | bytes, verifier: Verifier, witnesses: Iterable[Verifier] = ()) -> Checkpoint:
    """The checkpoint in `note`, if the log whose key `verifier` is signed it.

    The origin must be the key's name (C2SP tlog-policy, "Defining a log"). Signatures of `witnesses` need not be
    there, but a wrong one refuses the note; to count them, use `open_note`.

    :raises NoteError: malformed, unsigned, wrongly signed, or of another origin.
    """
    opened = open_note(note, (verifier, *witnesses))
    if verifier not in opened.verifiers:
        raise NoteError(f"got no signature of the log {verifier.name}, expected one")
    checkpoint = unpack_checkpoint(opened.text)
    if checkpoint.origin != verifier.name:
        raise NoteError(f"got a checkpoint of {checkpoint.origin}, expected one of {verifier.name}")
    return checkpoint
