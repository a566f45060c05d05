"""The way of packets with a short life: what it says of a filter, also of one that needs several packets."""

from __future__ import annotations

from collections import Counter

import pytest

from sawtna.checks.core.observation import Step
from sawtna.checks.core.plan import Ground
from sawtna.checks.core.trail import OPENING, hop_of, is_under_rule, plan_opened_trail
from sawtna.checks.probe.trail import FULL_LIFE, Trail, _Sent

GROUND = Ground(bytes(32), tuple(range(20_000, 20_300)), (3478, 5060), 1)


def test_a_flow_that_needs_opening_is_opened_first() -> None:
    """Each life has a flow of voice and one of controls with a port of its own; six packets open it, three die."""
    planned = plan_opened_trail(GROUND, ("rtp", None), 14)
    assert Counter(arm for _, arm, _ in planned) == {"rtp": 14, "control": 14}
    assert len({order.port for _, _, order in planned}) == 28
    assert {order.count for _, _, order in planned} == {OPENING + 3}
    assert {order.port for _, arm, order in plan_opened_trail(GROUND, ("sip", 5060), 3) if arm == "sip"} == {
        5060
    }


@pytest.mark.parametrize(
    ("answered", "is_control", "counts"),
    [
        ([True, True, False, False, False, False], False, True),
        ([True, True, True, True, True, True], False, False),
        ([True, False, False, False, True, False], False, False),
        ([True, True, True, True, False, False], True, True),
        ([True, False, False, False, False, False], True, False),
    ],
)
def test_only_flows_that_came_under_the_rule_count(
    answered: list[bool], is_control: bool, counts: bool
) -> None:
    """A flow whose last opening packets still pass would tell of a hop behind the filter."""
    assert is_under_rule(answered, is_control=is_control) is counts


def test_reports_without_words_are_given_to_the_short_lives_of_that_port() -> None:
    """A router that quotes nothing of the packet still tells which port it went to."""
    trail = Trail("192.0.2.1", bytes(32))
    trail.sent = [
        _Sent("rtp", FULL_LIFE, 20_001, b"long", b""),
        *(_Sent("rtp", 2, 20_001, b"short", b"") for _ in range(3)),
        _Sent("control", 2, 20_002, b"other", b""),
    ]
    trail._note_death(b"", 20_001, "192.0.2.9")
    trail._note_death(b"sho", 20_001, "192.0.2.9")
    assert [one.reporter for one in trail.sent] == ["", "192.0.2.9", "192.0.2.9", "", ""]


def test_the_hop_is_where_voice_ends_and_controls_go_on() -> None:
    """Two of three reports are enough for a hop; silent ones say nothing."""

    def steps(arm: str, *lives: int) -> list[Step]:
        return [Step(arm, life, "192.0.2.9", answered=False) for life in lives for _ in range(2)]

    assert hop_of(steps("rtp", 1, 2) + steps("control", 1, 2, 3, 4)) == 2
    assert hop_of(steps("rtp", 1, 2, 3) + steps("control", 1, 2, 3)) is None
    assert hop_of(steps("control", 1, 2)) == 1
    assert hop_of([]) is None
