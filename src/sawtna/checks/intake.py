"""Where evidence is handed in, as a raw ASGI application: POST /evidence/, a file as `sawtna check --save` writes it, or in gzip.

No session, no cookie, no log line, no address, no time: a request leaves nothing behind but the file and its entry. One file is
recomputed at a time in a process, a few wait, and whoever comes then is asked to come again: that is the brake. A file costs its
sender a check of ten seconds against a far end of ours, and us some hundredths.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
import zlib

from django.db import connections
from django.utils import translation

from sawtna.checks.actions.accept_evidence import Accepted, accept_evidence
from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.evidence import MOST_BYTES
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
from sawtna.ledger.answering import Receive, Scope, Send, send_json
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.schema import LANGUAGES
from sawtna.ledger.refusals import Refused

ADDRESS = "/evidence/"
BODY_SECONDS = 60.0
MOST_WAITING = 20
PUBLISH_AFTER = 1.0  # seconds: several files that come together are published together
GZIP = 16 + zlib.MAX_WBITS
STATUS = {"too_long": 413, "replayed": 409, "counted": 409, "far_end": 403, "forged": 403, "busy": 503}

logger = logging.getLogger(__name__)


class Intake:
    """Owner: one process of the site."""

    def __init__(self) -> None:
        self._turn: asyncio.Lock | None = None
        self._waiting = 0
        self._publishing: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            accepted = await self._accept(await _file(scope, receive))
            status, answer = 201, _told(accepted, _language(scope))
        except EvidenceError as error:
            status, answer = STATUS.get(error.code, 400), {"error": error.code, "sentence": str(error)}
        except Refused as error:
            logger.warning("A file of evidence was not taken: %s", error)
            status, answer = 503, {"error": error.code, "sentence": str(error)}
        except Exception:
            logger.exception("A file of evidence could not be taken.")
            status, answer = (
                500,
                {"error": "fault", "sentence": "The fault is ours. Send the file again later."},
            )
        await _answer(send, status, answer)

    async def _accept(self, data: bytes) -> Accepted:
        if self._waiting >= MOST_WAITING:
            raise EvidenceError(
                "busy", "Many checks are handed in at this moment. Send the file again later."
            )
        self._turn = self._turn or asyncio.Lock()
        self._waiting += 1
        try:
            async with self._turn:
                accepted = await asyncio.to_thread(_accept_now, data)
        finally:
            self._waiting -= 1
        if self._publishing is None or self._publishing.done():
            self._publishing = asyncio.create_task(_publish_soon())
        return accepted


def _accept_now(data: bytes) -> Accepted:
    try:
        with translation.override("en"):
            return accept_evidence(data, int(time.time()))  # noqa: TID251 (an edge)
    finally:
        connections.close_all()  # this thread is a guest


async def _publish_soon() -> None:
    await asyncio.sleep(PUBLISH_AFTER)
    await asyncio.to_thread(_publish)


def _publish() -> None:
    try:
        with translation.override("en"):
            publish_checkpoint()
    except BookError:
        logger.exception("The book could not be published; the caretaker tries again.")
    finally:
        connections.close_all()


async def _file(scope: Scope, receive: Receive) -> bytes:
    """The bytes of the file; raises EvidenceError."""
    try:
        async with asyncio.timeout(BODY_SECONDS):
            data = await _body(receive)
    except TimeoutError:
        raise EvidenceError("network", "The file did not come whole in a minute. Send it again.") from None
    if dict(scope["headers"]).get(b"content-encoding", b"").lower() != b"gzip" and data[:2] != b"\x1f\x8b":
        return data
    try:
        opener = zlib.decompressobj(GZIP)
        plain = opener.decompress(data, MOST_BYTES)
    except zlib.error:
        raise EvidenceError("evidence", "This is not gzip.") from None
    if opener.unconsumed_tail:
        raise _too_long()
    return plain


async def _body(receive: Receive) -> bytes:
    data = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise EvidenceError("network", "The request broke off.")
        data += message.get("body", b"")
        if len(data) > MOST_BYTES:
            raise _too_long()
        if not message.get("more_body"):
            return bytes(data)


def _too_long() -> EvidenceError:
    return EvidenceError("too_long", f"This file is longer than {MOST_BYTES} bytes.")


def _language(scope: Scope) -> str:
    """The language in which the sender reads pages."""
    wanted = dict(scope["headers"]).get(b"accept-language", b"").decode("latin-1")[:2].lower()
    return wanted if wanted in LANGUAGES else "en"


def _told(accepted: Accepted, language: str) -> dict[str, object]:
    """What whoever handed it in is told: where it can be seen by everybody."""
    return {
        "entry": accepted.index,
        "page": f"/{language}/book/{accepted.index}/",
        "file": f"{ADDRESS}{accepted.file}.json",
        "verdict": accepted.body["verdict"],
    }


async def _answer(send: Send, status: int, answer: dict[str, object]) -> None:
    body = json.dumps(answer, ensure_ascii=False).encode()
    await send_json(send, status, body, hangs_up=status == 413)


intake = Intake()
