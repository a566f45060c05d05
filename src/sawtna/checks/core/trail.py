"""Where: packets with a short life, of the voice flow and of the control, and who reported that they died (research 3.6).

Last hop that reports the voice packet is h; when the control is still reported or answered at h + 1, the filter stands between h
and h + 1. Silent hops and patchy reports say nothing.

Some rules need several packets before they hit. For those each flow is opened first, with packets that live long, and only then
followed with short lives on the same five values; a flow that the opening did not bring under the rule is left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from sawtna.checks.core.meeting import STREAMS_FROM, Order
from sawtna.checks.core.observation import Step
from sawtna.checks.core.plan import Ground
from sawtna.checks.flows.dice import Dice

TRIES = 3
NEEDED = 2  # reports of a hop's three
OPENING = 6  # packets that bring a flow under a rule
FIRST = STREAMS_FROM + 3000  # number of the first flow that is opened
CONTROL_SIZES = ((92, 92),)


def hop_of(steps: Sequence[Step]) -> int | None:
    """The last router that reports the voice packets: they are dropped there or right behind it; None when it cannot be told."""
    voice, control = (_reached(steps, is_control=flag) for flag in (False, True))
    if not control:
        return None
    last = max((ttl for ttl in voice), default=0)
    return max(1, last) if last + 1 in control else None


def _reached(steps: Sequence[Step], *, is_control: bool) -> set[int]:
    """The TTLs at which enough packets were reported dead by a router or answered by the far end."""
    told: dict[int, int] = {}
    for one in steps:
        if (one.arm == "control") == is_control and (one.reporter or one.answered):
            told[one.ttl] = told.get(one.ttl, 0) + 1
    return {ttl for ttl, count in told.items() if count >= NEEDED}


def plan_opened_trail(
    ground: Ground, traced: tuple[str, int | None], hops: int
) -> list[tuple[int, str, Order]]:
    """(TTL, arm, flow) of what was hit and of as many controls, in a random order: packets that open it, then three that die."""
    dice, planned = Dice(ground.seed, "opened trail"), []
    wanted = [(ttl, is_control) for ttl in range(1, hops + 1) for is_control in (False, True)]
    dice.shuffle(wanted)
    for place, (ttl, is_control) in enumerate(wanted):
        flow, port = ("safe2", None) if is_control else traced
        order = Order(
            FIRST + place,
            flow,
            port or ground.neutral_port(FIRST + place),
            OPENING + TRIES,
            0,
            CONTROL_SIZES if flow == "safe2" else (),
        )
        planned.append((ttl, "control" if is_control else flow, order))
    return planned


def is_under_rule(answered: Sequence[bool], *, is_control: bool) -> bool:
    """Whether the opening did what it was for: of voice the last packets got no answer any more, of a control most got one."""
    return sum(answered) * 2 >= len(answered) if is_control else not any(answered[-2:])
