"""What a check tries over TCP and TLS: blocks of short attempts."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any

from sawtna.checks.core import inside_tls, steering
from sawtna.checks.core.meeting import STREAMS_FROM, Order
from sawtna.checks.core.observation import Run, Streamed
from sawtna.checks.core.tally import is_of_stream, tally
from sawtna.checks.flows import FLOWS
from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.sni import VOICE_SERVERS, plain_name
from sawtna.checks.flows.talk import Exchange
from sawtna.checks.probe.gate import Address, Gate, GateError, Hello
from sawtna.checks.probe.streams import Clock, try_inside, try_name, try_stream

BLOCKS, MOST_BLOCKS = 6, 10
INSIDE_BLOCKS = range(1, 5)  # in these, and wherever something is under suspicion, flows inside TLS are tried
EVERY = 0.5  # seconds
NAME_CONTROLS = 5
TCP_COST, TLS_COST = (
    900,
    1800,
)  # bytes, measured once: a connection with three packets, a handshake with a question
RECORD_COST = (
    2 * 74 + 52
)  # of a packet inside TLS and its answer beside their own bytes: records, segments, one bare ACK

Attempt = Coroutine[Any, Any, list[Streamed]]


@dataclass(slots=True)
class StreamBlocks:
    """The streams of one run. `is_slow` says that the network carries little. Owner: the measurement."""

    run: Run
    gate: Gate
    hello: Hello
    address: Address
    clock: Clock
    is_slow: Callable[[], bool]
    ready: asyncio.Event
    bytes: int = 0

    async def go(self) -> None:
        """Blocks, one begun every half second whether or not the one before has ended; more where something is suspicious.

        None where the network carries little: the handshakes alone would fill it.
        """
        await self.ready.wait()
        under_way: list[asyncio.Task[None]] = []
        for block in range(BLOCKS):
            if self.is_slow():
                break
            under_way.append(asyncio.create_task(self._add(block)))
            await asyncio.sleep(EVERY)
        await asyncio.gather(*under_way)
        for block in range(BLOCKS, MOST_BLOCKS):
            if not any(is_of_stream(name) for name in steering.suspects(tally(self.run))):
                return
            await self._add(block)

    async def _add(self, block: int) -> None:
        self.run.streamed += await self._try(block)

    async def _try(self, block: int) -> list[Streamed]:
        dice = Dice(self.run.seed, "streams", str(block))
        orders = self._orders(block, dice)
        try:
            await self.gate.expect([order for _, order in orders])
        except GateError:
            return []
        attempts = [self._attempt(block, arm, order, dice) for arm, order in orders]
        plain = sum(arm == "inside:control" for arm, _ in orders)
        for arm, count in (("tls:plain", NAME_CONTROLS - plain), ("tls:voice", 1)):
            for _ in range(count):
                name = plain_name(dice) if arm == "tls:plain" else dice.pick(VOICE_SERVERS)
                attempts.append(_one(try_name(arm, block, self.address, name, self.clock)))
                self.bytes += TLS_COST
        dice.shuffle(attempts)
        told = await asyncio.gather(*(_after(place * 0.02, one) for place, one in enumerate(attempts)))
        return [one for several in told for one in several]

    def _orders(self, block: int, dice: Dice) -> list[tuple[str, Order]]:
        """What is announced: flows over TCP at neutral ports, and every other time flows inside TLS and their controls."""
        ports = self.hello.neutral[:16]
        numbers = iter(range(STREAMS_FROM + 20 * block, STREAMS_FROM + 20 * block + 20))
        arms = [("tcp:control", "safe2")] * 5 + [("tcp:sip_tcp", "sip_tcp"), ("tcp:turn_tcp", "turn_tcp")]
        orders = [(arm, Order(next(numbers), flow, dice.pick(ports), 3)) for arm, flow in arms]
        if self.is_slow() or not (block in INSIDE_BLOCKS or block >= BLOCKS):
            return orders
        port, count = self.address.port, inside_tls.PACKETS
        voice = [Order(next(numbers), flow, port, count) for flow in inside_tls.INSIDE]
        orders += [(f"inside:{one.flow}", one) for one in voice]
        for place in range(4):
            sizes = inside_tls.control_sizes(self.run.seed, voice[place % len(voice)], 1)
            orders.append(("inside:control", Order(next(numbers), "safe2", port, len(sizes), 0, sizes)))
        return orders

    def _attempt(self, block: int, arm: str, order: Order, dice: Dice) -> Attempt:
        exchanges = list(order.exchanges(self.run.seed, FLOWS[order.flow]))
        if not arm.startswith("inside:"):
            self.bytes += TCP_COST
            return _one(try_stream(arm, block, self.address.host, order.port, exchanges, self.clock))
        self.bytes += cost_of(exchanges)
        gap = inside_tls.GAP * (inside_tls.PACKETS - 1) / (order.count - 1)
        arms = ("tls:plain" if arm == "inside:control" else "", arm)
        return try_inside(arms, block, self.address, plain_name(dice), exchanges, gap, self.clock)


def cost_of(exchanges: Sequence[Exchange]) -> int:
    """Bytes of a connection over TLS and of what is said in it."""
    return TLS_COST + sum(len(one.sent) + len(one.answer) + RECORD_COST for one in exchanges)


async def _one(attempt: Awaitable[Streamed]) -> list[Streamed]:
    return [await attempt]


async def _after(seconds: float, work: Attempt) -> list[Streamed]:
    await asyncio.sleep(seconds)
    return await work
