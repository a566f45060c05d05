"""The keys of a relay: FOLDER/relay.key, readable for its owner alone.

The first line is the key of its requests, each further one a key to which casts are sealed, the newest last. Whoever reads the
file can open the sealed casts of the site, as far as he gets hold of them; once it is gone, nobody can.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sawtna.campaigns.core.casting.sealing import CURVE, pack_public
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url
from sawtna.ledger.core.errors import BookError

KEY = "relay.key"
FORMAT = "sawtna-relay-key/1"
SEED_BYTES = 32
Openers = tuple[ec.EllipticCurvePrivateKey, ...]


class KeyFileError(BookError):
    """There is no key, or what is there is none."""

    code = "relay_key"


@dataclass(frozen=True, slots=True)
class RelayKeys:
    """`signer` signs requests; `openers` open sealed casts, the newest last."""

    signer: Ed25519PrivateKey = field(repr=False)
    openers: Openers = field(repr=False)

    @property
    def entry(self) -> dict[str, str]:
        """What the campaign file says of this relay, without its id and its words."""
        public = self.signer.public_key().public_bytes_raw()
        newest = pack_public(self.openers[-1].public_key())
        return {"pk": encode_base64url(newest), "vk": encode_base64url(public)}


def make_keys(folder: Path) -> RelayKeys:
    """New keys in an empty folder; where there are keys already, those."""
    if (folder / KEY).exists():
        return load_keys(folder)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    keys = RelayKeys(
        Ed25519PrivateKey.from_private_bytes(secrets.token_bytes(SEED_BYTES)),
        (ec.generate_private_key(CURVE),),
    )
    _keep(folder / KEY, keys)
    return keys


def add_opener(folder: Path) -> RelayKeys:
    """One more key to seal to; the older ones still open what was sealed to them."""
    keys = load_keys(folder)
    keys = RelayKeys(keys.signer, (*keys.openers, ec.generate_private_key(CURVE)))
    _keep(folder / KEY, keys)
    return keys


def load_keys(folder: Path) -> RelayKeys:
    """The keys of a folder; raises KeyFileError with a sentence."""
    place = folder / KEY
    try:
        lines = place.read_text(encoding="ascii").split("\n")
        if lines[0] != FORMAT or len(lines) < 4 or lines[-1]:
            raise ValueError
        signer = Ed25519PrivateKey.from_private_bytes(decode_base64url(lines[1]))
        return RelayKeys(signer, tuple(_opener(line) for line in lines[2:-1]))
    except FileNotFoundError:
        raise KeyFileError(f"There is no {place} yet. Make it: sawtna relay key --var {folder}") from None
    except (ValueError, BookError):
        raise KeyFileError(f"{place} holds no keys of a relay. Bring it back from your copy.") from None


def _opener(line: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(decode_base64url(line), "big"), CURVE)


def _keep(place: Path, keys: RelayKeys) -> None:
    secret = [key.private_numbers().private_value.to_bytes(SEED_BYTES, "big") for key in keys.openers]
    lines = [FORMAT, *map(encode_base64url, [keys.signer.private_bytes_raw(), *secret])]
    fresh = place.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write("".join(f"{line}\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place)
