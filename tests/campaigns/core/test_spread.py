"""Which figures are set against each other: those whose days meet, and of them the two that lie farthest apart."""

from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.core.spread import Dated, times_of_one_day
from sawtna.ledger.core.dates import parse_day

DAYS = [
    *(f"2016-02-{day:02}" for day in range(1, 10)),
    "2016-02",
    "2016",
    "2016-02-03/2016-02-06",
    "2016-02-05T12:00",
]


def dated(day, low, high=None):
    """One figure of a day."""
    return Dated(parse_day(day), low, low if high is None else high)


figures = st.lists(
    st.builds(
        lambda day, low, more: dated(day, low, low + more),
        st.sampled_from(DAYS),
        st.integers(0, 50),
        st.integers(0, 50),
    ),
    max_size=12,
)


def test_the_two_farthest_of_one_day_are_compared():
    """Not the lowest of Saturday with the highest of Sunday."""
    saturday = [dated("2016-02-27", 27_000), dated("2016-02-27", 60_000)]
    sunday = [dated("2016-02-28", 123_380), dated("2016-02-28T12:00", 137_500)]
    assert times_of_one_day([*sunday, *saturday]) == 2


def test_a_single_source_does_not_contradict_itself():
    """A range of one source is no two figures."""
    assert times_of_one_day([dated("2016-02-27", 120, 220)]) == 0


@given(figures)
def test_it_is_as_if_each_were_compared_with_each(several):
    """The quick way finds what comparing all pairs finds."""
    ratios = [
        one.high // other.low
        for place, one in enumerate(several)
        for other_place, other in enumerate(several)
        if place != other_place
        and other.low > 0
        and one.day.first <= other.day.last
        and other.day.first <= one.day.last
    ]
    assert times_of_one_day(several) == max(ratios, default=0)
