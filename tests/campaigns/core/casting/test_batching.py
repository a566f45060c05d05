"""The rules of batches: order, size, time, and the close."""

import pytest

from tests.campaigns.core.casting.folded import codes, fold, numbers
from tests.campaigns.core.casting.station import EVERY, Station


@pytest.fixture
def station() -> Station:
    """A station with one key for e-mail, at entry 4."""
    made = Station()
    made.log_key()
    return made


def test_casts_out_of_order_are_a_finding(station):
    """Inside a batch casts lie by their leaf hashes; another order could be that of their arrival."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(5)], is_sorted=False)
    assert codes(station) == ["unsorted"]


def test_a_batch_too_small_is_a_finding_also_at_the_end_of_the_book(station):
    """Below `kmin` only the close right after it excuses a batch."""
    person = station.person(4)
    batch = station.publish([station.cast(person, [0])])
    assert [(one.index, one.code) for one in fold(station).findings] == [(batch, "undersized")]
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    assert codes(station) == ["undersized"]


def test_a_close_at_another_time_does_not_excuse_a_small_batch(station):
    """The batch that closes a ballot is of the moment at which it closes."""
    station.publish([station.cast(station.person(4), [0])])
    station.moment += 1
    station.close()
    assert codes(station) == ["undersized"]


@pytest.mark.parametrize(
    ("late", "count", "wrong"),
    [(0, 3, []), (1, 3, ["batch"]), (-EVERY, 3, ["batch"]), (0, 4, ["batch"]), (0, 2, ["batch"])],
)
def test_a_batch_says_how_many_and_when(station, late, count, wrong):
    """At a multiple of its interval, after the one before, with the casts that came since."""
    for _ in range(2):
        station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    body, words = station.told.pop()
    station.add({**body, "t": body["t"] + late, "n": count}, words)
    assert codes(station) == wrong


def test_casts_in_no_batch_are_a_finding(station):
    """Nothing is public before its batch is."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    station.fresh[4] += 1
    station.issue(4)
    station.add(station.cast(station.person(4), [0]))
    assert codes(station) == ["loose"]
    station.close()
    assert codes(station) == ["loose"]


def test_at_close_means_no_batch_before():
    """A roll whose casts come out at the close shows none earlier, however many there are."""
    station = Station(mode="close")
    key = station.log_key()
    station.publish([station.cast(station.person(key), [0]) for _ in range(5)])
    assert codes(station) == ["batch"]
    station.close()
    assert codes(station) == []
    assert numbers(station)["counted"] == 5


@pytest.mark.parametrize(
    ("mark", "pace", "warned"),
    [
        ("real", {}, True),
        ("example", {"every": 600, "kmin": 9}, True),
        ("real", {"every": 599, "kmin": 10}, True),
        ("real", {"every": 600, "kmin": 10}, False),
        ("simulation", {}, False),
    ],
)
def test_batches_that_come_sooner_than_the_roll_promises_are_a_warning(mark, pace, warned):
    """Whoever takes part is told the mode of the roll; only a simulation may be quicker than that."""
    station = Station(**pace)
    campaign, words = station.told[1]
    station.told[1] = ({**campaign, "mark": mark}, words)
    found = [one for one in fold(station).findings if one.code == "pace"]
    assert [(one.index, one.grade) for one in found] == [(station.ballot, "warning")] * warned


def test_a_roll_that_waits_for_the_close_has_no_pace_to_break():
    """At close nothing comes sooner, whatever a ballot names."""
    station = Station(mode="close")
    campaign, words = station.told[1]
    station.told[1] = ({**campaign, "mark": "real"}, words)
    assert not [one for one in fold(station).findings if one.code == "pace"]


def test_sealed_casts_that_were_left_are_a_number(station):
    """The close says how many a relay has not opened; where there were none there is no such number."""
    station.close()
    assert "unopened" not in numbers(station)
    body, words = station.told[-2]
    station.told[-2] = ({**body, "sealed": 3}, words)
    assert numbers(station)["unopened"] == 3
