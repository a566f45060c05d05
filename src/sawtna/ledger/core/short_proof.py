"""Short receipts: what fits into a QR code of at most 1,200 bytes. Whoever has the log's tiles finds the path to the root.

    sawtna/v1/short-receipt
    index 73894
    <leaf hash, Base 64>

    <checkpoint note, with as many cosignatures as fit>

Trust: it convinces nobody by itself, as the path is missing; but a log that does not have that leaf at that index under that
checkpoint, which it signed, has lied.
"""

import re
from dataclasses import dataclass

from sawtna.ledger.core.encoding import format_base64, parse_base64
from sawtna.ledger.core.errors import EncodingError, ProofError
from sawtna.ledger.core.merkle import HASH_BYTES

FIRST_LINE = "sawtna/v1/short-receipt"
MAX_BYTES = 1_200

_HEAD = re.compile(rf"{FIRST_LINE}\nindex (0|[1-9][0-9]{{0,18}})\n(\S+)")


@dataclass(frozen=True, slots=True)
class ShortReceipt:
    """The leaf hash at `index` under the checkpoint."""

    index: int
    leaf: bytes
    checkpoint_note: str


def pack_short_receipt(index: int, leaf: bytes, note: str) -> str:
    """The text; signatures that do not fit are left out from the end, but for the first, which is the log's."""
    text, _, lines = note.partition("\n\n")
    short = f"{FIRST_LINE}\nindex {index}\n{format_base64(leaf)}\n\n{text}\n\n"
    for line in lines.splitlines(keepends=True):
        if len((short + line).encode()) <= MAX_BYTES:
            short += line
    return short


def unpack_short_receipt(text: str) -> ShortReceipt:
    """The inverse; a camera may have lost the last newline. The checkpoint is not opened here.

    :raises ProofError: any other text.
    """
    head, gap, note = text.partition("\n\n")
    match = _HEAD.fullmatch(head)
    if match is None or not gap:
        raise ProofError(f"got {head[:40]!r}, expected {FIRST_LINE}, an index, a leaf hash and a checkpoint")
    try:
        leaf = parse_base64(match[2])
    except EncodingError as error:
        raise ProofError(str(error)) from None
    if len(leaf) != HASH_BYTES:
        raise ProofError(f"got a leaf hash of {len(leaf)} bytes, expected {HASH_BYTES}")
    return ShortReceipt(int(match[1]), leaf, note.rstrip("\n") + "\n")
