"""How long the site waits for somebody who asks, and how much it listens to: uvicorn itself sets no limit to either.

Who opens a connection and says nothing, or a head or a body byte by byte, would hold it for ever; a thousand of these would hold
all of them, from one phone (known as slowloris). A head that never ends would fill the memory. One timer a connection looks every
few seconds; a request costs two notes. What the site itself does not read yet is no fault of the other side.
"""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Callable
from typing import ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

OPEN_FILES = 65_536  # a connection is a file; many systems begin with 1,024 and allow more
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class PatientProtocol(HttpToolsProtocol):
    """uvicorn's own, with an end to its patience. Seconds and bytes."""

    head_seconds: ClassVar[float] = 30.0
    request_seconds: ClassVar[float] = 300.0  # a campaign file over a slow line takes minutes
    most_head_bytes: ClassVar[int] = 65_536
    look_every: ClassVar[float] = 5.0

    _since: float | None = None  # when the request began that has not come whole; None while there is none
    _is_head_open = True
    _head_bytes = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._timer = self.loop.call_later(self.look_every, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nobody any more."""
        self._rest()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        """A WebSocket has its own patience."""
        self._rest()
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        """Listen, and count the bytes of a head that has not ended."""
        super().data_received(data)
        if self._is_head_open:
            self._head_bytes += len(data)
            if self._head_bytes > self.most_head_bytes and not self.transport.is_closing():
                self.transport.write(TOO_LARGE)
                self.transport.close()

    def on_message_begin(self) -> None:
        """Note when it begins."""
        self._since, self._is_head_open, self._head_bytes = self.loop.time(), True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        """The head is there; a body may follow."""
        self._is_head_open = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: between requests uvicorn's own timer waits."""
        self._since = None
        super().on_message_complete()

    def _look(self) -> None:
        now = self.loop.time()
        if self._since is not None and self.flow.read_paused:
            self._since = now
        limit = self.head_seconds if self._is_head_open else self.request_seconds
        if self._since is not None and now - self._since > limit:
            self.transport.abort()
            return
        self._timer = self.loop.call_later(self.look_every, self._look)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def allow_many_files(
    get: Callable[[int], tuple[int, int]] = resource.getrlimit,
    put: Callable[[int, tuple[int, int]], None] = resource.setrlimit,
) -> None:
    """As many open connections as the system allows to this process, up to `OPEN_FILES`; more than it allows is not asked for."""
    soft, hard = get(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        put(resource.RLIMIT_NOFILE, (most, hard))
