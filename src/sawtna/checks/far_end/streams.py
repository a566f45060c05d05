"""Flows over TCP, and inside TLS on the control port: what came is a packet as soon as somebody announced just those bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sawtna.checks.far_end.sessions import Awaited, Sessions

SILENCE = 15.0  # seconds after which a stream that says nothing is closed
MOST_STREAM_BYTES = 65_536  # that wait to be recognised
Clock = Callable[[], float]


async def answer_stream(
    sessions: Sessions,
    clock: Clock,
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    held: bytes = b"",
) -> None:
    """Answer the packets of one flow until the other side is done, silent, or says what nobody announced; `held` came before."""
    source = str(writer.get_extra_info("peername")[0])
    last: Awaited | None = None
    try:
        while len(held) <= MOST_STREAM_BYTES:
            while held and (found := sessions.take_from(held, last, source, clock())):
                last, answer = found
                held = held[len(last.exchange.sent) :]
                writer.write(answer)
            await writer.drain()
            async with asyncio.timeout(SILENCE):
                data = await reader.read(4096)
            if not data:
                return
            held += data
    except (OSError, TimeoutError):
        return
