"""What a person keeps: for each ballot the one-time key, the token once it is there, and the number of the next cast.

A file that only its owner may read. Whoever takes it can see and change what was cast with it; deleting it forgets.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

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
    """One ballot of a purse. `blinded` goes once `stamp` (the token's signature) is there; `q` is that of the next cast.

    `told` is a cast on its way: when its answer is lost, the same bytes are handed in again.
    """

    ballot: int
    key: int
    private: ec.EllipticCurvePrivateKey
    blinded: Blinded | None = None
    stamp: bytes | None = None
    q: int = 0
    choice: tuple[int, ...] = ()
    promise: str = ""
    told: bytes = b""


@dataclass(slots=True)
class Purse:
    """All coins of one person in one book, by ballot entry. Owner: one person's device."""

    origin: str
    coins: dict[int, Coin] = field(default_factory=dict)


def pack_purse(purse: Purse) -> bytes:
    """The purse as JSON."""
    coins = [_pack_coin(coin) for _, coin in sorted(purse.coins.items())]
    return json.dumps({"format": "sawtna-purse/1", "origin": purse.origin, "coins": coins}, indent=1).encode()


def unpack_purse(data: bytes) -> Purse:
    """The inverse of `pack_purse`; raises ValueError with a sentence."""
    try:
        held = json.loads(data)
        coins = [_unpack_coin(one) for one in held["coins"]]
        return Purse(str(held["origin"]), {coin.ballot: coin for coin in coins})
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"This file is no purse ({error}).") from None


def _pack_coin(coin: Coin) -> dict[str, object]:
    private = coin.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    packed: dict[str, object] = {
        "ballot": coin.ballot,
        "key": coin.key,
        "private": encode_base64url(private),
        "q": coin.q,
    }
    if coin.blinded is not None:
        packed["blinded"] = encode_base64url(coin.blinded.message)
        packed["inverse"] = f"{coin.blinded.inverse:x}"
    if coin.stamp is not None:
        packed["stamp"] = encode_base64url(coin.stamp)
    if coin.told:
        packed["told"] = encode_base64url(coin.told)
    return {**packed, "choice": list(coin.choice), "promise": coin.promise}


def _unpack_coin(held: Mapping[str, object]) -> Coin:
    private = load_der_private_key(decode_base64url(str(held["private"])), None)
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    blinded = None
    if "blinded" in held:
        blinded = Blinded(decode_base64url(str(held["blinded"])), int(str(held["inverse"]), 16))
    stamp = decode_base64url(str(held["stamp"])) if "stamp" in held else None
    choice, q = held["choice"], held["q"]
    assert isinstance(choice, list)
    assert isinstance(q, int)
    numbers = (int(str(held["ballot"])), int(str(held["key"])))
    told = decode_base64url(str(held.get("told", "")))
    return Coin(*numbers, private, blinded, stamp, q, tuple(choice), str(held.get("promise", "")), told)


def save_purse(purse: Purse, path: Path) -> None:
    """Write the purse whole or not at all, for its owner alone."""
    fresh = path.with_name(path.name + ".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(pack_purse(purse))
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
