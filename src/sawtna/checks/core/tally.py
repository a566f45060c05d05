"""Sums up a run: for each arm a bet on its losses and one on its delays, for each stream arm a bet on its successes.

Only what was decided before looking enters a bet: the blocks in their order, the scores as they are. So looking early is free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import cast

from sawtna.checks.core.betting import Bet, found_by_ebh
from sawtna.checks.core.observation import Flown, Run, Streamed, of_arm
from sawtna.checks.core.plan import control_of
from sawtna.checks.flows.dice import Dice

ALPHA = 0.005
ALIVE = 1 / 3  # a control that delivered so much is alive
INFORMATIVE = 0.5  # a block with so many of its controls alive can tell something
BUCKET = 150.0  # ms: delays are compared in steps of so much, so that a few bytes more make no difference
STREAM_CONTROLS = {"tcp": "tcp:control", "tls": "tls:plain", "inside": "inside:control"}


def is_of_stream(name: str) -> bool:
    """Whether an arm or a bet is about streams, and not about datagrams."""
    return name.partition(":")[0] in STREAM_CONTROLS


@dataclass(slots=True)
class Share:
    """Packets sent and answered in time."""

    sent: int = 0
    got: int = 0

    @property
    def value(self) -> float:
        """The share that was answered; 0 where nothing was sent."""
        return self.got / self.sent if self.sent else 0.0


@dataclass(slots=True)
class Tally:
    """What the blocks of a run come to. Bets are keyed `arm`, `late arm`; shares by arm."""

    bets: dict[str, Bet] = field(default_factory=dict)
    shares: dict[str, Share] = field(default_factory=dict)
    round_trips: dict[str, list[float]] = field(default_factory=dict)
    first_packets: dict[str, Share] = field(default_factory=dict)
    blocks: int = 0
    informative: int = 0

    def found(self, alpha: float = ALPHA) -> set[str]:
        """The bets that stand out."""
        return found_by_ebh({name: bet.e_value for name, bet in self.bets.items()}, alpha)

    def opened(self) -> set[str]:
        """The flows whose first packet is answered more often than not."""
        return {arm.partition(":")[2] for arm, share in self.first_packets.items() if share.value > 0.5}

    def ratio(self, arm: str) -> float:
        """The arm's share beside that of its controls; 1 where the controls delivered nothing."""
        controls = self.shares.get(control_of(arm), Share()).value
        return self.shares[arm].value / controls if controls else 1.0

    def delay(self, arm: str) -> float:
        """How much longer the arm's median round trip is than that of its controls, ms; 0 where one is missing."""
        here, there = self.round_trips.get(arm), self.round_trips.get(control_of(arm))
        return median(here) - median(there) if here and there else 0.0


def tally(run: Run) -> Tally:
    """Sum up the blocks that are over, and the streams; what did not grow is not summed again."""
    size = (len(run.flown), len(run.streamed), run.settled)
    if run.tallied is not None and run.tallied[0] == size:
        return cast("Tally", run.tallied[1])
    summed = _sum_up(run)
    run.tallied = (size, summed)
    return summed


def _sum_up(run: Run) -> Tally:
    summed = Tally()
    for block in run.blocks():
        _add_block(summed, run, block)
    for streams in run.stream_blocks():
        _add_streams(summed, streams)
    return summed


def _add_block(summed: Tally, run: Run, block: Sequence[Flown]) -> None:
    summed.blocks += 1
    for one in block:
        share = summed.shares.setdefault(one.arm, Share())
        share.sent += len(one.sent)
        share.got += one.delivered(run.patience)
        first = summed.first_packets.setdefault(one.arm, Share())
        first.sent += 1
        first.got += one.back[0] is not None
        summed.round_trips.setdefault(one.arm, []).extend(one.round_trips())
    controls = of_arm(block, "control", "control:long")
    alive = sum(one.delivered(run.patience) >= ALIVE * len(one.sent) for one in controls)
    if not controls or alive < INFORMATIVE * len(controls):
        return
    summed.informative += 1
    offset = Dice(run.seed, "delay", str(block[0].block)).below(int(BUCKET))
    for one in block:
        if not one.arm.startswith("control"):
            beside = of_arm(block, control_of(one.arm)) or of_arm(block, "control")
            _bet(summed, one, beside, run.patience, offset)


def _bet(summed: Tally, one: Flown, beside: Sequence[Flown], patience: float, offset: float) -> None:
    lost = summed.bets.setdefault(one.arm, Bet())
    lost.add(one.delivered(patience), [other.delivered(patience) for other in beside])
    late = summed.bets.setdefault(f"late {one.arm}", Bet())
    steps = [_delay_step(other, offset) for other in beside]
    mine, theirs = _delay_step(one, offset), [step for step in steps if step is not None]
    if mine is not None and len(theirs) >= len(beside) - 1:
        late.add(mine, theirs)


def _delay_step(one: Flown, offset: float) -> float | None:
    trips = one.round_trips()
    return -((median(trips) + offset) // BUCKET) if len(trips) * 2 >= len(one.sent) else None


def _add_streams(summed: Tally, streams: Sequence[Streamed]) -> None:
    for kind, control in STREAM_CONTROLS.items():
        controls = [float(one.outcome == "open") for one in streams if one.arm == control]
        for one in streams:
            share = summed.shares.setdefault(one.arm, Share()) if one.arm.startswith(kind) else None
            if share is not None:
                share.sent += 1
                share.got += one.outcome == "open"
        arms = {one.arm for one in streams if one.arm.startswith(kind) and one.arm != control}
        for arm in arms if any(controls) else ():
            tried = [float(one.outcome == "open") for one in streams if one.arm == arm]
            summed.bets.setdefault(arm, Bet()).add(sum(tried) / len(tried), controls)
