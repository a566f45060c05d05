"""Batches: time must not tell who cast what."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.campaigns.core.casting.batches import PACES, Pace, batch_time, in_order, pace_of, slot_of

DAY = 86_400


def test_quiet_is_what_nobody_chose_otherwise():
    """A day and fifty casts, unless the roll or the ballot says something else."""
    assert pace_of({}, None) == pace_of({}, {}) == PACES["quiet"] == Pace(DAY, 50)


@pytest.mark.parametrize(
    ("ballot", "roll", "pace"),
    [
        ({}, {"mode": "lively"}, Pace(600, 10)),
        ({"every": 3600}, {"mode": "lively"}, Pace(3600, 10)),
        ({"every": 3600, "kmin": 5}, {}, Pace(3600, 5)),
        ({"every": 3600, "kmin": 5}, {"mode": "close"}, Pace(3600, None)),
    ],
)
def test_the_roll_sets_the_pace_and_the_ballot_may_name_its_own(ballot, roll, pace):
    """At close means at close, whatever the ballot says."""
    assert pace_of(ballot, roll) == pace


def test_a_batch_closes_at_a_multiple_with_enough_casts():
    """Not a second before, and its time is the multiple, not the moment."""
    pace = Pace(DAY, 50)
    assert batch_time(pace, decided=0, now=DAY - 1, waiting=50) is None
    assert batch_time(pace, decided=0, now=DAY, waiting=50) == DAY
    assert batch_time(pace, decided=0, now=DAY + 7200, waiting=51) == DAY
    assert batch_time(pace, decided=0, now=DAY, waiting=49) is None


def test_the_fiftieth_cast_does_not_close_a_batch_when_it_comes():
    """A multiple that was decided on is over: else the batch would tell when its last cast came."""
    assert batch_time(Pace(DAY, 50), decided=DAY, now=DAY + 1, waiting=50) is None
    assert batch_time(Pace(DAY, 50), decided=DAY, now=2 * DAY, waiting=50) == 2 * DAY


def test_at_close_no_batch_closes_by_itself():
    """However many wait."""
    assert batch_time(PACES["close"], decided=0, now=10 * DAY, waiting=10_000) is None


def test_nothing_is_never_a_batch():
    """Even where one cast would be enough."""
    assert batch_time(Pace(60, 1), decided=0, now=60, waiting=0) is None


@settings(deadline=None)
@given(st.integers(60, 604_800), st.integers(0, 2**33))
def test_the_slot_is_the_last_multiple(every, now):
    """Never in the future, never more than one interval ago."""
    slot = slot_of(Pace(every, 1), now)
    assert slot % every == 0
    assert 0 <= now - slot < every


@settings(deadline=None)
@given(st.dictionaries(st.binary(min_size=32, max_size=32), st.integers()))
def test_casts_enter_by_their_leaf_and_not_as_they_came(casts):
    """Any order of arrival gives one order in the book."""
    backwards = dict(reversed(casts.items()))
    assert in_order(casts.items()) == in_order(backwards.items()) == [casts[leaf] for leaf in sorted(casts)]
