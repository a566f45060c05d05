"""Attempts over TCP and TLS: each connects, says the first packets of a flow or a server name, and tells how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sawtna.checks.core.observation import Outcome, Streamed
from sawtna.checks.flows.talk import Exchange
from sawtna.checks.probe.gate import Address, plain_context

SECONDS = 2.5
SILENCE = 3.0  # seconds without an answer after which a flow inside TLS is given up
Clock = Callable[[], float]


async def try_stream(  # noqa: PLR0917
    arm: str, block: int, host: str, port: int, exchanges: Sequence[Exchange], clock: Clock
) -> Streamed:
    """Say the packets of a flow over TCP, each after the answer to the one before."""
    began = clock()
    outcome = await _outcome(_talk(host, port, exchanges))
    return Streamed(arm, block, began, clock(), outcome)


async def try_name(arm: str, block: int, address: Address, name: str, clock: Clock) -> Streamed:
    """Shake hands with our own far end under a server name, and ask it whether it is there."""
    began = clock()
    outcome = await _outcome(_greet(address, name))
    return Streamed(arm, block, began, clock(), outcome, name)


async def try_inside(  # noqa: PLR0917
    arms: tuple[str, str],
    block: int,
    address: Address,
    name: str,
    exchanges: Sequence[Exchange],
    gap: float,
    clock: Clock,
    note: Callable[[Inside], None] = lambda _talk: None,
) -> list[Streamed]:
    """Say the packets of a flow inside TLS, the first alone, the others `gap` ms apart.

    `arms` name what is told of it: of the first packet with the handshake, and of all; an empty name is not told. The end of an
    attempt is when its newest answer came; `note` is given the connection at its beginning.
    """
    talk, began = Inside(address, name, exchanges, gap, clock), clock()
    note(talk)
    try:
        first = whole = await _outcome(talk.open())
        opened = clock()
        if first == "open":
            whole = await _outcome(talk.go_on(), SECONDS + gap * len(exchanges) / 1000)
    finally:
        talk.close()
    told = [
        Streamed(arms[0], block, began, opened, first, name),
        Streamed(arms[1], block, began, talk.last or opened, whole, name),
    ]
    return [one for one in told if one.arm]


@dataclass(slots=True)
class Inside:
    """One connection over TLS and what is said in it. `last` is when the newest answer came (ms). Owner: one attempt."""

    address: Address
    name: str
    exchanges: Sequence[Exchange]
    gap: float
    clock: Clock
    last: float = 0.0
    _writer: asyncio.StreamWriter | None = None
    _reader: asyncio.StreamReader | None = None

    async def open(self) -> None:
        """Shake hands, say the first packet, and wait for its answer."""
        self._reader, self._writer = await asyncio.open_connection(
            self.address.host, self.address.port, ssl=plain_context(), server_hostname=self.name
        )
        self._writer.write(self.exchanges[0].sent)
        await self._reader.readexactly(len(self.exchanges[0].answer))
        self.last = self.clock()

    async def go_on(self) -> None:
        """Say the others, and wait for all answers."""
        saying = asyncio.create_task(self._say())
        try:
            await self._hear()
        finally:
            saying.cancel()

    async def _say(self) -> None:
        assert self._writer is not None
        for one in self.exchanges[1:]:
            await asyncio.sleep(self.gap / 1000)
            self._writer.write(one.sent)

    async def _hear(self) -> None:
        assert self._reader is not None
        for one in self.exchanges[1:]:
            async with asyncio.timeout(SILENCE + self.gap / 1000):
                await self._reader.readexactly(len(one.answer))
            self.last = self.clock()

    def close(self) -> None:
        """Hang up without a word more."""
        if self._writer is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._writer.transport.abort()


async def _outcome(attempt: Awaitable[None], seconds: float = SECONDS) -> Outcome:
    try:
        async with asyncio.timeout(seconds):
            await attempt
    except TimeoutError:
        return "silent"
    except ConnectionRefusedError:
        return "refused"
    except (ConnectionResetError, BrokenPipeError, asyncio.IncompleteReadError, ssl.SSLError):
        return "reset"
    except OSError:
        return "failed"
    return "open"


async def _talk(host: str, port: int, exchanges: Sequence[Exchange]) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        for one in exchanges:
            writer.write(one.sent)
            await writer.drain()
            await reader.readexactly(len(one.answer))
    finally:
        with contextlib.suppress(OSError, RuntimeError):
            writer.transport.abort()


async def _greet(address: Address, name: str) -> None:
    reader, writer = await asyncio.open_connection(
        address.host, address.port, ssl=plain_context(), server_hostname=name
    )
    try:
        writer.write(b'{"do":"ping"}\n')
        await reader.readuntil(b"\n")
    finally:
        with contextlib.suppress(OSError, RuntimeError):
            writer.transport.abort()
