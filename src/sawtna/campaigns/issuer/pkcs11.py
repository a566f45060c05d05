"""The raw RSA private operation in a hardware module, through PKCS #11 (mechanism CKM_RSA_X_509).

A key is made inside of the module and never leaves it; its file holds only the name under which the module knows it. Optional:
needs `python-pkcs11` and the module's library.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sawtna.campaigns.core.casting.blindrsa import MODULUS_BITS, PublicKey
from sawtna.campaigns.issuer.openssl import load_pem
from sawtna.campaigns.issuer.raw import BackendMissing, IssuerError, raise_slowly

hsm: Any
faults: Any
rsa_keys: Any
try:
    hsm, faults, rsa_keys = map(import_module, ("pkcs11", "pkcs11.exceptions", "pkcs11.util.rsa"))
except ImportError:
    hsm, faults, rsa_keys = None, None, None
FAULTS: tuple[type[Exception], ...] = (faults.PKCS11Error, RuntimeError) if faults else ()

NAME_PREFIX = b"pkcs11:"
LABEL = "sawtna issuer key"


@dataclass(frozen=True, slots=True)
class Module:
    """Where the hardware module is: its library, the label of its token, and the PIN."""

    library: str
    token: str
    pin: str = field(repr=False)


class Pkcs11Signer:
    """Signs with one key of the module. A session is for one thread at a time, hence the lock."""

    def __init__(self, session: Any, lock: threading.Lock, key: Any) -> None:
        self._session, self._lock, self._key = session, lock, key
        modulus, exponent = key[hsm.Attribute.MODULUS], key[hsm.Attribute.PUBLIC_EXPONENT]
        self.public = PublicKey(int.from_bytes(modulus, "big"), int.from_bytes(exponent, "big"))

    def sign_raw(self, message: bytes) -> bytes:
        """`message`^d mod n."""
        if self._key is None:
            raise IssuerError("this key was closed")
        with self._lock, _faults_as_sentences():
            signature: bytes = self._key.sign(message, mechanism=hsm.Mechanism.RSA_X_509)
        return signature.rjust(self.public.size, b"\0")

    def raise_raw(self, signature: bytes) -> bytes:
        """`signature`^e mod n."""
        return raise_slowly(self.public, signature)

    def close(self) -> None:
        """Let go of the key; it stays in the module."""
        self._key = None


@contextmanager
def _faults_as_sentences() -> Iterator[None]:
    try:
        yield
    except FAULTS as trouble:
        name = type(trouble).__name__
        raise IssuerError(
            f"the hardware module refused ({name} {trouble}): is it plugged in and its PIN right?"
        ) from trouble


class Pkcs11:
    """Backend 3: a hardware module. Owner: one process; the session lives as long as it."""

    name = "pkcs11"

    def __init__(self, module: Module) -> None:
        if hsm is None:
            raise BackendMissing("python-pkcs11 is not installed (pip install python-pkcs11)")
        self._lock = threading.Lock()
        with _faults_as_sentences():
            token = hsm.lib(module.library).get_token(token_label=module.token)
            try:
                self._session = token.open(rw=True, user_pin=module.pin)
            except faults.UserAlreadyLoggedIn:  # a login is for the whole process (PKCS #11 5.6.8)
                self._session = token.open(rw=True)

    def create(self) -> bytes:
        """A fresh key inside of the module; what is kept is its name."""
        name = secrets.token_bytes(16)
        never = {hsm.Attribute.EXTRACTABLE: False, hsm.Attribute.SENSITIVE: True}
        with self._lock, _faults_as_sentences():
            self._session.generate_keypair(
                hsm.KeyType.RSA,
                MODULUS_BITS,
                id=name,
                label=LABEL,
                store=True,
                capabilities=hsm.MechanismFlag.SIGN | hsm.MechanismFlag.VERIFY,
                private_template=never,
            )
        return NAME_PREFIX + name.hex().encode()

    def open(self, kept: bytes) -> Pkcs11Signer:
        """A key of the module by its name; a PEM is loaded for this session only (the vectors need it)."""
        with self._lock, _faults_as_sentences():
            if kept.startswith(NAME_PREFIX):
                key = self._session.get_key(hsm.ObjectClass.PRIVATE_KEY, id=_name_in(kept))
            else:
                key = self._session.create_object(self._template(kept))
            return Pkcs11Signer(self._session, self._lock, key)

    @staticmethod
    def _template(pem: bytes) -> dict[Any, Any]:
        der = load_pem(pem).private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        template: dict[Any, Any] = rsa_keys.decode_rsa_private_key(der, hsm.MechanismFlag.SIGN)
        return {**template, hsm.Attribute.TOKEN: False}

    def forget(self, kept: bytes) -> None:
        """Destroy both halves of a key inside of the module."""
        if not kept.startswith(NAME_PREFIX):
            return
        with self._lock, _faults_as_sentences():
            for found in list(self._session.get_objects({hsm.Attribute.ID: _name_in(kept)})):
                found.destroy()


def _name_in(kept: bytes) -> bytes:
    try:
        return bytes.fromhex(kept.removeprefix(NAME_PREFIX).decode())
    except ValueError:
        raise IssuerError(
            "got a key file without a name in it, expected the name of a key in the module"
        ) from None
