"""A network on paper: follows the plan of a run with rules that are Python functions; no packet flies."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from sawtna.checks.core import steering
from sawtna.checks.core.long_flows import read_round
from sawtna.checks.core.observation import Flown, Phase, Run, Streamed
from sawtna.checks.core.plan import (
    GAP,
    PAUSE,
    Ground,
    Planned,
    plan_block,
    plan_dead_block,
    plan_fresh,
    plan_long,
    plan_together,
)
from sawtna.checks.core.tally import tally

NEUTRAL = tuple(range(20_000, 20_320))
VOICE = (443, 1400, 3478, 3480, 5060, 5243, 7985)


@dataclass(frozen=True)
class Packet:
    """One packet as a rule sees it: of which flow, its place in it, when it left (`at` ms of the flow, `gap` ms after one)."""

    flow: str
    port: int
    server: int
    place: int
    at: float
    gap: float
    size: int


Rule = Callable[[Packet, random.Random], float | None]  # ms added on the way, or None when it is dropped


def clear(_packet: Packet, _dice: random.Random) -> float | None:
    """No rule."""
    return 0.0


@dataclass
class Paper:
    """One network and one run over it."""

    rule: Rule = clear
    loss: float = 0.0
    delay: float = 60.0
    seed: int = 1
    streams: dict[str, str] = field(default_factory=dict)

    def run(self) -> Run:
        """Follow the steering to its end."""
        dice = random.Random(self.seed)
        run = Run(seed=dice.randbytes(32), servers=2, neutral=list(NEUTRAL), voice=list(VOICE), is_whole=True)
        run.reach.tries = {0: [(float(at), True) for at in range(0, 9000, 500)]}
        ground = Ground(run.seed, NEUTRAL, VOICE, 2)
        now, numbers, blocks = 500.0, count(10), 0
        for block in range(6):
            run.streamed += self._streams(block)
        while steering.wants_block(run, blocks, now):
            first = blocks * 60
            dead = steering.looks_dead(tally(run))
            planned = (
                plan_dead_block(ground, blocks, first)
                if dead
                else plan_block(ground, blocks, first, steering.pace_at(0), steering.arms_left(run))
            )
            self._fly(run, "block", blocks, planned, GAP, now, dice)
            blocks, now = blocks + 1, now + 600
        before, flown = None, list[Flown]()
        while steering.wants_long(run, now):
            number = 0 if before is None else 1
            packets, gap = steering.long_pace(0, before, now)
            if number == 0 and steering.wants_together(run):
                for _ in range(6):
                    self._fly(
                        run, "block", blocks, plan_together(ground, blocks, blocks * 60), GAP, now, dice
                    )
                    blocks += 1
            flown = self._fly(
                run,
                "long",
                number,
                plan_long(
                    ground,
                    number,
                    2000 + 20 * next(numbers),
                    packets,
                    steering.calls_of(flown, run.patience),
                ),
                gap,
                now,
                dice,
            )
            before, now = read_round(flown, run.patience), now + packets * gap + 900
            if before is not None and before.all_cut:
                self._fly(run, "fresh", number, plan_fresh(ground, 5000 + 10 * number), GAP, now, dice)
        run.ended = now
        return run

    def _fly(  # noqa: PLR0917
        self,
        run: Run,
        phase: Phase,
        block: int,
        planned: list[Planned],
        gap: float,
        now: float,
        dice: random.Random,
    ) -> list[Flown]:
        flown = [self._one(phase, block, one, gap, now, dice) for one in planned]
        run.flown += flown
        return flown

    def _one(  # noqa: PLR0917
        self, phase: Phase, block: int, one: Planned, gap: float, now: float, dice: random.Random
    ) -> Flown:
        made = Flown(one.arm, phase, block, one.order)
        for place in range(one.order.count):
            rest = PAUSE if phase == "block" and place == one.order.count - 1 else 0.0
            at = place * gap + rest
            packet = Packet(one.order.flow, one.order.port, one.order.server, place, at, gap + rest, 100)
            added = self.rule(packet, dice)
            lost = added is None or dice.random() < self.loss
            made.sent.append(now + one.start + at)
            made.back.append(
                None if lost else now + one.start + at + self.delay + (added or 0.0) + dice.uniform(0, 8)
            )
        return made

    def _streams(self, block: int) -> list[Streamed]:
        arms = ["tcp:control"] * 4 + ["tcp:sip_tcp", "tcp:turn_tcp"] + ["tls:plain"] * 4 + ["tls:voice"] * 2
        arms += ["inside:control"] * 4 + ["inside:turn_tls", "inside:websocket_tls"]
        return [Streamed(arm, block, 0.0, 50.0, self.streams.get(arm, "open")) for arm in arms]  # type: ignore[arg-type]
