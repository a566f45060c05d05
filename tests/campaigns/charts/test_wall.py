"""The wall of days: a stroke for each day of a block, in fives, at the reading edge."""

import re
from datetime import date

from sawtna.campaigns.charts.wall import MONTHS_BY_DAY, YEARS_SHOWN, Wall, build_wall, stretches_of

MOROCCO = stretches_of(
    [
        (date(2016, 1, 5), "blocked"),
        (date(2016, 2, 4), "eased"),
        (date(2016, 2, 26), "extended"),
        (date(2016, 10, 1), "eased"),
    ],
    date(2016, 11, 4),
)


def strokes(wall: Wall, *states: str) -> int:
    """Count the strokes of some states."""
    return sum(row.strokes.get(state, "").count("M") for row in wall.rows for state in states)


def places(wall: Wall) -> list[int]:
    """Every horizontal place that the wall's strokes touch."""
    paths = [path for row in wall.rows for path in row.strokes.values()]
    return [int(place) for path in paths for place in re.findall(r"[ML](-?\d+)", path)]


def test_the_wall_has_as_many_strokes_as_days_without_calls():
    """304 days passed in Morocco in 2016, and 304 strokes stand on the wall."""
    wall = build_wall(MOROCCO, rtl=True)
    assert strokes(wall, "blocked", "eased", "extended") == 304
    assert len(wall.rows) == 11
    assert wall.stroke == "day"


def test_days_of_the_first_and_last_month_outside_of_the_block_are_dots():
    """Four days of January came before the block, and 27 of November after it."""
    assert strokes(build_wall(MOROCCO, rtl=False), "open") == 4 + 27


def test_the_wall_fits_a_phone_in_both_directions():
    """A row and the name of its month stand beside each other on 360 px."""
    for rtl in (True, False):
        wall = build_wall(MOROCCO, rtl=rtl)
        assert wall.width + 60 <= 328
        assert all(0 <= place <= wall.width for place in places(wall))


def test_the_wall_begins_at_the_reading_edge():
    """The first day stands on the right in Arabic and on the left in French."""
    one_day = stretches_of([(date(2020, 3, 1), "blocked")], date(2020, 3, 2))
    from_right, from_left = build_wall(one_day, rtl=True), build_wall(one_day, rtl=False)
    first = int(re.search(r"M(\d+)", from_left.rows[0].strokes["blocked"])[1])
    assert first < from_left.width / 2
    assert re.search(r"M(\d+)", from_right.rows[0].strokes["blocked"])[1] == str(from_right.width - first)


def test_a_block_of_years_has_a_stroke_for_each_month():
    """A wall of ten years would be ten metres of days; it has a row a year instead."""
    wall = build_wall(stretches_of([(date(2012, 1, 1), "blocked")], date(2022, 1, 1)), rtl=False)
    assert (wall.stroke, len(wall.rows), strokes(wall, "blocked")) == ("month", 10, 120)
    assert MONTHS_BY_DAY < 120


def test_a_very_long_block_shows_its_last_decades():
    """Half a century of months is cut to what a page can hold."""
    wall = build_wall(stretches_of([(date(1970, 1, 1), "blocked")], date(2026, 1, 1)), rtl=False)
    assert len(wall.rows) == YEARS_SHOWN


def test_each_change_holds_until_the_next():
    """The stretches follow each other without a gap, whatever the order in which the changes came."""
    assert [(one.state, (one.end - one.first).days) for one in MOROCCO] == [
        ("blocked", 30),
        ("eased", 22),
        ("extended", 218),
        ("eased", 34),
    ]


def test_without_a_block_there_is_no_wall():
    """Nothing to count, nothing to draw."""
    assert build_wall([], rtl=True) is None
