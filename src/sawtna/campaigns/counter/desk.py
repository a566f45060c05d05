"""The three things that people do at the counter, each from the bytes that they sent to the answer that they get."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from sawtna.campaigns.actions.accept_cast import accept_cast
from sawtna.campaigns.actions.issue_tokens import TokenRequest, issue_tokens
from sawtna.campaigns.ballots_of_book import CountersBook, counters_book
from sawtna.campaigns.core.casting.casts import CAST_BYTES, ReadCast, read_cast
from sawtna.campaigns.core.casting.promises import Promise, sign_promise
from sawtna.campaigns.core.casting.vouchers import tag_of
from sawtna.campaigns.counter.brake import check_work, make_challenge
from sawtna.campaigns.counter.codes import make_code, open_code
from sawtna.campaigns.counter.post import POST, Letter
from sawtna.campaigns.counter.requests import (
    CODED,
    Person,
    read_json,
    read_language,
    read_person,
    read_slip,
    read_token_requests,
)
from sawtna.campaigns.counter.vouched import is_vouched_for
from sawtna.campaigns.counter.writer import WRITER
from sawtna.campaigns.models import Tag
from sawtna.campaigns.safe import roll_key, signer_of
from sawtna.campaigns.sealed_casts import GRACE, close_of
from sawtna.campaigns.turned import Turned, closed, malformed, too_early, wrong_code
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import Signer
from sawtna.ledger.keys import PROMISE, load_key

_HANDS = ThreadPoolExecutor(
    4, thread_name_prefix="counter"
)  # OpenSSL lets go of the interpreter while it works


def _now() -> int:
    return int(timezone.now().timestamp())


async def in_hand(work: object, *arguments: object) -> object:
    """Do something slow beside the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_HANDS, work, *arguments)  # type: ignore[arg-type]


async def _book() -> CountersBook:
    found = await in_hand(counters_book)
    assert isinstance(found, CountersBook)
    return found


@lru_cache(maxsize=1)
def _promise_key(_folder: str) -> Signer:
    return load_key(PROMISE)


async def give_challenge(_data: bytes) -> Mapping[str, object]:
    """Work for a browser, before it may ask for a code."""
    found = await in_hand(make_challenge)
    assert isinstance(found, dict)
    return found


async def send_code(data: bytes) -> Mapping[str, object]:
    """Send a code to a contact; the answer is the same whoever it is."""
    asked = read_json(data)
    person = read_person(asked, await _book(), _now())
    if person.kind not in CODED:
        raise malformed("An invitation needs no code.")
    await in_hand(check_work, asked.get("work"))
    await in_hand(_mail_code, person, read_slip(asked), read_language(asked))
    return {}


def _mail_code(person: Person, slip: str, language: str) -> None:
    key = roll_key(person.roll)
    tag = tag_of(key, person.kind, person.contact)
    fresh = make_code(key, tag, slip)
    is_known = Tag.objects.filter(tag=tag).exists()  # asked for everyone, so that it takes the same time
    if fresh is not None:
        name = sha256(tag + slip.encode()).digest()
        POST.send(Letter(person.address, fresh.code, language, is_known, time.monotonic(), fresh.seal, name))


async def issue(data: bytes) -> Mapping[str, object]:
    """Sign blinded messages for whoever showed to be one."""
    asked, book, now = read_json(data), await _book(), _now()
    person = read_person(asked, book, now)
    wanted = read_token_requests(asked, person, book, now)
    tag = tag_of(roll_key(person.roll), person.kind, person.contact)
    await _check_voucher(asked, person, tag, wanted)
    await WRITER.write(lambda: _note(book, tag, wanted))
    signatures = await asyncio.gather(*(in_hand(_sign, book, one, person.kind) for one in wanted))
    return {"sigs": list(signatures)}


def _note(book: CountersBook, tag: bytes, wanted: Sequence[TokenRequest]) -> None:
    """Within the transaction: no token is noted after the book has counted the last ones of a key."""
    if not all(book.lets_in(book.register.ballots[one.ballot], _now()) for one in wanted):
        raise closed()
    issue_tokens(tag, wanted)


async def _check_voucher(
    asked: Mapping[str, object], person: Person, tag: bytes, wanted: Sequence[TokenRequest]
) -> None:
    if person.kind in CODED:
        code, request = asked.get("code"), b"".join(one.blinded for one in wanted)
        key, slip = roll_key(person.roll), read_slip(asked)
        if not isinstance(code, str) or not await in_hand(open_code, key, tag, slip, code, request):
            raise wrong_code()
    elif not await in_hand(is_vouched_for, person):
        raise wrong_code()


def _sign(book: CountersBook, one: TokenRequest, kind: str) -> str:
    return encode_base64url(signer_of(book.register.ballots[one.ballot], kind).sign(one.blinded))


async def hand_in(data: bytes) -> Mapping[str, object]:
    """Accept a cast and promise it a place in the book."""
    if len(data) > CAST_BYTES * 2:
        raise malformed("A cast is shorter than that.")
    book, now = await _book(), _now()
    cast = await in_hand(_read, data, book)
    assert isinstance(cast, ReadCast)
    ballot = book.register.ballots[cast.checked.ballot]
    if not book.takes_casts(ballot, now):
        raise closed()
    if book.is_told_early(cast.checked, now):
        raise too_early()
    await WRITER.write(lambda: _accept(book, cast))
    promise = Promise(book.register.origin, cast.leaf, close_of(book, ballot) + GRACE)
    return {"promise": sign_promise(promise, _promise_key(str(settings.SAWTNA_VAR)))}


def _accept(book: CountersBook, cast: ReadCast) -> None:
    """Within the transaction: who waited until the ballot had closed is turned away, as no batch would take the cast."""
    if not book.takes_casts(book.register.ballots[cast.checked.ballot], _now()):
        raise closed()
    accept_cast(cast)


def _read(data: bytes, book: CountersBook) -> ReadCast:
    try:
        return read_cast(data, book.register)
    except BookError as error:
        raise Turned(400, "cast", f"This cast does not hold: {error}.") from None
