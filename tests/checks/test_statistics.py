"""The bets, the permutation and the quality: their bounds, by properties and by known figures."""

from __future__ import annotations

import random
from itertools import permutations
from math import isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sawtna.checks.core.betting import Bet, found_by_ebh, payoff
from sawtna.checks.core.permutation import p_of_higher, p_of_lower
from sawtna.checks.core.quality import jitter_of, opinion, quality_of

scores = some.lists(some.integers(0, 6), min_size=2, max_size=6)


@given(scores)
@settings(deadline=None, max_examples=40)
def test_a_bet_pays_one_on_average(outcomes: list[int]) -> None:
    """Over all the ways in which the same outcomes can fall to arm and controls, ties and all, a bet pays just 1."""
    paid = [payoff(order[0], order[1:]) for order in permutations(outcomes)]
    assert isclose(sum(paid) / len(paid), 1.0)


def test_a_network_in_bursts_rings_no_alarm_too_often() -> None:
    """Under losses in bursts that hit whole blocks, and part of them, a wealth of 100 comes in at most 1 run of 100."""
    dice, alarms, runs = random.Random(2016), 0, 1500
    for _ in range(runs):
        bet = Bet()
        for _ in range(12):
            shock = dice.choice([0.02, 0.02, 0.3, 0.9])
            arms = [
                sum(dice.random() > shock * dice.choice([0.3, 1.0, 1.0]) for _ in range(6)) for _ in range(6)
            ]
            bet.add(arms[0], arms[1:])
        alarms += bet.has_reached(100)
    assert alarms <= runs / 100


def test_a_dropped_arm_is_found_in_five_blocks() -> None:
    """An arm of which nothing comes back, beside seven healthy controls, is worth more than 18,000 after five blocks."""
    bet = Bet()
    for _ in range(5):
        bet.add(0, [6, 6, 5, 6, 6, 6, 4])
    assert 18_000 < bet.e_value < 20_000
    assert bet.has_reached(18_000)
    assert not bet.has_reached(20_000)


def test_of_many_bets_only_those_that_stand_out_are_found() -> None:
    """One large e-value among many is found when it pays for all of them, several when they pay for one another."""
    calm = {f"arm {number}": 1.0 for number in range(18)}
    assert found_by_ebh({**calm, "odd": 1899.0, "even": 1.0}, 0.01) == set()
    assert found_by_ebh({**calm, "odd": 2000.0, "even": 1.0}, 0.01) == {"odd"}
    assert found_by_ebh({**calm, "odd": 1000.0, "even": 1000.0}, 0.01) == {"odd", "even"}
    assert found_by_ebh({}, 0.01) == set()


def test_the_smallest_chance_of_six_and_six() -> None:
    """Six voice flows all below six controls have one of 924 ways, and equal flows prove nothing."""
    assert p_of_lower([1] * 6, [2] * 6) == pytest.approx(1 / 924)
    assert p_of_higher([3] * 6, [2] * 6) == pytest.approx(1 / 924)
    assert p_of_lower([2] * 6, [2] * 6) == 1.0


@given(some.lists(some.integers(0, 9), min_size=6, max_size=6), some.sampled_from([1 / 20, 1 / 4]))
@settings(deadline=None, max_examples=25)
def test_permuted_labels_keep_their_level(outcomes: list[int], level: float) -> None:
    """Over all ways to give out the labels, a p of at most the level comes no more often than the level says."""
    ways = [p_of_lower(order[:3], order[3:]) for order in set(permutations(outcomes))]
    weights = [1 / len(ways)] * len(ways)
    assert sum(weight for p, weight in zip(ways, weights, strict=True) if p <= level) <= level + 1e-9


@pytest.mark.parametrize(
    ("loss", "robustness", "score"),
    [(0, 10, 4.36), (0.02, 10, 3.82), (0.05, 10, 3.06), (0.2, 10, 1.51), (0.02, 20, 4.10), (0.2, 20, 2.23)],
)
def test_opinions_are_those_of_the_e_model(loss: float, robustness: float, score: float) -> None:
    """At 100 ms one way the estimate is what G.107 gives with Ie 0."""
    assert opinion(loss, 100, robustness) == pytest.approx(score, abs=0.006)


def test_a_late_call_is_a_bad_call() -> None:
    """At 500 ms one way and without loss the estimate is 2.35, and it never leaves its scale."""
    assert opinion(0, 500) == pytest.approx(2.35, abs=0.006)
    assert opinion(1, 5000) == 1.0


def test_jitter_follows_the_standard() -> None:
    """A constant delay has no jitter; one packet late by 16 ms gives 1 ms, and its coming back nearly another."""
    assert jitter_of([0, 20, 40], [50, 70, 90]) == 0
    assert jitter_of([0, 20, 40], [50, 86, 90]) == pytest.approx(1 + (16 - 1) / 16)


def test_the_quality_of_silence_is_the_worst() -> None:
    """Where nothing came back all is lost; where all came back nothing is."""
    assert quality_of([0, 20], [None, None]).mos == 1.0
    assert quality_of([0, 20], [40, 60]).loss == 0
