"""Flows inside TLS: an operator sees sizes, times and how long it lasts, and nothing else. So these are all that arm and control
differ in: a control carries as many bytes to the same port under the same kind of name, in few large records.

Short ones stand in blocks beside the other streams (`tally`). Long ones, in the shape of a call, run beside the whole check; when
all of them are cut, five more and five controls are opened together, and only if all five die and no control does is it said:
one way of 252 to deal out such deaths.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from sawtna.checks.core.meeting import Order
from sawtna.checks.core.observation import Run, Streamed
from sawtna.checks.core.permutation import p_of_lower
from sawtna.checks.flows import FLOWS
from sawtna.checks.flows.dice import Dice

INSIDE = ("turn_tls", "websocket_tls")
PACKETS = 6  # of a short flow
GAP = 20.0  # ms
LONG_FLOW = "websocket_tls"
LONG_PACKETS, LONG_GAP = 40, 150.0
SCREENED, CONFIRMED = (
    2,
    5,
)  # long flows that look whether there is anything, and those of each side that confirm it
LIVED = 1000.0  # ms that a flow which is cut has lived at least
ALIKE = 2.0  # seconds by which the lives of the cut flows may differ
LEVEL = 0.005


@dataclass(frozen=True, slots=True)
class LongStreams:
    """What long flows inside TLS came to: whether voice is cut and after how many seconds; whether it was seen to live."""

    is_cut: bool = False
    seconds: float | None = None
    lives: bool = False


def control_sizes(seed: bytes, order: Order, records: int) -> tuple[tuple[int, int], ...]:
    """The sizes of a control: the first packet as long as the flow's, all other bytes in so many records."""
    made = list(order.exchanges(seed, FLOWS[order.flow]))
    rest, sizes = made[1:], [(len(made[0].sent), len(made[0].answer))]
    for place in range(records):
        part = rest[place * len(rest) // records : (place + 1) * len(rest) // records]
        sizes.append((sum(len(one.sent) for one in part), sum(len(one.answer) for one in part)))
    return tuple(sizes)


def plan_long_streams(seed: bytes, first: int, number: int) -> list[tuple[str, Order, float]]:
    """(arm, order, ms between packets) of a round, in a random order: 0 only looks, 1 confirms beside controls."""
    count, records = (CONFIRMED, 6) if number else (SCREENED, 0)
    voice = [Order(first + place, LONG_FLOW, 0, LONG_PACKETS) for place in range(count)]
    planned = [(f"long_tls:{LONG_FLOW}", one, LONG_GAP) for one in voice]
    for place, one in enumerate(voice if records else []):
        sizes = control_sizes(seed, one, records)
        gap = LONG_GAP * (LONG_PACKETS - 1) / records
        planned.append(
            ("long_tls:control", Order(first + count + place, "safe2", 0, len(sizes), 0, sizes), gap)
        )
    Dice(seed, "long streams", str(number)).shuffle(planned)
    return planned


def looks_cut(streams: Sequence[Streamed]) -> bool:
    """Whether all voice flows of a round fell silent or were reset after having lived."""
    voice = [one for one in streams if one.arm == f"long_tls:{LONG_FLOW}"]
    return bool(voice) and all(one.outcome != "open" and _life(one) >= LIVED for one in voice)


def _life(one: Streamed) -> float:
    return one.ended - one.began


def read_long_streams(run: Run) -> LongStreams:
    """What the rounds of a run say."""
    long = [one for one in run.streamed if one.arm.startswith("long_tls:")]
    screened, confirmed = ([one for one in long if one.block == number] for number in (0, 1))
    voice = [one for one in confirmed if one.arm != "long_tls:control"]
    controls = [one for one in confirmed if one.arm == "long_tls:control"]
    if not controls or not looks_cut(screened) or not looks_cut(voice):
        return LongStreams(lives=any(one.outcome == "open" for one in long if one.arm != "long_tls:control"))
    p = p_of_lower(*([float(one.outcome == "open") for one in side] for side in (voice, controls)))
    lives = [_life(one) / 1000 for one in (*screened, *voice)]
    if p > LEVEL or max(lives) - min(lives) > ALIKE:
        return LongStreams()
    return LongStreams(True, round(median(lives), 1))
