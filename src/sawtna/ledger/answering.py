"""How a room answers a program in JSON without Django (ASGI): kept and framed by nobody, with no trace of who asked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def send_json(send: Send, status: int, body: bytes, *, hangs_up: bool = False) -> None:
    """Send a whole answer; `hangs_up` where the rest of the request is not read."""
    headers = [*HEADERS, (b"content-length", str(len(body)).encode())]
    if hangs_up:
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
