"""What every backend of the private operation offers, and the check that stands behind each of their signatures."""

from __future__ import annotations

from typing import Protocol

from sawtna.campaigns.core.casting.blindrsa import PublicKey
from sawtna.ledger.core.errors import BookError


class IssuerError(BookError):
    """Nothing was signed; the sentence says why and what to do."""

    code = "issuer"


class BackendMissing(IssuerError):  # noqa: N818 (the next backend is asked)
    """This backend cannot work here."""

    code = "backend"


class RawSigner(Protocol):
    """One private key, loaded. May be used by several threads at once."""

    public: PublicKey

    def sign_raw(self, message: bytes) -> bytes:
        """`message`^d mod n, both as many bytes as n; raises IssuerError."""

    def raise_raw(self, signature: bytes) -> bytes:
        """`signature`^e mod n, both as many bytes as n: what the signature signs."""

    def close(self) -> None:
        """Let go of the key."""


class Backend(Protocol):
    """A way to do the private operation: `kept` is what of a key lies in a file, the key itself or where it is."""

    name: str

    def create(self) -> bytes:
        """A fresh key of 2,048 bits, in the form in which it is kept."""

    def open(self, kept: bytes) -> RawSigner:
        """Load a key, given as kept or as PEM; raises IssuerError."""

    def forget(self, kept: bytes) -> None:
        """Destroy what of a key lies outside of its file; twice is harmless."""


def raise_slowly(public: PublicKey, signature: bytes) -> bytes:
    """`signature`^e mod n with Python's own numbers (0.2 ms): for backends that offer nothing quicker."""
    return pow(int.from_bytes(signature, "big"), public.e, public.n).to_bytes(public.size, "big")


class BlindSigner:
    """Signs blinded messages under one key, and gives out no signature that does not verify."""

    def __init__(self, raw: RawSigner) -> None:
        self._raw = raw
        self.public = raw.public

    def sign(self, blinded: bytes) -> bytes:
        """BlindSign (RFC 9474 4.3) of a blinded message as long as the modulus; raises IssuerError."""
        public = self.public
        if len(blinded) != public.size or int.from_bytes(blinded, "big") >= public.n:
            raise IssuerError(
                f"got a blinded message of {len(blinded)} bytes, expected {public.size} and less than the modulus"
            )
        signature = self._raw.sign_raw(blinded)
        # Safety: a signature that a fault has spoilt can give the key away (Boneh, DeMillo and Lipton 1997); RFC 9474 4.3
        # asks for this check. It uses neither the primes nor d, so the same fault cannot spoil both.
        if self._raw.raise_raw(signature) != blinded:
            raise IssuerError(
                "got a signature that does not verify, so it was thrown away: check this machine's memory"
            )
        return signature

    def close(self) -> None:
        """Let go of the key."""
        self._raw.close()
