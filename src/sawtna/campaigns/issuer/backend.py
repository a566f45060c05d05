"""Which backend signs: the first that works here, and only if it gives what RFC 9474 publishes.

The vectors of RFC 9474, appendix A, lie beside this module. A backend that gives another signature is not passed over in silence:
something is wrong with this machine, and the site must not serve.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sawtna.campaigns.issuer.openssl import OpenSSL
from sawtna.campaigns.issuer.pkcs11 import Module, Pkcs11
from sawtna.campaigns.issuer.pycryptodome import PyCryptodome
from sawtna.campaigns.issuer.raw import Backend, BackendMissing, BlindSigner, IssuerError

SOFTWARE: dict[str, Callable[[], Backend]] = {"openssl": OpenSSL, "pycryptodome": PyCryptodome}


@dataclass(frozen=True, slots=True)
class PublishedVectors:
    """The key of RFC 9474, appendix A, and what it makes of each blinded message there."""

    pem: bytes
    pairs: tuple[tuple[str, bytes, bytes], ...]


def published_vectors() -> PublishedVectors:
    """The vectors that lie beside this module."""
    held = json.loads((files(__package__) / "rfc9474.json").read_text(encoding="utf-8"))
    p, q, n, e, d = (int(held[name], 16) for name in ("p", "q", "n", "e", "d"))
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, d % (p - 1), d % (q - 1), pow(q, -1, p), rsa.RSAPublicNumbers(e, n)
    )
    pem = numbers.private_key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    pairs = (
        (one["name"], bytes.fromhex(one["blinded_msg"]), bytes.fromhex(one["blind_sig"]))
        for one in held["vectors"]
    )
    return PublishedVectors(pem, tuple(pairs))


def check_backend(backend: Backend) -> None:
    """Run the published vectors; raises IssuerError on the first difference."""
    vectors = published_vectors()
    signer = BlindSigner(backend.open(vectors.pem))
    try:
        for name, blinded, expected in vectors.pairs:
            if signer.sign(blinded) != expected:
                raise IssuerError(
                    f"The backend {backend.name} does not give the signature that RFC 9474 publishes for {name}. Nothing is"
                    " signed with it: check this machine, or choose another backend."
                )
    finally:
        signer.close()


def open_backend(name: str | None = None, module: Module | None = None) -> Backend:
    """The backend of that name, or the first that works here: OpenSSL, then PyCryptodome. Its vectors were run.

    `module` is needed for `pkcs11` alone.

    :raises IssuerError: no backend works here (the sentence says why of each), or one gives other signatures than published.
    """
    reasons = []
    for candidate in [name] if name else list(SOFTWARE):
        try:
            backend = _make(candidate, module)
        except BackendMissing as missing:
            reasons.append(f"{candidate}: {missing}")
            continue
        check_backend(backend)
        return backend
    raise IssuerError(f"Tokens cannot be signed on this machine. {'; '.join(reasons)}.")


def _make(name: str, module: Module | None) -> Backend:
    if name == Pkcs11.name:
        if module is None:
            raise BackendMissing("no hardware module was named")
        return Pkcs11(module)
    if name not in SOFTWARE:
        raise BackendMissing(f"there is no such backend, only {', '.join(SOFTWARE)} and {Pkcs11.name}")
    return SOFTWARE[name]()
