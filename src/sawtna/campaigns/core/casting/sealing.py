"""Sealed casts: a padded cast that only the relay of its roll can open (HPKE, RFC 9180, base mode; memo trust 6.6).

The site stores and hands on what it cannot read. All sealed casts have one length; the first eight bytes name the roll, which the
site knows anyhow from the tokens that it issued, and nothing else of them says anything.
"""

from __future__ import annotations

from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sawtna.campaigns.core.casting.casts import CAST_BYTES
from sawtna.ledger.core.errors import BookError

SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_128_GCM)
CURVE = ec.SECP256R1()
DOMAIN = b"sawtna/v1/relay\n"
ROLL_BYTES, POINT_BYTES, TAG_BYTES = 8, 65, 16
SEALED_BYTES = ROLL_BYTES + POINT_BYTES + CAST_BYTES + TAG_BYTES


class SealError(BookError):
    """What was sent is no sealed cast, or this key does not open it."""

    code = "seal"


def pack_public(public: ec.EllipticCurvePublicKey) -> bytes:
    """A relay's key as the book has it: the uncompressed point, 65 bytes (RFC 9180 section 7.1.1)."""
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def unpack_public(point: bytes) -> ec.EllipticCurvePublicKey:
    """The inverse of `pack_public`; raises SealError for what is no point of P-256."""
    try:
        if len(point) != POINT_BYTES:
            raise ValueError
        return ec.EllipticCurvePublicKey.from_encoded_point(CURVE, point)
    except ValueError:
        raise SealError("got other bytes, expected an uncompressed point of P-256") from None


def seal_cast(padded: bytes, roll: int, point: bytes, origin: str) -> bytes:
    """A padded cast for the relay whose key is `point`, sent by people of the roll of that entry.

    :raises SealError: the cast is not padded, or the key is none.
    """
    if len(padded) != CAST_BYTES:
        raise SealError(f"got a cast of {len(padded)} bytes, expected one padded to {CAST_BYTES}")
    public = unpack_public(point)
    return roll.to_bytes(ROLL_BYTES, "big") + SUITE.encrypt(padded, public, DOMAIN + origin.encode())


def roll_of(sealed: bytes) -> int:
    """The entry of the roll that a sealed cast names; raises SealError for another length."""
    if len(sealed) != SEALED_BYTES:
        raise SealError(f"got {len(sealed)} bytes, expected a sealed cast of {SEALED_BYTES}")
    return int.from_bytes(sealed[:ROLL_BYTES], "big")


def seal_hash(sealed: bytes) -> bytes:
    """What a promise names a sealed cast by: its SHA-256. Who holds only this learns nothing."""
    return sha256(sealed).digest()


def open_cast(sealed: bytes, private: ec.EllipticCurvePrivateKey, origin: str) -> bytes:
    """The padded cast inside; raises SealError when this key does not open it."""
    roll_of(sealed)
    try:
        return SUITE.decrypt(sealed[ROLL_BYTES:], private, DOMAIN + origin.encode())
    except (InvalidTag, ValueError):
        raise SealError("got a sealed cast that this key does not open") from None
