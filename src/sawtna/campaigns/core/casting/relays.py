"""Relays: who they are in the book, how one shows to the site that it is the one, and when what it holds may be handed in.

A relay is another organisation than the host. It signs each request with the key that its entry names, so that a request is good
at one site, for one purpose and for a short time; to be asked twice does no harm, as every request can be repeated.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from sawtna.campaigns.core.casting.batches import Pace
from sawtna.ledger.core.encoding import (
    Json,
    decode_base64url,
    decode_canonical,
    encode_base64url,
    encode_canonical,
)
from sawtna.ledger.core.errors import BookError

DOMAIN = b"sawtna/v1/relay-request\n"
MOST_REQUEST_BYTES = 4_000_000
GOOD_FOR = 3600  # seconds by which the clocks of a relay and of a site may differ
LEAD = 600  # seconds before a batch in which a relay hands in
RELAY_GRACE = 3 * 86_400  # seconds after the end for which a site waits for a relay


class RelayError(BookError):
    """A request that no relay of this book has made."""

    code = "relay"


@dataclass(frozen=True, slots=True)
class RelayFacts:
    """One entry of a relay. `point` is what casts are sealed to, `key` the Ed25519 key of its requests."""

    index: int
    campaign: str
    id: str
    point: bytes
    key: bytes


def pack_request(key: Ed25519PrivateKey, origin: str, now: int, asked: Mapping[str, Json]) -> bytes:
    """A signed request; `asked` is what is asked for, `now` Unix seconds."""
    named = encode_base64url(key.public_key().public_bytes_raw())
    body: dict[str, Json] = {"ask": dict(asked), "origin": origin, "t": now, "vk": named}
    signature = key.sign(DOMAIN + encode_canonical(body, MOST_REQUEST_BYTES))
    return encode_canonical({**body, "g": encode_base64url(signature)}, MOST_REQUEST_BYTES)


def open_request(
    data: bytes, origin: str, keys: Iterable[bytes], now: int
) -> tuple[bytes, Mapping[str, Json]]:
    """Who asks, by the Ed25519 key, and for what; `keys` are those of the relays of this book.

    :raises BookError: with a sentence, for whatever is not a fresh request of one of them.
    """
    body = decode_canonical(data, MOST_REQUEST_BYTES)
    if not isinstance(body, dict) or sorted(body) != ["ask", "g", "origin", "t", "vk"]:
        raise RelayError("got another form, expected a signed request with ask, origin, t, vk and g")
    asked, signature, time = body["ask"], body.pop("g"), body["t"]
    key = decode_base64url(str(body["vk"]))
    if key not in keys or not isinstance(asked, dict):
        raise RelayError("got a request of somebody else, expected one of a relay of this book")
    try:
        signed = DOMAIN + encode_canonical(body, MOST_REQUEST_BYTES)
        Ed25519PublicKey.from_public_bytes(key).verify(decode_base64url(str(signature)), signed)
    except (InvalidSignature, ValueError):
        raise RelayError("got a request that the relay did not sign") from None
    if body["origin"] != origin:
        raise RelayError(f"got a request for {body['origin']}, expected one for {origin}")
    if not isinstance(time, int) or abs(time - now) > GOOD_FOR:
        raise RelayError(
            f"got a request of {time}, expected one within {GOOD_FOR} seconds of {now}: set the clocks"
        )
    return key, asked


def due_slot(pace: Pace, ends: int, handed: int, now: int, persons: int) -> int | None:
    """The batch for which a relay hands in now what it holds for a ballot, or None.

    Within `LEAD` seconds before a multiple of `every` if there are casts of `kmin` persons, once for each multiple, as those who
    come after would stand alone; and all that is left once the ballot has ended (`ends`, Unix seconds). What comes in the last
    interval waits for the end, so that the last batch is larger. `handed` is the batch for which it handed in last.
    """
    if now >= ends:
        return ends if persons else None
    slot = now - now % pace.every + pace.every
    is_near = slot - now <= min(LEAD, pace.every // 2)
    is_due = pace.kmin is not None and persons >= max(pace.kmin, 1) and slot > handed
    return slot if is_near and is_due and slot + pace.every <= ends else None
