"""How a run begins and goes on: gently where the link is narrow, and with what is doubted alone."""

from __future__ import annotations

import random
from collections.abc import Sequence

from sawtna.checks.core.meeting import Order
from sawtna.checks.core.observation import Flown
from sawtna.checks.core.steering import first_pace


def first_flows(trips: Sequence[float]) -> list[Flown]:
    """Three controls of four packets, 5 ms apart, that came back after so long."""
    made = []
    for place in range(3):
        mine = list(trips[place * 4 : place * 4 + 4])
        sent = [place * 20.0 + 5 * number for number in range(4)]
        back = [out + trip for out, trip in zip(sent, mine, strict=True)]
        made.append(Flown("control", "first", 0, Order(place, "safe2", 20_000, 4), sent, list(back)))
    return made


def test_a_narrow_link_is_begun_gently() -> None:
    """Each packet waits 15 ms longer than the one before: a queue behind a link of 64 kbit/s."""
    assert first_pace(first_flows([400.0 + 15 * place for place in range(12)])) == 2
    assert first_pace(first_flows([400.0 + 7 * place for place in range(12)])) == 1


def test_a_quick_link_is_begun_at_full_pace() -> None:
    """Round trips that do not grow; and those of a link far away, which has the width but not the time."""
    assert first_pace(first_flows([40.0] * 12)) == 0
    assert first_pace(first_flows([600.0 + place % 3 for place in range(12)])) == 1


def test_an_unsteady_link_is_not_called_narrow() -> None:
    """Round trips that differ by 300 ms at random seldom look like a queue."""
    dice = random.Random(7)
    called = [first_pace(first_flows([dice.uniform(40, 340) for _ in range(12)])) for _ in range(200)]
    assert called.count(2) < 10
