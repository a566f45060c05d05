"""Who a far end is: an Ed25519 key that signs what it saw, and a certificate for its TLS that the key vouches for anew each time.

Whoever can read `far-end.key` can sign measurements in this far end's name.
"""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sawtna.checks.core.meeting import HELLO_DOMAIN
from sawtna.checks.far_end.nobody import certificate_of_nobody
from sawtna.checks.key_file import open_key
from sawtna.ledger.core.note import Signer, sign_note

KEY_NAME, KEY_FILE = "sawtna.far-end", "far-end.key"


@dataclass(frozen=True, slots=True)
class Identity:
    """The key, the TLS context, and the SHA-256 of the certificate in use."""

    signer: Signer
    context: ssl.SSLContext
    certificate: bytes

    def vouch(self, nonce: str) -> str:
        """A signed note that binds this TLS certificate to the key, for one who sent that nonce."""
        return sign_note(f"{HELLO_DOMAIN}{nonce}\n{self.certificate.hex()}\n", [self.signer])


def load_identity(folder: Path, now: datetime) -> Identity:
    """The key of a folder, made when there is none; the certificate is new each time and belongs to nobody."""
    context, certificate = _certificate(now)
    return Identity(open_key(folder / KEY_FILE, KEY_NAME), context, certificate)


def _certificate(now: datetime) -> tuple[ssl.SSLContext, bytes]:
    made, key = certificate_of_nobody(now)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.num_tickets = 0  # nobody comes back to a handshake, and a probe pays for each byte
    with tempfile.NamedTemporaryFile() as file:  # ssl reads keys from files only
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.write(made.public_bytes(Encoding.PEM))
        file.flush()
        context.load_cert_chain(file.name)
    return context, sha256(made.public_bytes(Encoding.DER)).digest()
