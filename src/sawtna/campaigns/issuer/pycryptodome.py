"""The raw RSA private operation through PyCryptodome: works on every platform for which it has a wheel, at half the speed.

It blinds the base and uses the Chinese remainder theorem. The operation is a private method of the package, so the published
vectors are run at every start (`backend.py`), and pyproject.toml names the versions that are known to have it.
"""

from __future__ import annotations

from typing import Any

from sawtna.campaigns.core.casting.blindrsa import PublicKey
from sawtna.campaigns.issuer.openssl import create_pem, load_pem, public_of
from sawtna.campaigns.issuer.raw import BackendMissing, IssuerError, raise_slowly

RSA: Any
try:
    from Crypto.PublicKey import RSA
except ImportError:
    RSA = None


class PyCryptodomeSigner:
    """Signs blinded messages with one key. Owner: the keyring; PyCryptodome itself guards what threads share."""

    def __init__(self, pem: bytes) -> None:
        key = load_pem(pem)
        private = key.private_numbers()
        self.public: PublicKey = public_of(key)
        self._key = RSA.construct(
            (self.public.n, self.public.e, private.d, private.p, private.q), consistency_check=False
        )

    def sign_raw(self, message: bytes) -> bytes:
        """`message`^d mod n."""
        if self._key is None:
            raise IssuerError("this key was closed")
        signature: bytes = self._key._decrypt_to_bytes(int.from_bytes(message, "big"))  # noqa: SLF001 (see above)
        return signature.rjust(self.public.size, b"\0")

    def raise_raw(self, signature: bytes) -> bytes:
        """`signature`^e mod n."""
        return raise_slowly(self.public, signature)

    def close(self) -> None:
        """Let go of the key."""
        self._key = None


class PyCryptodome:
    """Backend 2. What is kept of a key is its PEM."""

    name = "pycryptodome"

    def __init__(self) -> None:
        if RSA is None:
            raise BackendMissing("PyCryptodome is not installed (pip install 'sawtna[web]' brings it)")
        if not hasattr(RSA.RsaKey, "_decrypt_to_bytes"):
            raise BackendMissing("this version of PyCryptodome has no raw RSA (expected 3.19 or later)")

    def create(self) -> bytes:
        """A fresh key as PEM."""
        return create_pem()

    def open(self, kept: bytes) -> PyCryptodomeSigner:
        """Load a key from its PEM; raises IssuerError."""
        return PyCryptodomeSigner(kept)

    def forget(self, kept: bytes) -> None:
        """Nothing of a key lies outside of its file."""
