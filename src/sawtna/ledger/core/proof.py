"""Receipts: a small text file that proves, offline, that an entry is in the book (c2sp.org/tlog-proof@v1).

It has the index of the entry, the path from its leaf to the root, and the checkpoint that signs the root. `extra`
holds the entry itself, so that the file alone is enough; nothing is proven of it until it is hashed.

Trust: a receipt convinces whoever has the log's key, and shows a rewritten book when the log later denies it.
"""

import re
from dataclasses import dataclass

from sawtna.ledger.core.checkpoint import Checkpoint, open_checkpoint
from sawtna.ledger.core.encoding import format_base64, parse_base64
from sawtna.ledger.core.errors import EncodingError, ProofError
from sawtna.ledger.core.merkle import HASH_BYTES, MAX_SIZE, Path, leaf_hash, verify_inclusion
from sawtna.ledger.core.note import MAX_NOTE_BYTES, Verifier

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MAX_RECEIPT_BYTES = MAX_NOTE_BYTES + 100_000
MAX_EXTRA_BYTES = 65_535  # an entry
MAX_PATH = 63

_INDEX_LINE = re.compile("index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class InclusionReceipt:
    """What a person keeps: `path` goes from the leaf's sibling to the root's child, 32 bytes each."""

    index: int
    path: Path
    checkpoint_note: str
    extra: bytes = b""

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_SIZE:
            raise ProofError(f"got the index {self.index}, expected 0 to {MAX_SIZE}")
        if len(self.path) > MAX_PATH or any(len(step) != HASH_BYTES for step in self.path):
            raise ProofError(
                f"got {len(self.path)} hashes, expected at most {MAX_PATH} of {HASH_BYTES} bytes"
            )
        if len(self.extra) > MAX_EXTRA_BYTES:
            raise ProofError(f"got {len(self.extra)} extra bytes, expected at most {MAX_EXTRA_BYTES}")


def pack_receipt(receipt: InclusionReceipt) -> str:
    """The text of a `.tlog-proof` file."""
    extra = [f"extra {format_base64(receipt.extra)}"] if receipt.extra else []
    lines = [FIRST_LINE, *extra, f"index {receipt.index}", *map(format_base64, receipt.path)]
    return "\n".join(lines) + "\n\n" + receipt.checkpoint_note


def unpack_receipt(text: str | bytes) -> InclusionReceipt:
    """The inverse of `pack_receipt`; the checkpoint in it is not opened here.

    :raises ProofError: any other text.
    """
    head, gap, note = _decode(text).partition("\n\n")
    first, *lines = head.split("\n")
    if first != FIRST_LINE or not gap:
        raise ProofError(f"got {first[:40]!r}, expected {FIRST_LINE}, a path, an empty line and a checkpoint")
    extra = lines.pop(0).removeprefix("extra ") if lines and lines[0].startswith("extra ") else None
    match = _INDEX_LINE.fullmatch(lines[0]) if lines else None
    if match is None:
        raise ProofError(f"got {lines[0][:40] if lines else ''!r}, expected a line such as index 73894")
    if extra == "":
        raise ProofError("got an empty extra line, expected none")
    try:
        path = tuple(map(parse_base64, lines[1:]))
        return InclusionReceipt(int(match[1]), path, note, parse_base64(extra or ""))
    except EncodingError as error:
        raise ProofError(str(error)) from None


def verify_receipt(receipt: InclusionReceipt, entry: bytes, verifier: Verifier) -> Checkpoint:
    """Check that `entry` is in the log of `verifier` at the receipt's index; gives the checkpoint that says so.

    :raises NoteError: the checkpoint is malformed or not signed by `verifier`.
    :raises ProofError: the entry is not what the path and the root say.
    """
    checkpoint = open_checkpoint(receipt.checkpoint_note, verifier)
    verify_inclusion(receipt.index, checkpoint.size, leaf_hash(entry), receipt.path, checkpoint.root)
    return checkpoint


def _decode(text: str | bytes) -> str:
    if len(text) > MAX_RECEIPT_BYTES:
        raise ProofError(f"got a receipt of {len(text)} bytes, expected at most {MAX_RECEIPT_BYTES}")
    try:
        return text.decode() if isinstance(text, bytes) else text
    except UnicodeDecodeError:
        raise ProofError("got a receipt that is not UTF-8, expected UTF-8") from None
