"""What a witness signs and what it refuses: requests, judgements and keys (C2SP tlog-witness, tlog-cosignature).

A witness remembers one thing of each log: the largest tree that it signed. It signs a checkpoint when the log signed it and a
proof shows that the tree of before is its beginning. It looks at no entry, so a cosignature says "one history for all", and
nothing about what the entries say.

Trust: whoever can turn back what a witness remembers can make it sign two histories. Whoever steals its key can do so too; the
quorum of a policy is there for that.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256

from sawtna.ledger.core.checkpoint import Checkpoint, unpack_checkpoint
from sawtna.ledger.core.encoding import format_base64, parse_base64
from sawtna.ledger.core.errors import BookError, EncodingError, NoteError, ProofError
from sawtna.ledger.core.merkle import (
    EMPTY_ROOT,
    Frontier,
    NodeSource,
    Path,
    consistency_path,
    verify_consistency,
)
from sawtna.ledger.core.note import COSIGNATURE, Signer, Verifier, open_note

MAX_PROOF_LINES = 63  # tlog-witness, "add-checkpoint"
MAX_REQUEST_BYTES = 64 * 1024  # 63 lines of proof are 3 kB, a checkpoint with a dozen signatures is 2 kB
BAD_REQUEST, FORBIDDEN, UNKNOWN_LOG, CONFLICT, UNPROVEN = 400, 403, 404, 409, 422

_OLD_LINE = re.compile("old (0|[1-9][0-9]{0,18})")
_KEY_HEAD = ["PRIVATE", "KEY"]


class WitnessError(BookError):
    """A request that gets no signature: `status` is the HTTP status, `size` what the witness knows (with 409)."""

    code = "witness"

    def __init__(self, sentence: str, status: int = BAD_REQUEST, size: int | None = None) -> None:
        super().__init__(sentence)
        self.status = status
        self.size = size


@dataclass(frozen=True, slots=True)
class Seen:
    """The largest tree of one log that was accepted; an empty tree before there was any."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """A request: here is a newer checkpoint, and the path that proves that it continues the tree of `old_size`."""

    old_size: int
    path: Path
    note: str


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A checkpoint that a known log signed. `text` is what a witness signs: all lines, also those that it does not know.

    `note` is the text with the signatures of the known keys and no others.
    """

    text: str
    checkpoint: Checkpoint
    note: str


def origin_hash(origin: str) -> str:
    """The name of a log in addresses: SHA-256 of its origin in hex (C2SP tlog-mirror, "Introduction")."""
    return sha256(origin.encode()).hexdigest()


def pack_request(request: AddCheckpoint) -> bytes:
    """The body of `POST <witness>/add-checkpoint`."""
    lines = [f"old {request.old_size}", *map(format_base64, request.path), "", request.note]
    return "\n".join(lines).encode()


def unpack_request(data: bytes) -> AddCheckpoint:
    """The inverse of `pack_request`; raises WitnessError (400)."""
    if len(data) > MAX_REQUEST_BYTES:
        raise WitnessError(f"got {len(data)} bytes, expected at most {MAX_REQUEST_BYTES}")
    try:
        head, gap, note = data.decode().partition("\n\n")
    except UnicodeDecodeError:
        raise WitnessError("got bytes that are not UTF-8, expected UTF-8") from None
    first, *proof = head.split("\n")
    match = _OLD_LINE.fullmatch(first)
    if match is None or not gap:
        raise WitnessError(
            f"got {first[:40]!r}, expected a line such as old 5, a proof, an empty line and a checkpoint"
        )
    if len(proof) > MAX_PROOF_LINES:
        raise WitnessError(f"got {len(proof)} lines of proof, expected at most {MAX_PROOF_LINES}")
    try:
        return AddCheckpoint(int(match[1]), tuple(map(parse_base64, proof)), note)
    except EncodingError as error:
        raise WitnessError(str(error)) from None


def check_signature(note: str, logs: Mapping[str, Sequence[Verifier]]) -> SignedHead:
    """The checkpoint in `note`, if one of the keys that are known for its origin signed it.

    :raises WitnessError: 400 when it is no checkpoint, 404 for another log, 403 when no known key signed it or wrongly.
    """
    text, gap, _ = note.rpartition("\n\n")
    text += "\n"
    try:
        checkpoint = read_head(text)
    except NoteError as error:
        raise WitnessError(f"checkpoint: {error}") from None
    if not gap or checkpoint.origin not in logs:
        raise WitnessError(
            f"got a checkpoint of {checkpoint.origin[:200]}, expected a log that this witness knows",
            UNKNOWN_LOG,
        )
    try:
        opened = open_note(note, logs[checkpoint.origin])
    except NoteError as error:
        raise WitnessError(str(error), FORBIDDEN) from None
    known = {(one.name, one.key_id) for one in opened.verifiers}
    lines = dict.fromkeys(one.line for one in opened.signatures if (one.name, one.key_id) in known)
    return SignedHead(text, checkpoint, f"{text}\n{''.join(lines)}")


def read_head(text: str) -> Checkpoint:
    """Origin, size and root of a checkpoint of any log. Lines after them may be there; nothing is said about them."""
    lines = text.split("\n")
    if not all(lines[3:-1]):
        raise NoteError("got an empty line within the checkpoint, expected none")
    return unpack_checkpoint("\n".join(lines[:3]) + "\n")


def check_growth(request: AddCheckpoint, checkpoint: Checkpoint, seen: Seen) -> None:
    """Whether the tree of `checkpoint` continues the one that was seen; the order of the checks is that of tlog-witness.

    :raises WitnessError: 400 for an old size above the new one, 409 when it is not the one that was seen or the root of the same
        size differs, 422 when the proof does not hold.
    """
    if request.old_size > checkpoint.size:
        raise WitnessError(
            f"got the old size {request.old_size} for a tree of {checkpoint.size}, expected no more"
        )
    if request.old_size != seen.size:
        sentence = f"got the old size {request.old_size}, expected {seen.size}, the size last signed"
        raise WitnessError(sentence, CONFLICT, seen.size)
    if seen.size == checkpoint.size and seen.root != checkpoint.root:
        sentence = f"got another root for the size {seen.size}, expected the one signed before: the log shows two histories"
        raise WitnessError(sentence, CONFLICT, seen.size)
    try:
        verify_consistency(seen.size, seen.root, checkpoint.size, checkpoint.root, request.path)
    except ProofError as error:
        raise WitnessError(f"proof: {error}", UNPROVEN) from None


# ------------------------------------------------------------------ for whoever fetches instead of being asked
class History(Enum):
    """How a checkpoint of a log stands to the tree that was seen before."""

    SAME = "same"
    NEWER = "newer"
    OLDER = (
        "older"  # smaller; whether it is a beginning of what was seen, only whoever keeps the tiles can tell
    )
    FORKED = "forked"  # another history, signed by the log
    GARBLED = "garbled"  # the files do not give the root that the checkpoint signs: nothing can be said


def compare_history(seen: Seen, checkpoint: Checkpoint, node: NodeSource) -> History:
    """Compare a signed checkpoint with what was seen; `node` reads the tree that the log shows (see `TileReader.node`).

    :raises TileError: a tile is missing or has the wrong length.
    """
    if checkpoint.size == seen.size:
        return History.SAME if checkpoint.root == seen.root else History.FORKED
    if checkpoint.size < seen.size:
        return History.OLDER
    path = consistency_path(seen.size, checkpoint.size, node)
    try:
        verify_consistency(seen.size, seen.root, checkpoint.size, checkpoint.root, path)
    except ProofError:
        is_own_tree = root_at(checkpoint.size, node) == checkpoint.root
        return History.FORKED if is_own_tree else History.GARBLED
    return History.NEWER


def root_at(size: int, node: NodeSource) -> bytes:
    """The root over the first `size` leaves of the tree that `node` reads, which has at least as many."""
    peaks, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(node(level, start >> level))
            start += 1 << level
    return Frontier(size, peaks).root()


# ------------------------------------------------------------------ the key
def pack_witness_key(signer: Signer) -> str:
    """A witness's private key as text, in the form of Go's note package: whoever reads it can sign in its name."""
    seed = format_base64(bytes([signer.kind]) + signer.seed)
    return "+".join([*_KEY_HEAD, signer.name, signer.verifier.key_id.hex(), seed])


def unpack_witness_key(text: str) -> Signer:
    """The inverse of `pack_witness_key`; raises NoteError."""
    parts = text.split("+", 4)
    try:
        data = parse_base64(parts[4]) if len(parts) == 5 and parts[:2] == _KEY_HEAD else b""
    except EncodingError:
        data = b""
    if data[:1] != bytes([COSIGNATURE]):
        raise NoteError("got another text, expected the private key of a witness (type 0x04)")
    signer = Signer(parts[2], data[1:], COSIGNATURE)
    if signer.verifier.key_id.hex() != parts[3]:
        raise NoteError(f"got key ID {parts[3][:16]!r}, expected {signer.verifier.key_id.hex()}")
    return signer
