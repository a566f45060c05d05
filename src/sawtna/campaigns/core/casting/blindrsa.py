"""Blind RSA signatures: RSABSSA-SHA384-PSS-Deterministic of RFC 9474, the parts that need no private key.

"Deterministic" names the variant in which the message is not randomised (PrepareIdentity); the PSS salt is 48 random bytes all
the same. The private operation is the issuer's alone (`campaigns/issuer`); verification goes through `cryptography`.

Trust: whoever knows `Blinded.inverse` can link a signature to the request that it came from. It never leaves the person's
device and is forgotten once the signature is final.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha384
from math import gcd

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA384

from sawtna.ledger.core.errors import BookError

SALT_BYTES = 48
HASH_BYTES = 48
EXPONENT = 65537
MODULUS_BITS = 2048  # token type 0x0002 (RFC 9578 6) fixes it
KEYS_AT_HAND = 1024

_PSS = padding.PSS(padding.MGF1(SHA384()), SALT_BYTES)
_SHA384 = SHA384()


class BlindError(BookError):
    """A blind signature that cannot be made or does not hold."""

    code = "blind"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA public key; `n` has a whole number of bytes (2,048 bits for token type 0x0002)."""

    n: int
    e: int = EXPONENT

    @property
    def size(self) -> int:
        """Length of the modulus in bytes."""
        return (self.n.bit_length() + 7) // 8

    @property
    def is_fit(self) -> bool:
        """Whether it has the shape of a key of token type 0x0002: 2,048 bits, odd, exponent 65537."""
        return self.n.bit_length() == MODULUS_BITS and self.n % 2 == 1 and self.e == EXPONENT


@dataclass(frozen=True, slots=True)
class Blinded:
    """What `blind` gives: the message to send, and the secret that unblinds the answer (keep it until then, then forget it)."""

    message: bytes
    inverse: int = field(repr=False)


def mask(seed: bytes, length: int) -> bytes:
    """MGF1 with SHA-384 (RFC 8017 B.2.1)."""
    blocks = -(-length // HASH_BYTES)
    return b"".join(sha384(seed + counter.to_bytes(4, "big")).digest() for counter in range(blocks))[:length]


def encode_pss(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE (RFC 8017 9.1.1) of `message` into `bits` bits with SHA-384 and this salt; raises BlindError."""
    length = -(-bits // 8)
    least = HASH_BYTES + len(salt) + 2
    if length < least:
        raise BlindError(f"got a modulus of {bits + 1} bits, expected at least {8 * least}")
    digest = sha384(bytes(8) + sha384(message).digest() + salt).digest()
    padded = bytes(length - least) + b"\x01" + salt
    masked = int.from_bytes(padded, "big") ^ int.from_bytes(mask(digest, len(padded)), "big")
    masked &= (1 << (8 * len(padded) - (8 * length - bits))) - 1
    return masked.to_bytes(len(padded), "big") + digest + b"\xbc"


def blind(key: PublicKey, message: bytes, salt: bytes, factor: int) -> Blinded:
    """Blind (RFC 9474 4.2); raises BlindError.

    `salt` is 48 random bytes, `factor` a random number in [1, n): both fresh for each message, both secret. The arithmetic
    takes a time that depends on `factor`; it runs on the person's own device.
    """
    number = int.from_bytes(encode_pss(message, key.n.bit_length() - 1, salt), "big")
    if gcd(number, key.n) != 1 or not 0 < factor < key.n or gcd(factor, key.n) != 1:
        raise BlindError(
            "got a message or factor that shares a prime with the modulus, expected neither (try another factor)"
        )
    blinded = number * pow(factor, key.e, key.n) % key.n
    return Blinded(blinded.to_bytes(key.size, "big"), pow(factor, -1, key.n))


def finalize(key: PublicKey, message: bytes, signature: bytes, inverse: int) -> bytes:
    """Finalize (RFC 9474 4.4): the signature of `message`, verified; raises BlindError when the issuer answered wrongly."""
    if len(signature) != key.size:
        raise BlindError(f"got a blind signature of {len(signature)} bytes, expected {key.size}")
    final = (int.from_bytes(signature, "big") * inverse % key.n).to_bytes(key.size, "big")
    if not verifies(key, message, final):
        raise BlindError(
            "got a signature that does not hold, expected one by the issuer's key over the blinded message"
        )
    return final


def verifies(key: PublicKey, message: bytes, signature: bytes) -> bool:
    """RSASSA-PSS-VERIFY (RFC 8017 8.1.2) with SHA-384, MGF1-SHA-384 and a salt of 48 bytes; False for an impossible key too."""
    try:
        _loaded(key).verify(signature, message, _PSS, _SHA384)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=KEYS_AT_HAND)
def _loaded(key: PublicKey) -> rsa.RSAPublicKey:
    return rsa.RSAPublicNumbers(key.e, key.n).public_key()
