"""The three things that people do at the counter, each from the bytes that they sent to the answer that they get."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from hashlib import sha256
from typing import TypeVar

from django.conf import settings
from django.utils import timezone

from sawtna.campaigns.actions.accept_cast import accept_casts
from sawtna.campaigns.actions.issue_tokens import Bundle, TokenRequest, issue_tokens
from sawtna.campaigns.ballots_of_book import CountersBook, book_at_hand, counters_book
from sawtna.campaigns.core.casting.casts import CAST_BYTES, ReadCast
from sawtna.campaigns.core.casting.promises import Promise, sign_promise
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.core.casting.spelling import read_spelt_cast
from sawtna.campaigns.core.casting.vouchers import tag_of
from sawtna.campaigns.counter.brake import check_work, make_challenge
from sawtna.campaigns.counter.codes import ARE_HERE, make_code, open_code
from sawtna.campaigns.counter.hands import HANDS
from sawtna.campaigns.counter.post import POST
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
from sawtna.campaigns.notches import check_may_issue, gate_was_seen
from sawtna.campaigns.safe import roll_key, signer_of
from sawtna.campaigns.sealed_casts import GRACE, close_of
from sawtna.campaigns.turned import Turned, closed, malformed, too_early, wrong_code
from sawtna.campaigns.vouchers.letters import Letter
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import Signer
from sawtna.ledger.keys import PROMISE, load_key

Answer = TypeVar("Answer")


def _now() -> int:
    return int(timezone.now().timestamp())


async def with_codes(work: Callable[..., Answer], *arguments: object) -> Answer:
    """Do something with codes: here where they are in this process, in hand where they are in Redis."""
    return work(*arguments) if ARE_HERE else await HANDS.do(work, *arguments)


async def _book() -> CountersBook:
    book = book_at_hand()
    return book if book is not None else await HANDS.do(counters_book)


@lru_cache(maxsize=1)
def _promise_key(_folder: str) -> Signer:
    return load_key(PROMISE)


async def give_challenge(_data: bytes) -> Mapping[str, object]:
    """Work for a browser, before it may ask for a code."""
    return await HANDS.do(make_challenge, _now())


async def send_code(data: bytes) -> Mapping[str, object]:
    """Send a code to a contact; the answer is the same whoever it is."""
    asked, book, now = read_json(data), await _book(), _now()
    person = read_person(asked, book, now)
    if person.kind not in CODED:
        raise malformed("An invitation needs no code.")
    keys = (book.own_keys(ballot).get(person.kind) for ballot in book.ballots_of(person.roll_index))
    await _check_gate([key.index for key in keys if key is not None])
    await with_codes(check_work, asked.get("work"), now)
    key, slip = roll_key(book.leaf(person.roll_index)), read_slip(asked)
    tag = tag_of(key, person.kind, person.contact)
    fresh = await with_codes(make_code, key, tag, slip)
    if fresh is not None:
        name = sha256(tag + slip.encode()).digest()
        ballots = tuple(ballot.index for ballot in book.ballots_of(person.roll_index))
        language, born = read_language(asked), time.monotonic()
        POST.send(Letter(person.address, fresh.code, language, born, tag, ballots, fresh.seal, name))
    return {}


async def issue(data: bytes) -> Mapping[str, object]:
    """Sign blinded messages for whoever showed to be one."""
    asked, book, now = read_json(data), await _book(), _now()
    person = read_person(asked, book, now)
    wanted = read_token_requests(asked, person, book, now)
    await _check_gate([one.key for one in wanted])
    key = roll_key(book.leaf(person.roll_index))
    tag = tag_of(key, person.kind, person.contact)
    await _check_voucher(asked, person, partial(open_code, key, tag), wanted)
    await WRITER.write_with(issue_tokens, Bundle(tag, wanted), lambda: _lets_in(book, wanted))
    return {"sigs": await HANDS.do(_sign_all, book, wanted, person.kind)}


async def _check_gate(keys: Sequence[int]) -> None:
    """Turn away from keys that are held since an older database was restored."""
    if gate_was_seen():
        check_may_issue(keys)
    else:
        await HANDS.do(check_may_issue, keys)


def _lets_in(book: CountersBook, wanted: Sequence[TokenRequest]) -> Turned | None:
    """Within the transaction: no token is noted after the book has counted the last ones of a key."""
    ballots, now = book.register.ballots, _now()
    return None if all(book.lets_in(ballots[one.ballot], now) for one in wanted) else closed()


async def _check_voucher(
    asked: Mapping[str, object],
    person: Person,
    opens: Callable[[str, str, bytes], bool],
    wanted: Sequence[TokenRequest],
) -> None:
    """`opens` says of a slip and a typed code whether they open a request (its bytes)."""
    if person.kind in CODED:
        code, request = asked.get("code"), b"".join(one.blinded for one in wanted)
        if not isinstance(code, str) or not await with_codes(opens, read_slip(asked), code, request):
            raise wrong_code()
    elif not await HANDS.do(is_vouched_for, person):
        raise wrong_code()


def _sign_all(book: CountersBook, wanted: Sequence[TokenRequest], kind: str) -> list[str]:
    ballots = book.register.ballots
    return [encode_base64url(signer_of(ballots[one.ballot], kind).sign(one.blinded)) for one in wanted]


async def hand_in(data: bytes) -> Mapping[str, object]:
    """Accept a cast and promise it a place in the book."""
    if len(data) > CAST_BYTES * 2:
        raise malformed("A cast is shorter than that.")
    book, now = await _book(), _now()
    cast = _read(data, book)
    ballot = book.register.ballots[cast.checked.ballot]
    if not book.takes_casts(ballot, now):
        raise closed()
    if book.is_told_early(cast.checked, now):
        raise too_early()
    await WRITER.write_with(accept_casts, cast, lambda: _takes_casts(book, ballot))
    promise = Promise(book.register.origin, cast.leaf, close_of(book, ballot) + GRACE)
    return {"promise": sign_promise(promise, _promise_key(str(settings.SAWTNA_VAR)))}


def _takes_casts(book: CountersBook, ballot: BallotFacts) -> Turned | None:
    """Within the transaction: who waited until the ballot had closed is turned away, as no batch would take the cast."""
    return None if book.takes_casts(ballot, _now()) else closed()


def _read(data: bytes, book: CountersBook) -> ReadCast:
    try:
        return read_spelt_cast(data, book.register)
    except BookError as error:
        raise Turned(400, "cast", f"This cast does not hold: {error}.") from None
