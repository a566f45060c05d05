"""Long flows for minutes: announces and sends them piece by piece, so that neither end has to keep all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from sawtna.checks.core.late_kills import CHUNK, GAP, plan_background
from sawtna.checks.core.observation import Flown, Run
from sawtna.checks.core.plan import Ground
from sawtna.checks.flows import FLOWS
from sawtna.checks.flows.talk import Exchange
from sawtna.checks.probe.air import Air
from sawtna.checks.probe.gate import Gate

AHEAD = 2000.0  # ms before the last packet that more are announced


@dataclass(slots=True)
class Background:
    """The flows of one background. Owner: the measurement. What is under way stands in the run from the first packet on."""

    run: Run
    gate: Gate
    air: Air
    clock: Callable[[], float]
    flown: list[Flown] = field(default_factory=list)
    _talks: list[Iterator[Exchange]] = field(default_factory=list)
    _before: list[Sequence[Exchange]] = field(default_factory=list)

    async def go(self, ground: Ground, first: int, packets: int, progress: Callable[[float], None]) -> None:
        """Send so many packets of each flow; raises GateError when the far end is gone."""
        planned = plan_background(ground, first, CHUNK)
        await self.gate.expect([one.order for one in planned])
        begin = self.clock() + 5.0
        for one in planned:
            self._talks.append(
                replace(one.order, count=packets).exchanges(self.run.seed, FLOWS[one.order.flow])
            )
            made = Flown(one.arm, "background", 0, one.order)
            self._before.append(list(islice(self._talks[-1], CHUNK)))
            self.air.schedule(made, self._before[-1], begin + one.start, GAP)
            self.flown.append(made)
        self.run.flown += self.flown
        for done in range(CHUNK, packets, CHUNK):
            progress(done / packets)
            await self._rest_until(self.flown[0].sent[-1] - AHEAD)
            await self._go_on()
        await self._rest_until(max(one.sent[-1] for one in self.flown))

    async def _go_on(self) -> None:
        await self.gate.more([one.order.number for one in self.flown], CHUNK)
        for place, one in enumerate(self.flown):
            one.order = replace(one.order, count=one.order.count + CHUNK)
            exchanges = list(islice(self._talks[place], CHUNK))
            self.air.extend(one, exchanges, GAP, self._before[place])
            self._before[place] = exchanges

    async def _rest_until(self, ms: float) -> None:
        await asyncio.sleep(max(0.0, ms - self.clock()) / 1000)

    def stop(self) -> None:
        """Send nothing more; what was not sent was not part of it."""
        self.air.stop(self.flown)
