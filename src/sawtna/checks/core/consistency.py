"""Whether a file shows what the seed plans, all of it and nothing else: a prober must not be able to choose what is counted.

What depends on time (how many blocks, at which pace, when it stopped) is the probe's to decide; which flows a block holds, to
which ports, how long and in which order, is not. The far end's half names every flow that was announced, so none can be left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.half import Half, hash_orders, hash_ports
from sawtna.checks.core.late_kills import plan_background
from sawtna.checks.core.observation import Flown, Run
from sawtna.checks.core.plan import (
    CALLS,
    CALLS_AGAIN,
    PACES,
    Ground,
    Planned,
    plan_block,
    plan_dead_block,
    plan_first,
    plan_fresh,
    plan_long,
    plan_together,
)

MOST_ROUNDS = 2
MAY_END_EARLY = frozenset({"long", "background"})


def check_plan(run: Run, half: Half) -> None:
    """Raise EvidenceError unless run and half hold the same flows, and those are what the seed plans."""
    _check_ground(run, half)
    _check_shown(run, half)
    for phase, groups in _groups(run.flown).items():
        numbers = [number for number, _ in groups]
        # safety: the number of a block decides its order, so a prober who could skip numbers could choose an order
        if phase not in {"fresh", "first"} and numbers != list(range(len(groups))):
            raise EvidenceError("plan", f"The file holds {phase} {numbers[-1]}, but not all before it.")
        if phase != "block" and len(groups) > MOST_ROUNDS:
            raise EvidenceError(
                "plan", f"The file holds {len(groups)} times {phase}, more than a check sends."
            )
        for number, flown in groups:
            _check_group(run, phase, number, flown)


def _check_ground(run: Run, half: Half) -> None:
    if half.ports != hash_ports(run.neutral, run.voice):
        raise EvidenceError("plan", "The ports in this file are not those of the far end.")
    if not 1 <= run.servers <= max(1, half.servers):
        raise EvidenceError(
            "plan", f"The file speaks of {run.servers} addresses, the far end of {half.servers}."
        )
    if run.far_is_well and not half.is_well:
        raise EvidenceError("plan", "The far end says that it was not well, the file that it was.")


def _check_shown(run: Run, half: Half) -> None:
    """Every flow of the half is in the file, and every flow of the file in the half, once."""
    numbers = [one.order.number for one in run.flown]
    if len(set(numbers)) != len(numbers):
        raise EvidenceError("plan", "The file holds a flow twice.")
    strange = sorted(set(numbers) - half.seen.keys())
    if strange:
        raise EvidenceError("plan", f"The far end knows nothing of flow {strange[0]}.")
    hidden = sorted({number for number in half.seen if half.is_shown(number)} - set(numbers))
    if hidden:
        raise EvidenceError("plan", f"The far end saw flow {hidden[0]}, but the file leaves it out.")
    if half.orders != hash_orders(one.order for one in run.flown):
        raise EvidenceError(
            "plan", "The flows in this file are not those that were announced to the far end."
        )
    for one in run.flown:
        _check_complete(one, half.seen[one.order.number])


def _check_complete(one: Flown, seen: Sequence[float]) -> None:
    """All packets of a flow are shown. Long flows may end early: then what is not shown was not sent."""
    sent, count = len(one.sent), one.order.count
    is_cut = sent < count and one.phase not in MAY_END_EARLY
    if len(one.back) != sent or len(seen) != count or sent > count or is_cut:
        raise EvidenceError("plan", f"Flow {one.order.number} is not complete.")
    if any(time >= 0 for time in seen[sent:]):
        raise EvidenceError(
            "plan", f"The far end saw packets of flow {one.order.number} that the file leaves out."
        )


def _groups(flown: Iterable[Flown]) -> dict[str, list[tuple[int, list[Flown]]]]:
    """The flows by phase and number, each group in the order of its flows' numbers."""
    found: dict[str, dict[int, list[Flown]]] = {}
    for one in flown:
        found.setdefault(one.phase, {}).setdefault(one.block, []).append(one)
    return {
        phase: [
            (number, sorted(some, key=lambda one: one.order.number))
            for number, some in sorted(groups.items())
        ]
        for phase, groups in found.items()
    }


def _check_group(run: Run, phase: str, number: int, flown: Sequence[Flown]) -> None:
    shown = [(one.arm, one.order) for one in flown]
    ground = Ground(run.seed, tuple(run.neutral), tuple(run.voice), run.servers)
    for planned in _plans(ground, phase, number, flown):
        if [(one.arm, one.order) for one in planned] == shown:
            return
    raise EvidenceError("plan", f"The flows of {phase} {number} are not what a check with this seed sends.")


def _plans(ground: Ground, phase: str, number: int, flown: Sequence[Flown]) -> Iterator[list[Planned]]:
    """All that a check may send there."""
    first, packets = flown[0].order.number, flown[0].order.count
    if phase == "block":
        only = {one.arm for one in flown if not one.arm.startswith("control")}
        for pace in PACES:
            yield plan_block(ground, number, first, pace, only)
        yield plan_together(ground, number, first)
        yield plan_dead_block(ground, number, first)
    elif phase == "long":
        yield plan_long(ground, number, first, packets)
        for calls in (CALLS_AGAIN, *((call,) * len(CALLS_AGAIN) for call in sorted(set(CALLS)))):
            yield plan_long(ground, number, first, packets, calls)
    elif phase == "background":
        yield plan_background(ground, first, packets)
    elif phase == "first":
        yield plan_first(ground)
    elif phase == "fresh":
        yield plan_fresh(ground, first)
