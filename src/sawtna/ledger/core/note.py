"""Signed notes: a text, a blank line, and lines with a key's name and its signature (C2SP signed-note).

Two types of signature, both Ed25519 (RFC 8032): 0x01 over the text, as logs sign; 0x04 over the time and the
text, as witnesses cosign (C2SP tlog-cosignature). Signatures of other types and of unknown keys are ignored, as
the specification asks; a bad signature of a known key refuses the whole note.

Trust: the text means nothing before `open_note` returned it for keys that the reader chose.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sawtna.ledger.core.encoding import format_base64, parse_base64
from sawtna.ledger.core.errors import EncodingError, NoteError

ED25519 = 0x01  # signed-note, "Signature types"
COSIGNATURE = 0x04
MAX_NOTE_BYTES = 1_000_000
MAX_SIGNATURES = 100
MAX_TIME = 2**63 - 1  # tlog-cosignature, "Format"
KEY_BYTES = 32
SIGNATURE_BYTES = 64

_UNFIT = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")  # control characters, and what UTF-8 cannot hold
_SIGNATURE_LINE = re.compile("\N{EM DASH} ([^ ]+) ([^ ]+)")


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One line under a note, verified or not: `blob` is what comes after the 4 bytes of `key_id`."""

    name: str
    key_id: bytes
    blob: bytes

    @property
    def line(self) -> str:
        """The line, with its newline."""
        return f"\N{EM DASH} {self.name} {format_base64(self.key_id + self.blob)}\n"


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key that a reader chose to trust: its name, its signature type and its 32 bytes."""

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        _check_name(self.name)
        if self.kind not in (ED25519, COSIGNATURE):
            raise NoteError(f"got signature type 0x{self.kind:02x}, expected 0x01 or 0x04 (Ed25519)")
        if len(self.public) != KEY_BYTES:
            raise NoteError(f"got a key of {len(self.public)} bytes, expected {KEY_BYTES}")

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read `<name>+<key ID in hex>+<Base 64 of type and key>` (signed-note, "Verifier keys")."""
        try:
            name, key_id, key = vkey.split("+", 2)
            data = parse_base64(key)
        except (ValueError, EncodingError):
            raise NoteError(f"got {vkey[:80]!r}, expected a key: name+8 hex digits+Base 64") from None
        verifier = cls(name, data[1:], data[0] if data else 0)
        if verifier.key_id.hex() != key_id:
            raise NoteError(f"got key ID {key_id[:16]!r} for {name}, expected {verifier.key_id.hex()}")
        return verifier

    @property
    def vkey(self) -> str:
        """The text that `parse` reads."""
        return f"{self.name}+{self.key_id.hex()}+{format_base64(bytes([self.kind]) + self.public)}"

    @property
    def key_id(self) -> bytes:
        """SHA-256(name || 0x0A || type || key)[:4]: tells keys apart, proves nothing."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def accepts(self, text: str, blob: bytes) -> bool:
        """Whether `blob` is this key's signature over `text`."""
        message, signature = text.encode(), blob
        if self.kind == COSIGNATURE:
            time = int.from_bytes(blob[:8], "big")
            message, signature = _cosigned(text, time), blob[8:]
            if time > MAX_TIME:
                return False
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key: 32 bytes of seed. Whoever reads it can sign in this name; it is never part of a repr. `verifier` is its
    public half.
    """

    name: str
    seed: bytes = field(repr=False)
    kind: int = ED25519
    verifier: Verifier = field(init=False, repr=False, compare=False)
    _key_id: bytes = field(init=False, repr=False, compare=False)
    _private: Ed25519PrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if len(self.seed) != KEY_BYTES:
            raise NoteError(f"got a seed of {len(self.seed)} bytes, expected {KEY_BYTES}")
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        verifier = Verifier(
            self.name, private.public_key().public_bytes_raw(), self.kind
        )  # refuses a wrong name or type
        # kept, as a counter signs hundreds of promises a second
        for name, value in (("verifier", verifier), ("_key_id", verifier.key_id), ("_private", private)):
            object.__setattr__(self, name, value)

    def sign(self, text: str, time: int = 0) -> NoteSignature:
        """This key's signature over `text`; `time` (Unix seconds) is part of it for a cosignature only."""
        message, prefix = text.encode(), b""
        if self.kind == COSIGNATURE:
            if not 0 < time <= MAX_TIME:
                raise NoteError(f"got the time {time}, expected Unix seconds for a cosignature")
            message, prefix = _cosigned(text, time), time.to_bytes(8, "big")
        signature = self._private.sign(message)
        return NoteSignature(self.name, self._key_id, prefix + signature)


@dataclass(frozen=True, slots=True)
class OpenedNote:
    """A text that trusted keys signed: `verified` are their names, `verifiers` the keys, in order of lines."""

    text: str
    signatures: tuple[NoteSignature, ...]
    verifiers: tuple[Verifier, ...]

    @property
    def verified(self) -> tuple[str, ...]:
        """The names of the trusted keys that signed."""
        return tuple(verifier.name for verifier in self.verifiers)

    def cosigned_at(self, verifier: Verifier) -> int | None:
        """When that witness says it saw the text (Unix seconds); None for a key that did not cosign."""
        for one in self.signatures:
            if verifier in self.verifiers and _names(verifier, one) and verifier.kind == COSIGNATURE:
                return int.from_bytes(one.blob[:8], "big")
        return None


def sign_note(text: str, signers: Sequence[Signer]) -> str:
    """A note over `text`, which ends in a newline, with a line for each signer.

    :raises NoteError: the text cannot be one of a note, or there is no signer.
    """
    if not signers or len(signers) > MAX_SIGNATURES:
        raise NoteError(f"got {len(signers)} signers, expected 1 to {MAX_SIGNATURES}")
    _check_text(_decode(text))
    return text + "\n" + "".join(signer.sign(text).line for signer in signers)


def cosign_note(note: str, cosigner: Signer, time: int) -> str:
    """`note` with one more line: that `cosigner`, a witness, saw it at `time` (Unix seconds)."""
    text, signatures = _split_note(_decode(note))
    if cosigner.kind != COSIGNATURE:
        raise NoteError(f"got signature type 0x{cosigner.kind:02x}, expected 0x04 (cosignature)")
    if len(signatures) >= MAX_SIGNATURES:
        raise NoteError(f"got a note with {len(signatures)} signatures, expected room for one more")
    return note + cosigner.sign(text, time).line


def open_note(note: str | bytes, verifiers: Iterable[Verifier]) -> OpenedNote:
    """The text of `note`, if it is well formed and signed by at least one of `verifiers`.

    :raises NoteError: malformed (1,000,000 bytes and 100 signatures at most), no signature of a trusted key, or a
        wrong one.
    """
    known = _by_name(verifiers)
    text, signatures = _split_note(_decode(note))
    opened: dict[Verifier, None] = {}
    for one in signatures:
        verifier = known.get((one.name, one.key_id))
        if verifier is None:
            continue
        if not verifier.accepts(text, one.blob):
            raise NoteError(f"got a wrong signature of {one.name}, expected one over this text")
        opened[verifier] = None
    if not opened:
        got = ", ".join(sorted({one.name for one in signatures}))
        wanted = ", ".join(sorted(name for name, _ in known)) or "a trusted key"
        raise NoteError(f"got a note signed by {got[:200]}, expected a signature of {wanted[:200]}")
    return OpenedNote(text, signatures, tuple(opened))


def _by_name(verifiers: Iterable[Verifier]) -> dict[tuple[str, bytes], Verifier]:
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise NoteError(f"got two keys {verifier.name} with the same key ID, expected one")
    return known


def _names(verifier: Verifier, signature: NoteSignature) -> bool:
    return (verifier.name, verifier.key_id) == (signature.name, signature.key_id)


def _cosigned(text: str, time: int) -> bytes:
    """tlog-cosignature, "Ed25519 signed message"."""
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def _decode(note: str | bytes) -> str:
    if len(note) > MAX_NOTE_BYTES:
        raise NoteError(f"got a note of {len(note)} bytes, expected at most {MAX_NOTE_BYTES}")
    try:
        return note.decode() if isinstance(note, bytes) else note
    except UnicodeDecodeError:
        raise NoteError("got a note that is not UTF-8, expected UTF-8") from None


def _split_note(note: str) -> tuple[str, tuple[NoteSignature, ...]]:
    """The text with its last newline, and the signatures after the last empty line (signed-note, "Format")."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n"):
        raise NoteError(
            "got a note without signatures, expected text, an empty line, and lines of signatures"
        )
    _check_text(text + "\n")
    found = lines[:-1].split("\n")
    if len(found) > MAX_SIGNATURES:
        raise NoteError(f"got a note with {len(found)} signatures, expected at most {MAX_SIGNATURES}")
    return text + "\n", tuple(_parse_signature(line) for line in found)


def _parse_signature(line: str) -> NoteSignature:
    match = _SIGNATURE_LINE.fullmatch(line)
    try:
        data = parse_base64(match[2]) if match else b""
    except EncodingError:
        data = b""
    if match is None or len(data) <= 4:
        raise NoteError(f"got the line {line[:80]!r}, expected a dash, a key name and Base 64")
    _check_name(match[1])
    return NoteSignature(match[1], data[:4], data[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _UNFIT.search(text):
        raise NoteError(
            "got a text with control characters or without a last newline, expected lines of text"
        )


def _check_name(name: str) -> None:
    """signed-note, "Format": a key name is not empty and has no Unicode space and no plus."""
    if not name or "+" in name or any(one.isspace() for one in name) or _UNFIT.search(name):
        raise NoteError(f"got the key name {name[:80]!r}, expected text without spaces and without +")
