"""Long flows inside TLS, in the shape of a call, while the check does other things."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from sawtna.checks.core import inside_tls
from sawtna.checks.core.meeting import STREAMS_FROM, Order
from sawtna.checks.core.observation import Run, Streamed
from sawtna.checks.flows import FLOWS
from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.sni import plain_name
from sawtna.checks.probe.gate import Address, Gate, GateError
from sawtna.checks.probe.stream_blocks import cost_of
from sawtna.checks.probe.streams import Clock, Inside, try_inside

ALIVE = 1500.0  # ms since the newest answer of a flow that is let go
FIRST = STREAMS_FROM + 1000  # number of their first flow


@dataclass(slots=True)
class LongStreams:
    """Long flows inside TLS, while the check does other things. Owner: the measurement."""

    run: Run
    gate: Gate
    address: Address
    clock: Clock
    bytes: int = 0
    _talks: list[tuple[str, float, Inside]] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None
    _number: int = 0

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._go())

    async def _go(self) -> None:
        """A round that looks, and where all of it is cut a round that confirms."""
        for number in (0, 1):
            self._number = number
            planned = inside_tls.plan_long_streams(self.run.seed, FIRST + 20 * number, number)
            try:
                await self.gate.expect([order for _, order, _ in planned])
            except GateError:
                return
            attempts = [self._try(number, *one) for one in planned]
            told = [one for several in await asyncio.gather(*attempts) for one in several]
            self._talks.clear()
            self.run.streamed += told
            if number or not inside_tls.looks_cut(told):
                return

    async def _try(self, number: int, arm: str, order: Order, gap: float) -> list[Streamed]:
        exchanges = list(order.exchanges(self.run.seed, FLOWS[order.flow]))
        self.bytes += cost_of(exchanges)
        dice = Dice(self.run.seed, "long name", str(order.number))
        return await try_inside(
            ("", arm), number, self.address, plain_name(dice), exchanges, gap, self.clock, self._note(arm)
        )

    def _note(self, arm: str) -> Callable[[Inside], None]:
        return lambda talk: self._talks.append((arm, self.clock(), talk))

    async def end(self, until: float) -> None:
        """The check has nothing else to do: what lives has lived; what looks cut is waited for, up to `until` (ms of the run)."""
        if self._task is None:
            return
        if self._number or any(self.clock() - talk.last >= ALIVE for _, _, talk in self._talks):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(max(0.0, until - self.clock()) / 1000):
                    await asyncio.shield(self._task)
        elif not self._task.done():
            self.run.streamed += [
                Streamed(arm, 0, began, talk.last, "open", talk.name) for arm, began, talk in self._talks
            ]
        self.stop()

    def stop(self) -> None:
        """Hang up on all that is left."""
        if self._task is not None:
            self._task.cancel()
