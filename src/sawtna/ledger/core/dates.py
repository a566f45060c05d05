"""Dates as people know them: a minute, a day, a month, a year, an interval (EDTF level 0, ISO 8601-2:2019).

Press and campaigns often know only the month. `Day` keeps what is known: the first and the last day that it
may mean, and how precise it is. Nothing else of EDTF (uncertain, open, seasons, zones) is accepted.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal, TypeAlias

from sawtna.ledger.core.errors import DateError

Precision: TypeAlias = Literal["year", "month", "day", "minute", "interval"]

# [0-9], not \d: a date in the book is ASCII, whatever the numerals of the reader.
_POINT = re.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(?:T([0-9]{2}):([0-9]{2}))?)?)?")
_LONGEST = len("2016-01-16/2016-01-17")


@dataclass(frozen=True, slots=True)
class Day:
    """The days from `first` to `last`, both included; `minute` (local time) only with precision minute."""

    first: date
    last: date
    precision: Precision
    minute: time | None = None


def parse_day(text: str) -> Day:
    """Read `2014`, `2016-03`, `2016-01-05`, `2016-02-28T12:00`, or an interval `A/B` of the first three.

    :raises DateError: anything else, a day that no calendar has, an interval that ends before it begins.
    """
    if "/" not in text:
        return _parse_point(text, text)
    begin, _, end = text.partition("/")
    first, last = _parse_point(begin, text), _parse_point(end, text)
    if "minute" in (first.precision, last.precision):
        raise _unfit(text)
    if last.last < first.first:
        raise DateError(f"got {_quote(text)}, expected an interval that does not end before it begins")
    return Day(first.first, last.last, "interval")


def _parse_point(text: str, whole: str) -> Day:
    match = _POINT.fullmatch(text)
    if match is None:
        raise _unfit(whole)
    year, month, day, hour, minute = (None if part is None else int(part) for part in match.groups())
    try:
        first = date(year or 0, 1 if month is None else month, 1 if day is None else day)
        clock = None if hour is None or minute is None else time(hour, minute)
    except ValueError:
        raise _unfit(whole) from None
    if month is None:
        return Day(first, date(first.year, 12, 31), "year")
    if day is None:
        return Day(first, _last_of_month(first), "month")
    return Day(first, first, "day" if clock is None else "minute", clock)


def _last_of_month(first: date) -> date:
    if first.month == 12:
        return date(first.year, 12, 31)
    return date(first.year, first.month + 1, 1) - timedelta(days=1)


def _unfit(text: str) -> DateError:
    expected = "expected a date such as 2016-01-05, 2016-01, 2016 or 2016-01-16/2016-01-17"
    return DateError(f"got {_quote(text)}, {expected}")


def _quote(text: str) -> str:
    return repr(text if len(text) <= _LONGEST else text[:_LONGEST] + "…")
