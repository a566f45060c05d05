"""Dates of the book: what is read, what is refused and why."""

from contextlib import suppress
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawtna.ledger.core.dates import Day, parse_day
from sawtna.ledger.core.errors import DateError


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2014", Day(date(2014, 1, 1), date(2014, 12, 31), "year")),
        ("2016-03", Day(date(2016, 3, 1), date(2016, 3, 31), "month")),
        ("2016-02", Day(date(2016, 2, 1), date(2016, 2, 29), "month")),
        ("2015-12", Day(date(2015, 12, 1), date(2015, 12, 31), "month")),
        ("9999-12", Day(date(9999, 12, 1), date(9999, 12, 31), "month")),
        ("2016-01-05", Day(date(2016, 1, 5), date(2016, 1, 5), "day")),
        ("2016-02-28T12:00", Day(date(2016, 2, 28), date(2016, 2, 28), "minute", time(12, 0))),
        ("2016-01-16/2016-01-17", Day(date(2016, 1, 16), date(2016, 1, 17), "interval")),
        ("2016-01/2016-11-04", Day(date(2016, 1, 1), date(2016, 11, 4), "interval")),
        ("2014/2016", Day(date(2014, 1, 1), date(2016, 12, 31), "interval")),
        ("2016-01-16/2016-01-16", Day(date(2016, 1, 16), date(2016, 1, 16), "interval")),
    ],
)
def test_a_date_means_its_first_and_its_last_day(text, day):
    """Each accepted form gives the days that it may mean and how precise it is."""
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 2016",
        "2016\n",
        "2016-13-45",
        "2016-1-5",
        "2015-02-29",
        "0000",
        "16",
        "20160105",
        "2016-01-05T24:00",
        "2016-01-05T12:60",
        "2016-01-05T12:00:00",
        "2016-01-05T12:00Z",
        "2016-01T12:00",
        "2016-01-05 12:00",
        "2016-01-05?",
        "2016-21",
        "201X",
        "-2016",
        "..",
        "2016/",
        "/2016",
        "2016/2017/2018",
        "2016-01-05T12:00/2016-01-06",
        "2016-01-05/2016-01-06T12:00",
        "٢٠١٦-٠١-٠٥",
        "2016-01-05/" * 100_000,
    ],
)
def test_anything_else_is_refused_with_an_example(text):
    """What is not in the subset gets a sentence that shows what would be."""
    with pytest.raises(DateError, match="expected a date such as 2016-01-05, 2016-01, 2016 or 2016-01-16"):
        parse_day(text)


def test_the_sentence_names_what_was_typed():
    """A person who typed a wrong month sees it quoted."""
    with pytest.raises(DateError) as caught:
        parse_day("2016-13-45")
    assert str(caught.value) == (
        "got '2016-13-45', expected a date such as 2016-01-05, 2016-01, 2016 or 2016-01-16/2016-01-17"
    )
    assert caught.value.code == "date"


@pytest.mark.parametrize("text", ["2016-01-17/2016-01-16", "2016-03/2016-02", "2017/2016-12-31"])
def test_an_interval_that_ends_before_it_begins_is_refused(text):
    """Time does not run backwards in the book."""
    with pytest.raises(DateError, match="does not end before it begins"):
        parse_day(text)


@given(st.dates(), st.integers(0, 3000))
def test_a_day_and_an_interval_read_back(first, length):
    """What the calendar writes, the book reads."""
    last = min(first, date.max - timedelta(length)) + timedelta(length)
    assert parse_day(first.isoformat()) == Day(first, first, "day")
    begin = min(first, last)
    assert parse_day(f"{begin}/{last}") == Day(begin, last, "interval")


@given(st.one_of(st.text(), st.from_regex(r"[0-9]{4}(-[0-9]{2}){0,2}(T[0-9]{2}:[0-9]{2})?(/[0-9-]{4,10})?")))
def test_no_text_crashes_the_reader(text):
    """Whatever is typed gives a day or a sentence, and a day never ends before it begins."""
    with suppress(DateError):
        day = parse_day(text)
        assert day.first <= day.last
        assert (day.minute is None) == (day.precision != "minute")
