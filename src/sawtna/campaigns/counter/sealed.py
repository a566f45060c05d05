"""The counter of rolls that are cast through a relay: people leave sealed casts, the relay fetches and opens them and hands in.

What people leave is stored as it came and can be read by the relay alone. Everything that a relay asks for can be asked again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache

from django.conf import settings
from django.utils import timezone

from sawtna.campaigns.actions.accept_cast import accept_cast
from sawtna.campaigns.actions.accept_sealed import accept_sealed
from sawtna.campaigns.actions.release_sealed import release_sealed
from sawtna.campaigns.ballots_of_book import CountersBook, book_at_hand, counters_book
from sawtna.campaigns.core.casting.casts import CAST_BYTES, ReadCast, read_cast
from sawtna.campaigns.core.casting.promises import Promise, SealedPromise, sign_promise, sign_sealed
from sawtna.campaigns.core.casting.relays import open_request
from sawtna.campaigns.core.casting.sealing import roll_of, seal_hash
from sawtna.campaigns.counter.hands import HANDS
from sawtna.campaigns.counter.writer import WRITER
from sawtna.campaigns.models import SealedCast, Voice
from sawtna.campaigns.sealed_casts import GRACE, close_of, ends_of, relay_of, rolls_of, waits_for_relay
from sawtna.campaigns.turned import Turned, closed, malformed, too_early
from sawtna.ledger.core.encoding import Json, decode_base64url, encode_base64url
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import Signer
from sawtna.ledger.keys import PROMISE, load_key

MOST_FETCHED = 400
MOST_HANDED_IN = 400

Asked = Mapping[str, Json]


def _now() -> int:
    return int(timezone.now().timestamp())


async def _book() -> CountersBook:
    book = book_at_hand()
    return book if book is not None else await HANDS.do(counters_book)


@lru_cache(maxsize=1)
def _promise_key(_folder: str) -> Signer:
    return load_key(PROMISE)


def _signer() -> Signer:
    return _promise_key(str(settings.SAWTNA_VAR))


async def take_sealed(data: bytes) -> Mapping[str, object]:
    """Keep a sealed cast for the relay of its roll, and promise to pass it on."""
    try:
        roll = roll_of(data)
    except BookError as error:
        raise malformed(f"{error}.") from None
    book = await _book()
    if relay_of(book, roll) is None:
        raise malformed(f"Entry {roll} is no roll that is cast through a relay.")
    await WRITER.write(lambda: _keep(book, roll, data))
    deadline = max(close_of(book, ballot) for ballot in book.ballots_of(roll)) + GRACE
    promise = SealedPromise(book.register.origin, seal_hash(data), deadline)
    return {"promise": sign_sealed(promise, _signer())}


def _keep(book: CountersBook, roll: int, data: bytes) -> None:
    """Within the transaction, so that no close overtakes it."""
    now = _now()
    if not any(book.takes_casts(ballot, now) for ballot in book.ballots_of(roll)):
        raise closed()
    accept_sealed(data, roll, sum(1 for end in ends_of(book, roll) if end <= now))


async def serve_relay(data: bytes) -> Mapping[str, object]:
    """Answer a relay: `fetch` what is sealed, `deliver` casts, `release` what was dealt with."""
    book, now = await _book(), _now()
    relays = book.register.relays.values()
    keys = {relay.key for relay in relays if relay.index not in book.gone}
    try:
        key, asked = open_request(data, book.register.origin, keys, now)
        doing = DOINGS.get(str(asked.get("do")))
        if doing is None:
            raise malformed("A relay may ask to fetch, deliver or release.")
        return await doing(book, rolls_of(book, key), asked, now)
    except BookError as error:
        raise Turned(403, "relay", f"{error}.") from None


async def _fetch(book: CountersBook, rolls: list[int], asked: Asked, now: int) -> Mapping[str, object]:
    after, many = decode_base64url(str(asked.get("after", ""))), asked.get("many")
    most = min(many, MOST_FETCHED) if isinstance(many, int) and many > 0 else MOST_FETCHED
    rows = await asyncio.to_thread(_rows, rolls, after, most)
    casts = [{"past": past, "sealed": encode_base64url(body)} for past, body in rows]
    return {"rolls": [_listed(book, roll) for roll in rolls], "casts": casts, "now": now}


def _rows(rolls: list[int], after: bytes, most: int) -> list[tuple[int, bytes]]:
    found = SealedCast.objects.filter(roll__in=rolls, box__gt=after).order_by("box")
    return [(past, bytes(body)) for past, body in found.values_list("past", "body")[:most]]


def _listed(book: CountersBook, roll: int) -> dict[str, object]:
    ballots = [ballot.index for ballot in book.ballots_of(roll)]
    keys = [key.index for key in book.register.keys.values() if key.ballot in ballots]
    return {"roll": roll, "ballots": ballots, "keys": keys}


async def _deliver(book: CountersBook, rolls: list[int], asked: Asked, _now: int) -> Mapping[str, object]:
    casts = asked.get("casts")
    if not isinstance(casts, list) or len(casts) > MOST_HANDED_IN:
        raise malformed(f"A relay hands in at most {MOST_HANDED_IN} casts at once.")
    return {"told": list(await asyncio.gather(*(_hand_in(book, rolls, str(one)) for one in casts)))}


async def _hand_in(book: CountersBook, rolls: list[int], text: str) -> dict[str, str]:
    """One cast of many: its promise, or why it is refused for ever. What may pass later is raised."""
    try:
        cast = await asyncio.to_thread(_read, text, book)
        await WRITER.write(lambda: _accept(book, rolls, cast))
    except Turned as turned:
        if turned.status >= 500:
            raise
        return {"error": turned.code}
    deadline = close_of(book, book.register.ballots[cast.checked.ballot]) + GRACE
    return {"promise": sign_promise(Promise(book.register.origin, cast.leaf, deadline), _signer())}


def _read(text: str, book: CountersBook) -> ReadCast:
    if len(text) > CAST_BYTES:
        raise malformed("A cast is shorter than that.")
    try:
        return read_cast(text.encode(), book.register)
    except BookError as error:
        raise Turned(400, "cast", f"This cast does not hold: {error}.") from None


def _accept(book: CountersBook, rolls: list[int], cast: ReadCast) -> None:
    """Within the transaction. What was accepted before is accepted again, also when it is in the book."""
    checked, now = cast.checked, _now()
    if Voice.objects.filter(nullifier=checked.nullifier, q=checked.q, leaf=cast.leaf).exists():
        return
    ballot = book.register.ballots[checked.ballot]
    is_waited_for = now >= book.hours(ballot).opens and waits_for_relay(book, ballot, now)
    is_open = book.takes_casts(ballot, now) or (ballot.index not in book.gone and is_waited_for)
    if ballot.roll not in rolls or not is_open:
        raise closed()
    if book.is_told_early(checked, now):
        raise too_early()
    accept_cast(cast)


async def _release(_book: CountersBook, rolls: list[int], asked: Asked, _now: int) -> Mapping[str, object]:
    boxes = asked.get("boxes")
    if not isinstance(boxes, list) or len(boxes) > MOST_FETCHED:
        raise malformed(f"A relay releases at most {MOST_FETCHED} sealed casts at once.")
    wanted = [decode_base64url(str(box)) for box in boxes]
    return {"released": await WRITER.write(lambda: release_sealed(wanted, rolls))}


Doing = Callable[[CountersBook, list[int], Asked, int], Awaitable[Mapping[str, object]]]
DOINGS: Mapping[str, Doing] = {"fetch": _fetch, "deliver": _deliver, "release": _release}
