"""Where: packets with a short life, of the voice flow and of the control, and who reported that they died (research 3.6).

Last hop that reports the voice packet is h; when the control is still reported or answered at h + 1, the filter stands between h
and h + 1. Silent hops and patchy reports say nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from sawtna.checks.core.observation import Step

TRIES = 3
NEEDED = 2  # reports of a hop's three


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
