"""A cast: options, a one-time key, the issuers' stamps on it, and the signature of that key (memo trust 6.6).

Nobody but the holder of the one-time key can have made it, and nobody can tell to whom its stamps were issued. The highest `q`
of a nullifier counts; an empty choice withdraws. Making and checking a cast stand side by side here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sawtna.campaigns.core.casting.blindrsa import BlindError, verifies
from sawtna.campaigns.core.casting.choices import CastError, Options, Paper, check_paper, paper_of
from sawtna.campaigns.core.casting.entries import CAST
from sawtna.campaigns.core.casting.register import BallotFacts, IssuerKey, Register
from sawtna.campaigns.core.casting.tokens import nonce_of, nullifier_of, pack_challenge, token_input
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url, encode_canonical
from sawtna.ledger.core.entry import ENTRY_VERSION, Body, Kinds, unpack_entry
from sawtna.ledger.core.merkle import leaf_hash

CAST_DOMAIN = b"sawtna/v1/cast\n"
CAST_BYTES = 2048  # what a cast is padded to on its way, so that its length tells nothing
COORDINATE_BYTES = 32

Stamp = tuple[int, bytes]  # the index of the issuer's key entry, and the token

_CURVE = ec.SECP256R1()
_ECDSA = ec.ECDSA(SHA256())
_KINDS = Kinds([CAST])


class CheckedCast(NamedTuple):
    """What is left of a valid cast for counting. `keys` are the entries of the issuers' keys that stamped it, in order."""

    ballot: int
    nullifier: bytes
    q: int
    choice: Options
    keys: tuple[int, ...]
    kinds: tuple[str, ...]
    did: Options = ()
    did_not: Options = ()
    newcomer: bytes | None = None


@dataclass(frozen=True, slots=True)
class ReadCast:
    """A cast as it arrived and was found valid: its bytes, its leaf hash, and what counts of it."""

    data: bytes
    leaf: bytes
    checked: CheckedCast


def pack_point(public: ec.EllipticCurvePublicKey) -> bytes:
    """The compressed point of a one-time key, 33 bytes (SEC 1 2.3.3)."""
    return public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def unsigned_cast(
    ballot: int,
    point: bytes,
    q: int,
    choice: Sequence[int],
    stamps: Iterable[Stamp],
    *,
    did: Sequence[int] | None = None,
    did_not: Sequence[int] | None = None,
    newcomer: bytes | None = None,
) -> dict[str, object]:
    """The body of a cast before its signature.

    `stamps` are (index of the key entry, token signature); `did` and `did_not` the check-in of a pledge; `newcomer` the SHA-256
    of the code for whom a vouching cast vouches.
    """
    body: dict[str, object] = {"v": ENTRY_VERSION, "k": CAST.name, "b": ballot, "q": q, "c": list(choice)}
    body["p"] = encode_base64url(point)
    body["t"] = [{"i": index, "s": encode_base64url(signature)} for index, signature in stamps]
    for name, told in (("d", did), ("n", did_not)):
        if told is not None:
            body[name] = list(told)
    if newcomer is not None:
        body["h"] = encode_base64url(newcomer)
    return body


def sign_cast(key: ec.EllipticCurvePrivateKey, unsigned: Body) -> dict[str, object]:
    """The cast with its signature `g`: ECDSA-P256-SHA256 over the domain and the canonical bytes, as r||s (64 bytes)."""
    signature = key.sign(CAST_DOMAIN + encode_canonical(dict(unsigned)), _ECDSA)
    r, s = decode_dss_signature(signature)
    raw = r.to_bytes(COORDINATE_BYTES, "big") + s.to_bytes(COORDINATE_BYTES, "big")
    return {**unsigned, "g": encode_base64url(raw)}


def pad_cast(entry: bytes, length: int = CAST_BYTES) -> bytes:
    """An entry with spaces behind it, so that all are of one length on the wire; raises CastError when it is longer."""
    if len(entry) > length:
        raise CastError(f"got a cast of {len(entry)} bytes, expected at most {length}")
    return entry.ljust(length, b" ")


def read_cast(sent: bytes, register: Register) -> ReadCast:
    """The cast in what a person sent, padding taken off, checked in every way that needs no other cast.

    :raises BookError: CastError, EncodingError or EntryError, each with a sentence.
    """
    data = sent.rstrip(b" ")
    body = unpack_entry(data)
    problems = _KINDS.problems(body)
    if problems or body["k"] != CAST.name:
        raise CastError(
            problems[0].sentence if problems else f"got an entry of kind {body['k']}, expected a cast"
        )
    return ReadCast(data, leaf_hash(data), check_cast(body, register, data))


def check_cast(body: Body, register: Register, data: bytes | None = None) -> CheckedCast:
    """Everything about a cast that needs no other cast; `body` already has the form of its kind. Raises CastError.

    `data` are its canonical bytes, where the caller has them at hand.
    """
    signature, signed = _decode(body["g"]), _signed_bytes(body, data)
    return judge_cast(paper_of(body), _decode(body["p"]), stamps_of(body), signature, signed, register)


def judge_cast(  # noqa: PLR0917 (the parts of a cast, in the order in which they are judged)
    paper: Paper, point: bytes, stamps: Sequence[Stamp], signature: bytes, signed: bytes, register: Register
) -> CheckedCast:
    """The same for a cast that was taken apart: `signature` is r||s over the domain and `signed`. Raises CastError."""
    ballot = register.ballots.get(paper.ballot)
    if ballot is None:
        raise CastError(
            f"got a cast for entry {paper.ballot}, expected a ballot of this book that is taken here"
        )
    check_paper(paper, ballot)
    try:
        nonce = nonce_of(point)
    except BlindError as error:
        raise CastError(str(error)) from None
    keys, kinds = _check_stamps(stamps, nonce, ballot, register)
    _check_signature(signature, point, signed)
    nullifier = nullifier_of(ballot.leaf, nonce)
    told = (paper.did or (), paper.did_not or ())
    return CheckedCast(ballot.index, nullifier, paper.q, paper.choice, keys, kinds, *told, paper.newcomer)


def stamps_of(body: Body) -> list[Stamp]:
    """(index of the key entry, token signature) for each stamp of a cast."""
    stamps = body["t"]
    return [(stamp["i"], _decode(stamp["s"])) for stamp in stamps] if isinstance(stamps, list) else []


def _check_stamps(
    stamps: Sequence[Stamp], nonce: bytes, ballot: BallotFacts, register: Register
) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """The keys and voucher kinds of the stamps, each verified; a token is bound to this ballot by its leaf hash."""
    challenge = pack_challenge(register.origin, ballot.leaf)
    keys: dict[int, IssuerKey] = {}
    for index, signature in stamps:
        key = register.keys.get(index)
        if key is None or key.ballot != ballot.index or index in keys:
            raise CastError(
                f"got a stamp by entry {index}, expected a key of ballot entry {ballot.index}, each once"
            )
        if not verifies(key.public, token_input(nonce, challenge, key.kid), signature):
            raise CastError(f"got a stamp that is not by the key of entry {index}")
        keys[index] = key
    issuers = {key.issuer for key in keys.values()}
    if len(issuers) < ballot.need:
        raise CastError(f"got stamps of {len(issuers)} issuers, expected {ballot.need}")
    return tuple(sorted(keys)), tuple(sorted({key.kind for key in keys.values()}))


def _check_signature(signature: bytes, point: bytes, signed: bytes) -> None:
    r, s = (
        int.from_bytes(half, "big") for half in (signature[:COORDINATE_BYTES], signature[COORDINATE_BYTES:])
    )
    try:
        public = ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, point)
        public.verify(encode_dss_signature(r, s), CAST_DOMAIN + signed, _ECDSA)
    except (ValueError, InvalidSignature):
        raise CastError("got a cast that its one-time key did not sign") from None


def _signed_bytes(body: Body, data: bytes | None) -> bytes:
    """The canonical bytes without `g`. They can be cut out of the entry's own: before `g` stand only lists of numbers."""
    if data is None:
        return encode_canonical({name: value for name, value in body.items() if name != "g"})
    return data.replace(b'"g":"%s",' % str(body["g"]).encode(), b"", 1)


def _decode(value: object) -> bytes:
    return decode_base64url(value) if isinstance(value, str) else b""
