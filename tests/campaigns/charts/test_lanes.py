"""Lanes: one line beside one row, all rows on one axis that begins at the reading edge."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.charts.lanes import lanes_by_powers, lanes_of_shares, lanes_of_time

figures = st.integers(0, 2**53 - 1)
spans = st.one_of(st.none(), st.tuples(figures, figures).map(sorted).map(tuple))


@given(st.lists(spans, max_size=20), st.booleans())
def test_every_figure_has_its_place_on_the_line(several, rtl):
    """From nothing to the greatest number of the book: a place between both ends, nothing where nothing is known."""
    drawn = lanes_by_powers(several, rtl=rtl)
    for span, lane in zip(several, drawn.lanes, strict=True):
        assert (lane is None) == (span is None)
        assert lane is None or (0 <= lane.left <= lane.left + lane.width <= 100.01)
    assert all(0 <= line <= 100 for line in drawn.lines)


def test_a_minute_and_a_second_lie_far_apart():
    """132 a minute and 13,200 a minute: two upright lines lie between them, each ten times the one before."""
    drawn = lanes_by_powers([(132, 132), (7_200, 13_200)], rtl=False)
    low, high = drawn.lanes
    assert low.is_point
    assert not high.is_point
    assert sum(low.low < line < high.high for line in drawn.lines) == 2


def test_lines_are_mirrored_in_arabic():
    """What stands at the left in French stands at the right in Arabic."""
    french, arabic = (lanes_by_powers([(10, 10), (1000, 1000)], rtl=rtl).lanes for rtl in (False, True))
    assert french[0].low < french[1].low
    assert arabic[0].low > arabic[1].low
    assert round(french[0].low + arabic[0].low) == 100


def test_stages_lie_on_one_time():
    """The first stage begins at the edge, the last ends at the other; a single day is still seen."""
    spans = [(date(2016, 1, 1), date(2016, 12, 31)), (date(2016, 1, 16), date(2016, 1, 17))]
    whole, weekend = lanes_of_time(spans, date(2016, 1, 1), date(2016, 12, 31), rtl=True).lanes
    assert (whole.left, whole.width) == (0, 100)
    assert weekend.left > 90
    assert weekend.width > 0.4


def test_the_greatest_share_is_the_whole_line():
    """Bars are compared with the longest; what nobody stated has no bar."""
    most, half, unknown = lanes_of_shares([700, 350, None], rtl=False).lanes
    assert (most.width, half.width, unknown) == (100, 50, None)
