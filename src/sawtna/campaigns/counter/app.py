"""The counter's addresses as a raw ASGI application: POST /t/v1/{challenge,code,issue,cast,sealed,relay}.

No session, no cookie, no log line: a request leaves nothing behind but what the actions store. Answers to one address are all
padded to one length, so that their size tells nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Mapping

from sawtna.campaigns.core.casting.relays import MOST_REQUEST_BYTES
from sawtna.campaigns.counter import desk, sealed
from sawtna.campaigns.issuer.raw import IssuerError
from sawtna.campaigns.turned import Turned, malformed
from sawtna.ledger.answering import Receive, Scope, Send, send_json
from sawtna.ledger.refusals import Refused

PREFIX = "/t/v1/"
MOST_BYTES = 16_384
ANSWER_BYTES = 4096
BODY_SECONDS = 60.0  # in which a request must have come whole: on the worst line, 4 kB take ten
UNREAD = frozenset({408, 413})  # answers that are given before the request has ended

Handler = Callable[[bytes], Awaitable[Mapping[str, object]]]

HANDLERS: dict[str, tuple[int, Handler]] = {
    "challenge": (200, desk.give_challenge),
    "code": (202, desk.send_code),
    "issue": (200, desk.issue),
    "cast": (200, desk.hand_in),
    "sealed": (200, sealed.take_sealed),
    "relay": (200, sealed.serve_relay),
}
LONGER = {"relay": MOST_REQUEST_BYTES}
_write = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":")
).encode  # `json.dumps` would make one for each answer

logger = logging.getLogger(__name__)


async def counter(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer one request."""
    name = str(scope["path"]).removeprefix(PREFIX)
    found = HANDLERS.get(name)
    try:
        if found is None:
            raise Turned(404, "unknown", "There is nothing at this address.")
        if scope["method"] != "POST":
            raise Turned(405, "method", "Send it with POST.")
        status, answer = found[0], await found[1](await _body(receive, LONGER.get(name, MOST_BYTES)))
    except Turned as turned:
        status, answer = turned.status, {"error": turned.code, "sentence": turned.sentence}
    except (IssuerError, Refused) as error:
        logger.exception("The counter cannot work.")
        status, answer = 503, {"error": "closed_counter", "sentence": str(error)}
    except Exception:
        logger.exception("The counter failed.")
        status, answer = (
            500,
            {"error": "fault", "sentence": "The fault is ours. Nothing that you did is lost. Try again."},
        )
    await _answer(send, status, answer)


async def _body(receive: Receive, most: int) -> bytes:
    try:
        async with asyncio.timeout(BODY_SECONDS):
            return await _whole_body(receive, most)
    except TimeoutError:
        raise Turned(408, "network", "The request did not come whole in a minute. Try again.") from None


async def _whole_body(receive: Receive, most: int) -> bytes:
    data = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise malformed("The request broke off.")
        data += message.get("body", b"")
        if len(data) > most:
            raise Turned(413, "too_long", f"This is longer than the {most} bytes that are read here.")
        if not message.get("more_body"):
            return bytes(data)


async def _answer(send: Send, status: int, answer: Mapping[str, object]) -> None:
    body = _write(answer).encode().ljust(ANSWER_BYTES, b" ")
    await send_json(send, status, body, hangs_up=status in UNREAD)
