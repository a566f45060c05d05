"""What a co-issuer signs for the book: its keys, and how many tokens it issued under each (memo trust 6.6).

A co-issuer is another organisation than the site's host. Its entry `issuer` holds an Ed25519 key; each of its `key` and `issued`
entries carries a signature `g` of that key over the words below. Without one the host could add an issuer of its own making, or
count issuances that never were. A statement names the book and the ballot's leaf or the key's hash, so that none of another
book or ballot can stand in its place.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sawtna.ledger.core.encoding import encode_base64url

KEY_HEADER = "sawtna/v1/issuer-key"
COUNT_HEADER = "sawtna/v1/issued"
ASK_HEADER = "sawtna/v1/ask-issued"


def key_statement(origin: str, ballot_leaf: bytes, kind: str, kid: bytes) -> bytes:
    """That the key of that `kid` is the issuer's own, for the ballot of that leaf hash and one kind of voucher."""
    return _lines(KEY_HEADER, origin, encode_base64url(ballot_leaf), kind, encode_base64url(kid))


def count_statement(origin: str, kid: bytes, total: int) -> bytes:
    """That the issuer has signed `total` tokens under the key of that `kid` so far."""
    return _lines(COUNT_HEADER, origin, encode_base64url(kid), str(total))


def ask_statement(origin: str, moment: int) -> bytes:
    """That the site asks, at that moment (Unix seconds), how many tokens were issued; nobody else shall see them counted."""
    return _lines(ASK_HEADER, origin, str(moment))


def sign_statement(seed: bytes, statement: bytes) -> bytes:
    """Ed25519 (RFC 8032), 64 bytes; `seed` are the 32 bytes of the private key."""
    return Ed25519PrivateKey.from_private_bytes(seed).sign(statement)


def is_stated(public: bytes, statement: bytes, signature: bytes) -> bool:
    """Whether the holder of that key said so."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
