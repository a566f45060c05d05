"""Calls that die late: one round of long flows, in the background, for minutes. Asked for by the user, beyond a check's budget.

Six calls and six controls run together at five packets a second. That voice is cut is said when every call fell silent well
before the end and no control did: of the 924 ways to deal out twelve such lives one is so, so chance does it once in 924 runs.
SIP has a timer of 32 seconds of its own, and many a NAT one for flows that are silent: no flow here is SIP, and none is silent.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from sawtna.checks.core.long_flows import LongFinding, life_of, read_round
from sawtna.checks.core.observation import Flown, Run
from sawtna.checks.core.plan import CALLS, Ground, Planned, sized_order
from sawtna.checks.flows.dice import Dice

GAP = 200.0  # ms
CHUNK = 50  # packets that are announced at once: ten seconds
MINUTES, MOST_MINUTES = 3.0, 15.0
QUIET = 5000.0  # ms before the end for which a flow that was cut has been silent
LEVEL = 0.0011  # 1 of 924
ALIKE = 0.2  # by which share of their median the lives may differ where everything is cut
FRESH = 2  # number of the fresh flows that look whether new ones live


def packets_of(minutes: float) -> int:
    """How many packets a flow sends in so many minutes, a whole number of chunks."""
    return max(1, round(minutes * 60_000 / GAP / CHUNK)) * CHUNK


def plan_background(ground: Ground, first: int, packets: int) -> list[Planned]:
    """Two of each call and as many controls as long as they, in a random order."""
    dice = Dice(ground.seed, "background")
    arms = [(f"long:{flow}", flow) for flow in CALLS] + [("long:control", flow) for flow in CALLS]
    dice.shuffle(arms)
    return [
        Planned(arm, sized_order(ground, first + place, arm, flow, packets), 15.0 * place)
        for place, (arm, flow) in enumerate(arms)
    ]


def background_of(run: Run) -> list[Flown]:
    """The flows of the background."""
    return [one for one in run.flown if one.phase == "background" and one.sent]


def is_all_silent(flown: Sequence[Flown]) -> bool:
    """Whether every flow has been silent for long, after having lived about as long as the others."""
    lives, length = [life_of(one) for one in flown], _length(flown)
    middle = median(lives) if lives else 0.0
    return (
        middle > QUIET
        and max(lives) < length - QUIET
        and max(lives) - min(lives) <= max(2 * GAP, ALIKE * middle)
    )


def _length(flown: Sequence[Flown]) -> float:
    return min((one.sent[-1] - one.sent[0] for one in flown), default=0.0)


def lived_on(run: Run) -> float | None:
    """Seconds for which every call of the background was kept open and was not cut; None when one was, or there was none."""
    voice = [one for one in background_of(run) if one.arm != "long:control"]
    length = _length(voice)
    if not run.is_whole or length <= QUIET or min(life_of(one) for one in voice) < length - QUIET:
        return None
    return length / 1000


def read_background(run: Run) -> LongFinding:
    """What the background shows; nothing where it was not asked for."""
    flown = background_of(run)
    seen, length = read_round(flown, run.patience), _length(flown)
    if seen is None:
        return LongFinding()
    fresh = [one for one in run.flown if one.phase == "fresh" and one.block == FRESH]
    if is_all_silent(flown) and sum(any(back is not None for back in one.back) for one in fresh) >= FRESH:
        seconds = median(life_of(one) for one in flown) / 1000
        return LongFinding(("cut_any_udp", "cut_after_seconds"), True, seconds=round(seconds, 1))
    voice = [life_of(one) for one in flown if one.arm != "long:control"]
    controls = [life_of(one) for one in flown if one.arm == "long:control"]
    is_cut = max(voice) < length - QUIET and min(controls) >= length - QUIET / 2
    if seen.p_life <= LEVEL and is_cut and seen.voice_cut:
        return LongFinding(("cut_after_seconds",), True, seconds=round(median(voice) / 1000, 1))
    return LongFinding()
