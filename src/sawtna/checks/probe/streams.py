"""Attempts over TCP and TLS: each connects, says the first packets of a flow or a server name, and tells how it ended."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Sequence

from sawtna.checks.core.observation import Outcome, Streamed
from sawtna.checks.flows.talk import Exchange
from sawtna.checks.probe.gate import Address, plain_context

SECONDS = 2.5
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


async def _outcome(attempt: Awaitable[None]) -> Outcome:
    try:
        async with asyncio.timeout(SECONDS):
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
