"""The raw RSA private operation through OpenSSL's documented C interface (EVP_PKEY_sign with RSA_NO_PADDING).

`cryptography` offers no raw RSA on purpose; OpenSSL's own code is constant-time and blinds its base. The library is the one that
CPython has already loaded for hashlib; a statically linked Python has none, then the next backend is asked.
"""

from __future__ import annotations

import ctypes
import threading
from functools import cache

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from sawtna.campaigns.core.casting.blindrsa import EXPONENT, MODULUS_BITS, PublicKey
from sawtna.campaigns.issuer.raw import BackendMissing, IssuerError

try:
    import _hashlib

    LIBRARY = getattr(_hashlib, "__file__", None)
except ImportError:
    LIBRARY = None

RSA_NO_PADDING = 3  # openssl/rsa.h

_OPERATION: list[object] = [
    ctypes.c_void_p, ctypes.c_char_p, ctypes.POINTER(ctypes.c_size_t), ctypes.c_char_p, ctypes.c_size_t
]  # fmt: skip
_PROTOTYPES: dict[str, tuple[object, list[object]]] = {
    "BIO_new_mem_buf": (ctypes.c_void_p, [ctypes.c_char_p, ctypes.c_int]),
    "BIO_free": (ctypes.c_int, [ctypes.c_void_p]),
    "ERR_clear_error": (None, []),
    "PEM_read_bio_PrivateKey": (ctypes.c_void_p, [ctypes.c_void_p] * 4),
    "EVP_PKEY_free": (None, [ctypes.c_void_p]),
    "EVP_PKEY_CTX_new": (ctypes.c_void_p, [ctypes.c_void_p, ctypes.c_void_p]),
    "EVP_PKEY_CTX_free": (None, [ctypes.c_void_p]),
    "EVP_PKEY_sign_init": (ctypes.c_int, [ctypes.c_void_p]),
    "EVP_PKEY_CTX_set_rsa_padding": (ctypes.c_int, [ctypes.c_void_p, ctypes.c_int]),
    "EVP_PKEY_sign": (ctypes.c_int, _OPERATION),
    "EVP_PKEY_verify_recover_init": (ctypes.c_int, [ctypes.c_void_p]),
    "EVP_PKEY_verify_recover": (ctypes.c_int, _OPERATION),
}


@cache
def open_library() -> ctypes.CDLL:
    """The libcrypto that this Python runs on, with the prototypes that are used here; raises BackendMissing."""
    if LIBRARY is None:
        raise BackendMissing("this Python was built without a libcrypto of its own")
    try:
        library = ctypes.CDLL(LIBRARY)
        for name, (result, arguments) in _PROTOTYPES.items():
            function = getattr(library, name)
            function.restype, function.argtypes = result, arguments
    except (OSError, AttributeError) as trouble:
        raise BackendMissing(f"this Python's libcrypto lacks what is needed ({trouble})") from trouble
    return library


def create_pem() -> bytes:
    """A fresh RSA key of 2,048 bits as PEM (PKCS #1), made by `cryptography`."""
    key = rsa.generate_private_key(EXPONENT, MODULUS_BITS)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())


def load_pem(pem: bytes) -> rsa.RSAPrivateKey:
    """The key in a PEM; raises IssuerError."""
    try:
        key = load_pem_private_key(pem, None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise IssuerError("got bytes that are no RSA key, expected a PEM: the file was damaged or destroyed")
    return key


def public_of(key: rsa.RSAPrivateKey) -> PublicKey:
    """The public half of a key."""
    numbers = key.public_key().public_numbers()
    return PublicKey(numbers.n, numbers.e)


class _Context:
    """One thread's EVP_PKEY_CTX for one operation, which must not be shared. It keeps the key alive by a reference of its own."""

    def __init__(self, library: ctypes.CDLL, key: int, operation: str) -> None:
        self._library = library
        self._work = getattr(library, operation)
        self.pointer = library.EVP_PKEY_CTX_new(key, None)
        ready = self.pointer and getattr(library, f"{operation}_init")(self.pointer) == 1
        if not ready or library.EVP_PKEY_CTX_set_rsa_padding(self.pointer, RSA_NO_PADDING) != 1:
            library.ERR_clear_error()
            raise IssuerError("libcrypto refuses raw RSA with this key")

    def run(self, data: bytes, size: int) -> bytes:
        """The operation on `data`, `size` bytes of it. Other threads run meanwhile: ctypes lets go of the interpreter."""
        out, length = ctypes.create_string_buffer(size), ctypes.c_size_t(size)
        done = self._work(self.pointer, out, ctypes.byref(length), data, len(data))
        if done != 1 or length.value != size:
            self._library.ERR_clear_error()
            raise IssuerError("libcrypto refused to work with this key")
        return out.raw

    def __del__(self) -> None:
        if self.pointer:
            self._library.EVP_PKEY_CTX_free(self.pointer)
            self.pointer = None


class OpenSSLSigner:
    """Signs blinded messages with one key. Owner: the keyring; lives as long as its ballot is open."""

    def __init__(self, pem: bytes) -> None:
        self._library = open_library()
        self.public = public_of(load_pem(pem))
        self._threads = threading.local()
        memory = self._library.BIO_new_mem_buf(pem, len(pem))
        self._key = self._library.PEM_read_bio_PrivateKey(memory, None, None, None) if memory else None
        self._library.BIO_free(memory)
        if not self._key:
            self._library.ERR_clear_error()
            raise IssuerError("libcrypto does not read this key")

    def sign_raw(self, message: bytes) -> bytes:
        """`message`^d mod n."""
        return self._context("EVP_PKEY_sign").run(message, self.public.size)

    def raise_raw(self, signature: bytes) -> bytes:
        """`signature`^e mod n, ten times as quick as with Python's numbers."""
        return self._context("EVP_PKEY_verify_recover").run(signature, self.public.size)

    def _context(self, operation: str) -> _Context:
        if self._key is None:
            raise IssuerError("this key was closed")
        mine: dict[str, _Context] = self._threads.__dict__
        context = mine.get(operation)
        if context is None:
            context = mine[operation] = _Context(self._library, self._key, operation)
        return context

    def close(self) -> None:
        """Give the key back to libcrypto, which clears its memory once no thread's context holds it."""
        if self._key is not None:
            self._library.EVP_PKEY_free(self._key)
            self._key = None
            self._threads = threading.local()


class OpenSSL:
    """Backend 1: the OpenSSL of this Python. What is kept of a key is its PEM."""

    name = "openssl"

    def __init__(self) -> None:
        open_library()

    def create(self) -> bytes:
        """A fresh key as PEM."""
        return create_pem()

    def open(self, kept: bytes) -> OpenSSLSigner:
        """Load a key from its PEM; raises IssuerError."""
        return OpenSSLSigner(kept)

    def forget(self, kept: bytes) -> None:
        """Nothing of a key lies outside of its file."""
