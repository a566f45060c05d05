"""The key of an organisation that issues tokens: FOLDER/issuer.key, made once, readable for its owner alone.

With it the organisation signs its keys and its counts for the book. Whoever reads it can, together with the host of a site,
invent voters in ballots that are still to come; votes that were cast stay secret. A lost one ends the organisation's part:
another key needs another id in the campaign.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sawtna.campaigns.core.casting.statements import sign_statement
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url
from sawtna.ledger.core.errors import BookError

KEY = "issuer.key"
FORMAT = "sawtna-issuer-key/1"
SEED_BYTES = 32


class IdentityError(BookError):
    """There is no key, or what is there is none."""

    code = "issuer_key"


@dataclass(frozen=True, slots=True)
class Identity:
    """The organisation's key: 32 bytes of seed, never part of a repr."""

    seed: bytes = field(repr=False)

    @property
    def public(self) -> bytes:
        """The public half, 32 bytes: `vk` of its entry."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    def sign(self, statement: bytes) -> str:
        """The signature of a statement, as entries hold it."""
        return encode_base64url(sign_statement(self.seed, statement))


def make_identity(folder: Path) -> Identity:
    """A new key; where there is one already, that."""
    if (folder / KEY).exists():
        return load_identity(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    seed = secrets.token_bytes(SEED_BYTES)
    fresh = folder / f"{KEY}.new"
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(f"{FORMAT}\n{encode_base64url(seed)}\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(folder / KEY)
    return Identity(seed)


def load_identity(folder: Path) -> Identity:
    """The key of a folder; raises IdentityError with a sentence."""
    place = folder / KEY
    try:
        head, line, rest = place.read_text(encoding="ascii").split("\n")
        seed = decode_base64url(line)
        if head != FORMAT or rest or len(seed) != SEED_BYTES:
            raise ValueError
    except FileNotFoundError:
        raise IdentityError(f"There is no {place} yet. Make it: sawtna co-issuer key {folder}") from None
    except (ValueError, BookError):
        raise IdentityError(f"{place} holds no key of an issuer. Bring it back from your copy.") from None
    return Identity(seed)
