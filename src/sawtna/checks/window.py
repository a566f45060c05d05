"""What the page "Check this network" asks of its site, as a raw ASGI application: POST /c/v1/{open,seen}, WebSocket /c/v1/echo.

The site passes questions on to the window of the far end beside it (`far_end/window.py`), and echoes the WebSocket itself. No
session, no cookie, no log line; nothing is kept here, and the far end forgets a call within a minute.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha1
from pathlib import Path
from typing import Any

from sawtna.ledger.answering import Receive, Scope, Send, send_json

PREFIX = "/c/v1/"
MOST_BYTES = 256  # of a question
SECONDS = 5.0  # in which the far end has to answer, and a question has to come whole
ECHO_BYTES = 64
MOST_ECHOES = 600
ECHO_SECONDS = 40.0
RELAY_SECONDS = 600  # for which a page may use the host's relay
NO_FAR_END = {"error": "no_far_end"}


@dataclass(frozen=True, slots=True)
class Relay:
    """The host's TURN server: its addresses, and the secret that it shares with the site (TURN REST API, coturn)."""

    addresses: tuple[str, ...]
    secret: str

    def pass_until(self, unix_time: float, visit: str) -> dict[str, object]:
        """What a browser shows the relay; good until a time. Coturn counts places by `visit` (user-quota), a name by chance."""
        user = f"{round(unix_time)}:{visit}"
        digest = hmac.new(self.secret.encode(), user.encode(), sha1).digest()
        return {
            "urls": list(self.addresses),
            "username": user,
            "credential": base64.b64encode(digest).decode("ascii"),
        }


class QuestionError(Exception):
    """What was asked cannot be answered: a status of HTTP and a code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Window:
    """The application. `socket` is where the far end beside the site listens."""

    socket: Path
    unix_time: Callable[[], float]
    relay: Relay | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or keep one WebSocket company."""
        name = str(scope["path"]).removeprefix(PREFIX)
        if scope["type"] == "websocket":
            await echo(name, receive, send)
            return
        try:
            status, answer = 200, await self._answer(name, scope, receive)
        except QuestionError as error:
            status, answer = error.status, {"error": error.code}
        except (OSError, TimeoutError, TypeError, ValueError):
            status, answer = 503, NO_FAR_END
        body = json.dumps(answer, separators=(",", ":")).encode()
        await send_json(send, status, body)

    async def _answer(self, name: str, scope: Scope, receive: Receive) -> dict[str, Any]:
        if name not in {"open", "seen"}:
            raise QuestionError(404, "unknown")
        if scope["method"] != "POST":
            raise QuestionError(405, "method")
        if dict(scope["headers"]).get(b"sec-fetch-site", b"same-origin") != b"same-origin":
            raise QuestionError(403, "stranger")  # a page of another site has no business here
        async with asyncio.timeout(SECONDS):
            asked = await _read(receive)
            answer = await self._ask({"do": name, "name": asked} if name == "seen" else {"do": name})
        if name == "open" and self.relay and "error" not in answer:
            answer["relay"] = self.relay.pass_until(self.unix_time() + RELAY_SECONDS, secrets.token_hex(8))
        return answer

    async def _ask(self, question: dict[str, str]) -> dict[str, Any]:
        """Ask the far end; raises OSError or ValueError when it is not there."""
        reader, writer = await asyncio.open_unix_connection(self.socket)
        try:
            writer.write(json.dumps(question).encode() + b"\n")
            answer = json.loads(await reader.readline())
        finally:
            writer.close()
        return {"error": "busy_or_over"} if "error" in answer else dict(answer)


async def _read(receive: Receive) -> str:
    data = bytearray()
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise QuestionError(400, "broken")
        data += message.get("body", b"")
        if len(data) > MOST_BYTES:
            raise QuestionError(413, "too_long")
        if not message.get("more_body"):
            return data.decode("ascii", "replace")


async def echo(name: str, receive: Receive, send: Send) -> None:
    """Send back what comes, short and not for ever: how a call would fare that goes over the web's own way."""
    await receive()  # websocket.connect
    if name != "echo":
        await send({"type": "websocket.close", "code": 1000})
        return
    await send({"type": "websocket.accept"})
    try:
        async with asyncio.timeout(ECHO_SECONDS):
            for _ in range(MOST_ECHOES):
                message = await receive()
                if message["type"] != "websocket.receive":
                    return
                text = message.get("text") or ""
                if not text or len(text) > ECHO_BYTES:
                    break
                await send({"type": "websocket.send", "text": text})
    except TimeoutError:
        pass
    await send({"type": "websocket.close", "code": 1000})
