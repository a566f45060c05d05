"""Followers lost: strokes from the ground up to each figure, with numbers that do not cover each other."""

from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.charts.losses import GROUND, NAMES, WIDTH, Panel, Point, build_panels
from sawtna.ledger.core.dates import parse_day

TELECOM = [
    Point("a", 27_000, parse_day("2016-02-27"), "about"),
    Point("b", 60_000, parse_day("2016-02-27"), "over"),
    Point("c", 123_380, parse_day("2016-02-28")),
    Point("d", 137_500, parse_day("2016-02-28T12:00"), "about"),
    Point("e", 200_000, parse_day("2016-03"), "nearly"),
]
INWI = [
    Point("f", 20_000, parse_day("2016-02-27"), "about"),
    Point("g", 45_000, parse_day("2016-02-27"), "over"),
    Point("h", 101_062, parse_day("2016-02-28")),
    Point("i", 170_000, parse_day("2016-03"), "over"),
]
days = st.dates(date(2016, 1, 1), date(2017, 12, 31)).map(lambda day: parse_day(day.isoformat()))
claims = st.builds(Point, st.just("k"), st.integers(0, 3_000_000), days)


def labels_of(panel: Panel) -> list:
    """The places of the numbers that were drawn."""
    return [stroke.label for stroke in panel.strokes if stroke.label]


@pytest.mark.parametrize("rtl", [True, False])
def test_numbers_of_the_example_stand_free(rtl):
    """On a phone of 360 px every number of the example is drawn, and none covers another."""
    for panel in build_panels([TELECOM, INWI], rtl=rtl):
        labels = labels_of(panel)
        assert len(labels) == len(panel.strokes)
        assert not any(one.meets(other) for one, other in combinations(labels, 2))


@given(st.lists(claims, min_size=1, max_size=12), st.booleans())
def test_numbers_never_cover_each_other(points, rtl):
    """Whatever is claimed, a number without a free place is left to the table."""
    (panel,) = build_panels([points], rtl=rtl)
    labels = labels_of(panel)
    assert not any(one.meets(other) for one, other in combinations(labels, 2))
    assert all(label.left >= 0 and label.right <= WIDTH and label.top >= 0 for label in labels)
    assert all(0 <= stroke.x <= WIDTH and 0 <= stroke.y <= GROUND for stroke in panel.strokes)


def test_time_runs_from_the_reading_edge():
    """The first claim stands on the right in Arabic, on the left otherwise."""
    (arabic,), (french,) = build_panels([TELECOM], rtl=True), build_panels([TELECOM], rtl=False)
    assert arabic.strokes[0].x > arabic.strokes[-1].x
    assert french.strokes[0].x < french.strokes[-1].x
    assert arabic.strokes[0].y == french.strokes[0].y


def test_all_panels_share_their_axes():
    """The same figure stands at the same height in each panel, so that eyes may compare."""
    (big,), _ = [panel.strokes for panel in build_panels([[TELECOM[4]], INWI], rtl=False)]
    assert big.y < build_panels([[TELECOM[4]], INWI], rtl=False)[1].strokes[-1].y


def test_a_minute_has_no_width_and_a_day_has():
    """The foot of a stroke is as wide as the time that its source names."""
    strokes = {stroke.key: stroke for stroke in build_panels([TELECOM], rtl=False)[0].strokes}
    assert strokes["d"].begin == strokes["d"].end
    assert strokes["c"].end - strokes["c"].begin > 20
    assert strokes["e"].end > strokes["e"].begin


def test_days_are_named_in_a_week_and_months_in_a_year():
    """A short time shows its days, a long one some of its months."""
    (week,) = build_panels([TELECOM], rtl=False)
    (years,) = build_panels([[TELECOM[0], Point("z", 1, parse_day("2017-06-01"))]], rtl=False)
    assert (week.tick, years.tick) == ("day", "month")
    assert sum(tick.is_named for tick in years.ticks) <= NAMES


def test_no_claims_make_no_panels():
    """Nothing to draw is no fault."""
    assert build_panels([], rtl=True) == []
    assert build_panels([[]], rtl=True) == []
