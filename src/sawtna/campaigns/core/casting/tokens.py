"""Privacy Pass tokens of type 0x0002 (RFC 9578 6): what is blindly signed for a ballot, and how an issuer's key is named.

The nonce of a token is the hash of a one-time P-256 key, so that the token is bound to the key that later signs the cast
(memo trust 6.5). What binds it to one ballot is the ballot's leaf hash in the challenge: a changed question is another leaf.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from sawtna.campaigns.core.casting.blindrsa import BlindError, PublicKey

TOKEN_TYPE = (2).to_bytes(2, "big")
NONCE_DOMAIN = b"sawtna/v1/nonce\n"
NULLIFIER_DOMAIN = b"sawtna/v1/nullifier\n"
POINT_BYTES = 33
LEAF_BYTES = 32

# AlgorithmIdentifier of id-RSASSA-PSS with SHA-384, MGF1-SHA-384 and a salt of 48 bytes (RFC 9578 6.5), 63 bytes of DER.
PSS_ALGORITHM = bytes.fromhex(
    "303d06092a864886f70d01010a3030a00d300b0609608648016503040202a11a301806092a864886f70d010108"
    "300b0609608648016503040202a203020130"
)


def pack_der(tag: int, content: bytes) -> bytes:
    """One DER value (X.690 8.1) of up to 65,535 bytes."""
    if len(content) < 0x80:
        length = bytes([len(content)])
    elif len(content) < 0x100:
        length = bytes([0x81, len(content)])
    else:
        length = b"\x82" + len(content).to_bytes(2, "big")
    return bytes([tag]) + length + content


def pack_whole(number: int) -> bytes:
    """A positive DER INTEGER: one byte more where the first bit is set, as it would mean a minus."""
    return pack_der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def pack_spki(key: PublicKey) -> bytes:
    """The SubjectPublicKeyInfo that RFC 9578 6.5 asks for."""
    modulus = pack_der(0x30, pack_whole(key.n) + pack_whole(key.e))
    return pack_der(0x30, PSS_ALGORITHM + pack_der(0x03, b"\x00" + modulus))


def key_id(key: PublicKey) -> bytes:
    """The token key id: SHA-256 of the SubjectPublicKeyInfo (RFC 9578 6.5), 32 bytes."""
    return sha256(pack_spki(key)).digest()


@lru_cache(maxsize=1024)  # the same for every cast of a ballot
def pack_challenge(origin: str, ballot_leaf: bytes) -> bytes:
    """TokenChallenge (RFC 9577 2.1); the ballot's leaf hash is the redemption context, the log's origin is issuer and origin."""
    name = origin.encode()
    if len(ballot_leaf) != LEAF_BYTES or not 0 < len(name) <= 0xFFFF:
        raise BlindError(
            f"got an origin of {len(name)} and a leaf hash of {len(ballot_leaf)} bytes, expected 1 to 65535 and 32"
        )
    sized = len(name).to_bytes(2, "big") + name
    return TOKEN_TYPE + sized + bytes([LEAF_BYTES]) + ballot_leaf + sized


def nonce_of(point: bytes) -> bytes:
    """The nonce of the token that belongs to a one-time key, given as a compressed P-256 point (33 bytes, SEC 1 2.3.3)."""
    if len(point) != POINT_BYTES or point[0] not in (2, 3):
        raise BlindError(f"got a point of {len(point)} bytes, expected 33 bytes of a compressed P-256 point")
    return sha256(NONCE_DOMAIN + point).digest()


def nullifier_of(ballot_leaf: bytes, nonce: bytes) -> bytes:
    """What counts once in a ballot. It leaves the issuer's key out, so that two stamps on one key are one person."""
    return sha256(NULLIFIER_DOMAIN + ballot_leaf + nonce).digest()


def token_input(nonce: bytes, challenge: bytes, kid: bytes) -> bytes:
    """The message that is blindly signed (RFC 9578 6.1): 98 bytes."""
    return TOKEN_TYPE + nonce + sha256(challenge).digest() + kid
