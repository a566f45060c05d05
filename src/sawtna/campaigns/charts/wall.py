"""The wall: every day of a block as a stroke, counted in fives as tallies are, a row a month (a row a year when it lasts longer).

The height of a stroke says how closed it is, so that the wall can be read without colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

HEIGHT = 24  # CSS pixels of a row
STEPS = {"day": (7, 40), "month": (13, 78)}  # CSS pixels between strokes, and between groups of five
MONTHS_BY_DAY = 14  # a longer wall has a stroke for each month
YEARS_SHOWN = 30
# From where to where a stroke goes, by state; "open" is a dot.
REACH = {"extended": (2, 22), "blocked": (6, 18), "eased": (10, 14)}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in one state: from `first` up to but without `end`."""

    state: str
    first: date
    end: date


@dataclass(slots=True)
class Row:
    """One line of the wall: which month or year, and the strokes of each state as SVG path data."""

    when: date
    strokes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wall:
    """Rows of strokes. `stroke` is what one stands for: day or month."""

    rows: tuple[Row, ...]
    stroke: str
    width: int
    height: int = HEIGHT


def stretches_of(changes: Iterable[tuple[date, str]], until: date) -> list[Stretch]:
    """What stood from when to when: each change holds until the next, the last one until `until`."""
    ordered = [change for change in sorted(changes, key=lambda change: change[0]) if change[0] < until]
    ends = [day for day, _ in ordered[1:]] + [until]
    return [Stretch(state, day, end) for (day, state), end in zip(ordered, ends, strict=True) if day < end]


def build_wall(stretches: Sequence[Stretch], *, rtl: bool) -> Wall | None:
    """The wall of these stretches, or None when there are none."""
    if not stretches:
        return None
    first, last = stretches[0].first, stretches[-1].end - timedelta(days=1)
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if months <= MONTHS_BY_DAY:
        slots, most, stroke = _days_of(first, last), 31, "day"
    else:
        slots, most, stroke = _months_of(first, last), 12, "month"
    pitch, group = STEPS[stroke]
    width = (most - 1) // 5 * group + ((most - 1) % 5 + 1) * pitch
    rows: dict[date, Row] = {}
    for key, slot, day in slots:
        row = rows.setdefault(key, Row(key))
        state = _state_on(stretches, day)
        row.strokes[state] = row.strokes.get(state, "") + _stroke(
            state, slot, STEPS[stroke], width if rtl else 0
        )
    return Wall(tuple(rows.values()), stroke, width)


def _days_of(first: date, last: date) -> Iterator[tuple[date, int, date]]:
    day, end = first.replace(day=1), _month_after(last)
    while day < end:
        yield day.replace(day=1), day.day - 1, day
        day += timedelta(days=1)


def _months_of(first: date, last: date) -> Iterator[tuple[date, int, date]]:
    begin = max(first.year, last.year - YEARS_SHOWN + 1)
    for year in range(begin, last.year + 1):
        for month in range(12):
            # The state of a month is that of its middle.
            yield date(year, 1, 1), month, date(year, month + 1, 15)


def _month_after(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _state_on(stretches: Sequence[Stretch], day: date) -> str:
    return next((one.state for one in stretches if one.first <= day < one.end), "open")


def _stroke(state: str, slot: int, steps: tuple[int, int], mirror: int) -> str:
    """Path data of one slot; the fifth stroke of a group lies across the four before it."""
    group, place = divmod(slot, 5)
    left = group * steps[1] + steps[0] // 2
    x = left + place * steps[0]
    if state not in REACH:
        return f"M{_across(x, mirror)} 12h0"
    top, bottom = REACH[state]
    if place < 4:
        return f"M{_across(x, mirror)} {top}V{bottom}"
    begin, end = left - 3, left + 3 * steps[0] + 3
    return f"M{_across(begin, mirror)} {bottom - 1}L{_across(end, mirror)} {top + 1}"


def _across(x: int, mirror: int) -> int:
    return mirror - x if mirror else x
