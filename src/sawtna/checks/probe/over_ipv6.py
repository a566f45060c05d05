"""A look at IPv6 beside a check over IPv4: is there a way, does the far end answer, do short voice flows come back?"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Sequence
from dataclasses import replace

from sawtna.checks.core.ipv6 import PACKETS, plan_ipv6
from sawtna.checks.core.observation import Outcome, Run, Streamed
from sawtna.checks.flows import FLOWS
from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.sni import plain_name
from sawtna.checks.flows.talk import Exchange
from sawtna.checks.probe.gate import Address, Gate, GateError, open_gate
from sawtna.checks.probe.streams import Clock

TRIES = 2
SECONDS = 3.0  # for a handshake
WAIT = 1.2  # seconds after the last packet
APART = 0.03  # seconds between packets, and between flows
SOMEWHERE = "2001:db8::1"  # RFC 3849: nobody's; a route is looked up, and nothing is sent
COST = 12_000  # bytes, measured once


def has_route() -> bool:
    """Whether this machine would know where to send a packet over IPv6."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as one:
        one.connect((SOMEWHERE, 9))
        return True
    return False


async def try_ipv6(run: Run, gate: Gate, where: Address | None, clock: Clock) -> int:
    """Look, and note what was seen as streams of the run; gives the bytes that it took. `where` pins the far end's key."""
    began = clock()
    route: Outcome = "open" if has_route() else "failed"
    run.streamed.append(Streamed("ipv6:route", 0, began, clock(), route))
    if where is None or route != "open":
        return 0
    for attempt in range(TRIES):
        began = clock()
        outcome = await _knock(run, where, attempt)
        run.streamed.append(Streamed("ipv6:tls", attempt, began, clock(), outcome))
        if outcome == "open":
            break
    else:
        return 0
    planned = plan_ipv6(run)
    with contextlib.suppress(GateError):
        await gate.expect([order for _, order in planned])
        flights = []
        for place, (arm, order) in enumerate(planned):
            exchanges = list(order.exchanges(run.seed, FLOWS[order.flow]))
            flights.append(_fly(arm, (where.host, order.port), exchanges, place * APART, clock))
        run.streamed += await asyncio.gather(*flights)
    return COST


async def _knock(run: Run, where: Address, attempt: int) -> Outcome:
    try:
        gate = await open_gate(where, plain_name(Dice(run.seed, "ipv6", str(attempt))), SECONDS)
    except GateError:
        return "failed"
    try:
        await gate.greet()
    except GateError:
        return "failed"
    finally:
        gate.close()
    return "open"


async def _fly(
    arm: str, target: tuple[str, int], exchanges: Sequence[Exchange], start: float, clock: Clock
) -> Streamed:
    await asyncio.sleep(start)
    began, ear = clock(), _Ear({one.answer for one in exchanges})
    outcome: Outcome = "failed"
    with contextlib.suppress(OSError):
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: ear, remote_addr=target, family=socket.AF_INET6
        )
        try:
            for one in exchanges:
                transport.sendto(one.sent)
                await asyncio.sleep(APART)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(WAIT):
                    await ear.full.wait()
        finally:
            transport.close()
        outcome = "open" if len(ear.heard) * 2 >= PACKETS else "silent"
    return Streamed(arm, 0, began, clock(), outcome)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, awaited: set[bytes]) -> None:
        self.awaited, self.heard, self.full = awaited, set[bytes](), asyncio.Event()

    def datagram_received(self, data: bytes, _source: object) -> None:
        """An answer, or something else."""
        if data in self.awaited:
            self.heard.add(data)
        if self.heard == self.awaited:
            self.full.set()


def sixth_of(given: Sequence[str], address: Address, vkey: str) -> Address | None:
    """The far end's address of IPv6 among those that the person gave."""
    found = next((host for host in given if ":" in host), None)
    return replace(address, host=found, vkey=vkey) if found else None
