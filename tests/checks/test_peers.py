"""The rules of other instruments, written anew: what they name, and what they cannot."""

from __future__ import annotations

import pytest

from sawtna.checks.lab.peers import judge, ks_p

FULL = [20_000.0 + place % 7 * 500 for place in range(100)]


def test_wehe_names_a_cut_rate() -> None:
    """A replay at a third of its rate differs by area and by distribution."""
    assert judge([one / 3 for one in FULL], FULL).says == "differentiation"


def test_wehe_has_no_result_where_nothing_came() -> None:
    """A replay that was dropped whole has no bins to compare."""
    assert judge([0.0] * 100, FULL).says == "no_result"
    assert judge([0.0] * 100, [0.0] * 100).says == "no_result"


def test_wehe_does_not_see_a_call_that_is_cut() -> None:
    """Silence from the middle on leaves the bins that are not empty as they were: the area alone is inconclusive."""
    assert judge([*FULL[:45], *[0.0] * 55], FULL).says == "inconclusive"
    assert judge([*FULL[:60], *[0.0] * 40], FULL).says == "none"


@pytest.mark.parametrize(
    ("first", "second", "p"),
    [
        (list(range(10)), list(range(10)), 1.0),
        (list(range(10)), list(range(6, 16)), 0.0311),
        (list(range(50)), list(range(100, 150)), 0.0),
    ],
)
def test_the_two_sample_test(first: list[float], second: list[float], p: float) -> None:
    """Equal samples, samples six apart in ten, samples that share nothing."""
    assert ks_p(first, second) == pytest.approx(p, abs=0.0005)
