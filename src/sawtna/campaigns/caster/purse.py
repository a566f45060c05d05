"""What a person keeps: for each ballot the one-time key, the token once it is there, and the number of the next cast.

A file that only its owner may read. Whoever takes it can see and change what was cast with it; deleting it forgets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from sawtna.campaigns.core.casting.blindrsa import Blinded
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url


@dataclass(slots=True)
class Coin:
    """One ballot of a purse: a one-time key with its stamps, by the entry of the issuer's key; `q` is that of the next cast.

    It can cast once it has stamps by `need` keys. What was `asked` goes once its stamp (the token's signature) is there. Stamps
    of two voucher kinds on one key are one person.
    `told` is a cast on its way: when its answer is lost, the same bytes are handed in again. `did` and `did_not` are what was
    told of a pledge.
    """

    ballot: int
    private: ec.EllipticCurvePrivateKey
    asked: dict[int, Blinded] = field(default_factory=dict)
    stamps: dict[int, bytes] = field(default_factory=dict)
    q: int = 0
    choice: tuple[int, ...] = ()
    promise: str = ""
    told: bytes = b""
    did: tuple[int, ...] = ()
    did_not: tuple[int, ...] = ()
    need: int = 1

    @property
    def is_stamped(self) -> bool:
        """Whether it can cast."""
        return len(self.stamps) >= self.need


@dataclass(slots=True)
class Purse:
    """All coins of one person in one book, by ballot entry; `newcomer` is the code for which others may vouch.

    Owner: one person's device.
    """

    origin: str
    coins: dict[int, Coin] = field(default_factory=dict)
    newcomer: str = ""


def pack_purse(purse: Purse) -> bytes:
    """The purse as JSON."""
    coins = [_pack_coin(coin) for _, coin in sorted(purse.coins.items())]
    packed: dict[str, object] = {"format": "sawtna-purse/1", "origin": purse.origin, "coins": coins}
    if purse.newcomer:
        packed["newcomer"] = purse.newcomer
    return json.dumps(packed, indent=1).encode()


def unpack_purse(data: bytes) -> Purse:
    """The inverse of `pack_purse`; raises ValueError with a sentence."""
    try:
        held = json.loads(data)
        coins = [_unpack_coin(one) for one in held["coins"]]
        newcomer = str(held.get("newcomer", ""))
        return Purse(str(held["origin"]), {coin.ballot: coin for coin in coins}, newcomer)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This file is no purse ({error}).") from None


def _pack_coin(coin: Coin) -> dict[str, object]:
    private = coin.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    packed: dict[str, object] = {
        "ballot": coin.ballot,
        "private": encode_base64url(private),
        "q": coin.q,
        "stamps": [{"key": key, "stamp": encode_base64url(stamp)} for key, stamp in coin.stamps.items()],
    }
    if coin.asked:
        packed["asked"] = [
            {"key": key, "blinded": encode_base64url(one.message), "inverse": f"{one.inverse:x}"}
            for key, one in coin.asked.items()
        ]
    if coin.need > 1:
        packed["need"] = coin.need
    if coin.told:
        packed["told"] = encode_base64url(coin.told)
    if coin.did or coin.did_not:
        packed.update(did=list(coin.did), did_not=list(coin.did_not))
    return {**packed, "choice": list(coin.choice), "promise": coin.promise}


def _unpack_coin(held: Mapping[str, object]) -> Coin:
    private = load_der_private_key(decode_base64url(str(held["private"])), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    asked = {
        int(one["key"]): Blinded(decode_base64url(one["blinded"]), int(one["inverse"], 16))
        for one in _listed(held, "asked")
    }
    stamps = {int(one["key"]): decode_base64url(one["stamp"]) for one in _listed(held, "stamps")}
    return Coin(
        int(str(held["ballot"])),
        private,
        asked,
        stamps,
        int(str(held["q"])),
        tuple(_listed(held, "choice")),
        str(held.get("promise", "")),
        decode_base64url(str(held.get("told", ""))),
        tuple(_listed(held, "did")),
        tuple(_listed(held, "did_not")),
        int(str(held.get("need", 1))),
    )


def _listed(held: Mapping[str, object], name: str) -> list[Any]:
    found = held.get(name, [])
    return found if isinstance(found, list) else []


def save_purse(purse: Purse, path: Path) -> None:
    """Write the purse whole or not at all, for its owner alone."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pack_purse(purse))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
