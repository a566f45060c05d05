"""Since when a network blocks: where a series of days changes, and how often a change is seen where there is none."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.checks.core.changes import ALARM, changes_of


def days(rng: random.Random, *stretches: tuple[int, float]) -> list[bool]:
    """Days that are hindered with one chance after another."""
    return [rng.random() < chance for count, chance in stretches for _ in range(count)]


@pytest.mark.parametrize("before", [12, 60, 200])
@pytest.mark.parametrize("was_hindered", [True, False])
def test_a_clean_change_is_found_on_its_day(before, was_hindered):
    """Where blocked days end and open ones begin, or the other way round, the first new day is named, within two weeks."""
    series = [was_hindered] * before + [not was_hindered] * 12
    assert changes_of(series) == [before]


def test_a_block_that_came_and_went_has_two_changes():
    """Each stretch is told from the one before it, however it ends."""
    assert changes_of([False] * 30 + [True] * 40 + [False] * 30) == [30, 70]


def test_a_few_odd_days_are_no_change():
    """A single day, or a handful among many, changes nothing."""
    assert changes_of([False] * 40 + [True] + [False] * 40) == []
    assert changes_of([True] * 9 + [False] * 9) == []
    assert changes_of([]) == changes_of([True]) == []


@pytest.mark.parametrize("chance", [0.0, 0.03, 0.3, 0.5, 0.9])
def test_networks_that_do_not_change_are_hardly_ever_said_to(chance):
    """Of 200 series without a change, looked at on each of 90 days, fewer than the bound allows show one."""
    rng = random.Random(f"no change {chance}")
    alarms = sum(bool(changes_of(days(rng, (90, chance)))) for _ in range(200))
    assert (
        alarms <= 200 * 4 / ALARM
    )  # expected at most 1; more than 4 by chance: less than 1 in 250, and the seed is fixed


def test_noisy_changes_are_found_near_their_day():
    """Where one day in twenty says otherwise, three weeks on both sides are enough, and the day is right within four."""
    rng = random.Random("noisy change")
    found = [changes_of(days(rng, (21, 0.95), (21, 0.05))) for _ in range(60)]
    assert sum(len(one) == 1 and abs(one[0] - 21) <= 4 for one in found) >= 54


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), max_size=150))
def test_changes_are_the_same_for_open_and_hindered_turned_round(series):
    """The method favours neither side; places grow and lie inside of the series."""
    places = changes_of(series)
    assert places == changes_of([not day for day in series])
    assert places == sorted(set(places))
    assert all(0 < place < len(series) for place in places)
