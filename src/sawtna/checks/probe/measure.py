"""One run, from the first handshake to the last packet: follows the plan, asks the steering what to do next, gives a `Run`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import median

from sawtna.checks.core import steering
from sawtna.checks.core.explanation import explain
from sawtna.checks.core.late_kills import FRESH, is_all_silent, packets_of
from sawtna.checks.core.long_flows import read_round
from sawtna.checks.core.observation import Flown, Phase, Run
from sawtna.checks.core.plan import (
    GAP,
    Ground,
    Planned,
    plan_block,
    plan_dead_block,
    plan_first,
    plan_fresh,
    plan_long,
    plan_together,
)
from sawtna.checks.core.tally import tally
from sawtna.checks.core.verdict import BLOCKED, conclude
from sawtna.checks.flows import FLOWS
from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.sni import plain_name
from sawtna.checks.probe.air import Air
from sawtna.checks.probe.background import Background
from sawtna.checks.probe.gate import Address, Gate, GateError, Hello, given_hosts, hosts_of, open_gate
from sawtna.checks.probe.long_streams import LongStreams
from sawtna.checks.probe.names import ask_both, heard_enough
from sawtna.checks.probe.over_ipv6 import sixth_of, try_ipv6
from sawtna.checks.probe.stream_blocks import StreamBlocks
from sawtna.checks.probe.trail import follow_trail

GATE_TRIES = 10
KNOCK_EVERY = 0.3  # seconds
LAST = steering.AT_MOST / 1000 + 0.1  # seconds, whatever the far end does
GATE_FOR = 8000.0  # ms in which a far end must answer at least once
FRESH_MS = 250.0
SLOW = 2  # level at which no flows inside TLS are tried
BACKGROUND_REST = 15.0  # seconds beyond its minutes
TOGETHER_BLOCKS, TOGETHER_EVERY = 5, 900.0  # ms
FIRST_GAP = 5.0  # ms: close together, so that a narrow link shows its queue
NAMES_WAIT = 0.5  # seconds that are left for the resolver when all else is done

Progress = Callable[[str, float], None]


@dataclass(slots=True)
class Measurement:
    """A run under way. Owner: the command; `run` is always fit to be concluded from, also after a Ctrl-C."""

    address: Address
    second: Address | None = None
    sixth: Address | None = None  # over IPv6, beside the others
    background: float = 0.0  # minutes
    altered: set[str] = field(default_factory=set)  # flows that somebody on the way rewrote
    trouble: str = ""  # why the check ended before its time, in a sentence
    progress: Progress = lambda _step, _share: None
    run: Run = field(default_factory=Run)
    bytes: int = 0
    far_half: str = ""
    far_vkey: str = ""
    site: str = ""
    _began: float = field(default_factory=time.monotonic)
    _level: int = 0
    _numbers: int = 0
    _blocks: int = 0
    _pending: list[tuple[float, list[Flown]]] = field(default_factory=list)
    _patience: float = 1000.0
    _server: int = 0
    _haste: float = 900.0
    _last: float = 0.0
    _sixth_bytes: int = 0
    _ping_every: float = 0.5  # seconds
    _ready: asyncio.Event = field(default_factory=asyncio.Event)  # the network is known enough for streams
    _used: Callable[[], int] = lambda: 0

    def now(self) -> float:
        """Ms since the run began."""
        return (time.monotonic() - self._began) * 1000

    async def go(self) -> Run:
        """Measure; whatever the network does ends up in the run."""
        try:
            async with asyncio.timeout(
                LAST + (60 * self.background + BACKGROUND_REST if self.background else 0)
            ):
                gate, hello = await self._enter()
                if gate is not None and hello is not None:
                    await self._measure(gate, hello)
                    gate.close()
        except GateError as error:  # too many people there, or nonsense
            self.trouble = str(error)
        except TimeoutError:
            pass
        finally:
            self.run.ended = self.now()
        return self.run

    # -------------------------------------------------------------- the door
    async def _enter(self) -> tuple[Gate | None, Hello | None]:
        self.progress("reach", 0.02)
        dice = Dice(time.monotonic_ns().to_bytes(8, "big"), "names")
        for attempt in range(GATE_TRIES):
            server = attempt % 2 if self.second else 0
            address = self.second if server and self.second else self.address
            try:
                gate = await open_gate(address, plain_name(dice), seconds=3.0)
                hello, self.run.seed = await asyncio.gather(gate.greet(), gate.begin())
            except GateError as error:
                self.trouble = str(error)
                self._note_reach(server, good=error.is_refusal)
                self.run.reach.is_captive = error.is_captive
                if error.is_captive:
                    return None, None
                if self.now() > GATE_FOR:
                    break
                await asyncio.sleep(1.0 if error.is_refusal else 0.2)
                continue
            self._server, self.trouble = server, ""
            self._note_reach(server, good=True)
            return gate, hello
        return None, None

    async def _knock(self) -> None:
        """Go on knocking at the first address when only the second let us in."""
        while self._server:
            await asyncio.sleep(KNOCK_EVERY)
            try:
                gate = await open_gate(self.address, plain_name(Dice(self.run.seed, "knock")), seconds=1.5)
                gate.close()
                self._note_reach(0, good=True)
            except GateError:
                self._note_reach(0, good=False)

    async def _look_at_ipv6(self, gate: Gate, given: Sequence[str]) -> None:
        if ":" not in gate.peer:
            await asyncio.sleep(1.0)  # until it is known whether the network is slow
            where = sixth_of(given, self.sixth or self.address, self.far_vkey)
            self._sixth_bytes = await try_ipv6(
                self.run, gate, None if self._level >= SLOW else where, self.now
            )

    def _note_reach(self, server: int, *, good: bool) -> None:
        self.run.reach.tries.setdefault(server, []).append((round(self.now(), 1), good))

    # -------------------------------------------------------------- the run
    async def _measure(self, gate: Gate, hello: Hello) -> None:
        run = self.run
        self.far_vkey, self.site = hello.vkey, hello.site
        run.began = hello.better_clock(run.began)
        run.neutral, run.voice, run.far_is_well = hello.neutral, hello.voice, hello.is_well
        given = await given_hosts(filter(None, (self.address, self.second, self.sixth)))
        hosts = hosts_of(gate.peer, hello, given)
        run.servers = len(hosts)
        air, address = Air(hosts, self.now), Address(hosts[0], gate.address.port)
        streams = StreamBlocks(run, gate, hello, address, self.now, lambda: self._level >= SLOW, self._ready)
        long = LongStreams(run, gate, address, self.now)
        self._used = lambda: air.bytes + streams.bytes + long.bytes + self._sixth_bytes
        beside = [
            asyncio.create_task(self._ping(gate)),
            asyncio.create_task(streams.go()),
            asyncio.create_task(self._knock()),
            asyncio.create_task(self._look_at_ipv6(gate, given)),
            asyncio.create_task(ask_both(gate, run, lambda: self._blocks > 0)),
        ]
        try:
            async with asyncio.timeout(steering.AT_MOST / 1000 - self.now() / 1000):
                await self._follow(gate, air, (beside[1], long), hosts[0])
            await self._go_on(gate, air)
            await self._ask_far(gate)
            run.is_whole = True
        except GateError as error:
            self.trouble = str(error)
            self._note_reach(self._server, good=False)
        except TimeoutError:
            pass
        finally:
            long.stop()
            for one in beside:
                one.cancel()
            self.bytes = self._used()
            self.altered |= air.altered
            air.close()

    async def _follow(
        self, gate: Gate, air: Air, beside: tuple[asyncio.Task[None], LongStreams], host: str
    ) -> None:
        """The phases of a run, one after the other."""
        run, (streams, long) = self.run, beside
        await self._first(gate, air)
        self._ready.set()
        if self._level < SLOW:
            long.start()
        await self._run_blocks(gate, air)
        await self._run_long(gate, air)
        await asyncio.gather(streams, self._run_trail(gate, host), self._settle())
        await long.end(steering.RUN_UNTIL)
        for _ in range(10):
            if not heard_enough(run.names_here):
                await asyncio.sleep(NAMES_WAIT / 10)

    async def _go_on(self, gate: Gate, air: Air) -> None:
        """In the background, where it was asked for and nothing was found: long flows for minutes."""
        if not self.background or conclude(self.run).verdict == "blocked":
            return
        flows, self._ping_every = Background(self.run, gate, air, self.now), 5.0
        try:
            packets = packets_of(self.background)
            await flows.go(
                self._ground, self._numbers, packets, lambda share: self.progress("background", share)
            )
            self._numbers += len(flows.flown)
            await self._land(flows.flown, 900.0)
            if is_all_silent(flows.flown):
                await self._run_fresh(gate, air, FRESH)
        finally:
            flows.stop()

    async def _ping(self, gate: Gate) -> None:
        while True:
            await asyncio.sleep(self._ping_every)
            try:
                await gate.ask(do="ping", seconds=2.5)
                self._note_reach(self._server, good=True)
            except GateError:
                self._note_reach(self._server, good=False)

    async def _launch(  # noqa: PLR0917
        self, gate: Gate, air: Air, phase: Phase, block: int, planned: Sequence[Planned], gap: float | None
    ) -> list[Flown]:
        """Announce some flows and put them on the schedule."""
        await gate.expect([one.order for one in planned])
        self._numbers += len(planned)
        begin, flown = self.now() + 5.0, []
        for one in planned:
            made = Flown(one.arm, phase, block, one.order)
            exchanges = list(one.order.exchanges(self.run.seed, FLOWS[one.order.flow]))
            air.schedule(made, exchanges, begin + one.start, gap)
            flown.append(made)
        return flown

    async def _land(self, flown: Sequence[Flown], patience: float) -> None:
        """Wait until all is back, or nothing more is awaited."""
        last = max(one.sent[-1] for one in flown)
        while self.now() < last + patience:
            if self.now() > last and all(None not in one.back for one in flown):
                return
            await asyncio.sleep(0.02)

    async def _first(self, gate: Gate, air: Air) -> None:
        """Three controls before any voice: the usual round trip, and with it how long an answer is waited for."""
        self.progress("first", 0.06)
        flown = await self._launch(gate, air, "first", 0, plan_first(self._ground), FIRST_GAP)
        await self._land(flown, 1200.0)
        self.run.flown += flown
        trips = [trip for one in flown for trip in one.round_trips()]
        usual = median(trips) if trips else 150.0
        self._patience = min(3000.0, max(1000.0, 3 * usual + 600))
        self._haste = min(self._patience, max(250.0, 2.5 * usual + 150))
        self._level = steering.first_pace(flown)

    async def _run_blocks(self, gate: Gate, air: Air) -> None:
        """Blocks until they tell nothing more, and all of them are in."""
        while (wants := steering.wants_block(self.run, self._blocks, self.now())) or self._pending:
            if not wants or steering.should_wait(self.run, len(self._pending)):
                await self._rest(20.0)
                continue
            pace, began = steering.pace_at(self._level), self.now()
            flown = await self._launch(gate, air, "block", self._blocks, self._plan(), pace.gap)
            announcing = self.now() - began
            self._blocks += 1
            self._last = max(one.sent[-1] for one in flown) + self._patience
            self._pending.append((self._last, flown))
            self.progress("blocks", 0.08 + 0.05 * min(self._blocks, 8))
            await self._rest(max(pace.interval / 2, pace.interval - announcing))

    def _plan(self) -> list[Planned]:
        if steering.looks_dead(tally(self.run)):
            return plan_dead_block(self._ground, self._blocks, self._numbers)
        pace, only = steering.pace_at(self._level), steering.arms_left(self.run)
        return plan_block(self._ground, self._blocks, self._numbers, pace, only)

    @property
    def _ground(self) -> Ground:
        run = self.run
        return Ground(run.seed, tuple(run.neutral), tuple(run.voice), run.servers)

    async def _rest(self, ms: float) -> None:
        """Wait, and take in the blocks that are over meanwhile."""
        end = self.now() + ms
        while True:
            self._take_in()
            if self.now() >= end:
                return
            await asyncio.sleep(min(0.03, max(0.001, (end - self.now()) / 1000)))

    def _take_in(self) -> None:
        for waiting in list(self._pending):
            due, flown = waiting
            if self.now() >= due - self._patience + self._haste or (
                self.now() > flown[-1].sent[-1] and all(None not in one.back for one in flown)
            ):
                self._pending.remove(waiting)
                self.run.flown += flown
                self._level = steering.next_pace(self.run, self._level)

    # -------------------------------------------------------------- long flows and the trail
    async def _run_long(self, gate: Gate, air: Air) -> None:
        before, seen = None, list[Flown]()
        while steering.wants_long(self.run, self.now()):
            number = 0 if before is None else 1
            self.progress("long", 0.5 + 0.2 * number)
            packets, gap = steering.long_pace(self._level, before, self.now(), self._used())
            calls = steering.calls_of(seen, self.run.patience)
            planned = plan_long(self._ground, number, self._numbers, packets, calls)
            flown = await self._launch(gate, air, "long", number, planned, gap)
            together = asyncio.create_task(self._run_together(gate, air, wanted=number == 0))
            await self._land_long(air, flown)
            await together
            self.run.flown += flown
            before, seen = read_round(flown, self.run.patience), flown
            if before is not None and before.all_cut:
                await self._run_fresh(gate, air, number)

    async def _land_long(self, air: Air, flown: Sequence[Flown]) -> None:
        """Wait until a round is in, or has shown what it can."""
        patience = min(900.0, self._patience)
        while self.now() < max(one.sent[-1] for one in flown) + patience:
            if steering.is_round_over(flown, self.now()):
                air.stop(flown)
                return
            await asyncio.sleep(0.05)

    async def _run_together(self, gate: Gate, air: Air, *, wanted: bool) -> None:
        """Beside the long flows: blocks that look for rules of signature and port."""
        air.keeps_apart = True
        for _ in range(TOGETHER_BLOCKS if wanted and steering.wants_together(self.run) else 0):
            planned = plan_together(self._ground, self._blocks, self._numbers)
            flown = await self._launch(gate, air, "block", self._blocks, planned, GAP)
            self._blocks += 1
            self._pending.append((max(one.sent[-1] for one in flown) + self._patience, flown))
            await self._rest(TOGETHER_EVERY)
        air.keeps_apart = False
        while self._pending:
            await self._rest(60.0)

    async def _run_fresh(self, gate: Gate, air: Air, number: int) -> None:
        planned = plan_fresh(self._ground, self._numbers)
        flown = await self._launch(gate, air, "fresh", number, planned, 20.0)
        await self._land(flown, FRESH_MS + self._patience)
        self.run.flown += flown

    async def _run_trail(self, gate: Gate, host: str) -> None:
        summed = tally(self.run)
        hit = [arm for arm in summed.found() if arm in summed.shares and summed.ratio(arm) < BLOCKED]
        if not explain(hit) or self.now() > steering.RUN_UNTIL - 2500:
            return
        self.progress("trail", 0.92)
        self._numbers += await follow_trail(
            self.run, gate, self._ground, host, (hit, summed.opened()), self._numbers
        )

    async def _settle(self) -> None:
        """Wait for what may still come of the last block: until now it was judged in haste."""
        late = [one for one in self.run.flown if one.sent[-1] + self._patience > self.now()]
        if late:
            await self._land(late, self._patience)
        self.run.settled += 1

    async def _ask_far(self, gate: Gate) -> None:
        """The far end's signed half: what it had, and when."""
        self.far_half, seen, altered = await gate.half()
        self.altered |= altered
        for one in self.run.flown:
            times = seen.get(str(one.order.number), [])
            one.far = [None if time < 0 else time for time in times]
