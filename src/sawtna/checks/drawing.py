"""Weeks and stretches in, geometry out: where each mark of the drawing of one access stands. Pure; the template draws and writes.

Time begins at the reading edge: from the right in Arabic, from the left otherwise (decision 0030).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sawtna.checks.core.findings import VERDICTS, Access, Group, monday_of
from sawtna.checks.core.shares import WHOLE, Interval

WIDTH, HEIGHT, SIDE = 328, 150, 8  # CSS pixels: a drawing fills a phone of 360
TOP, GROUND, BAR = 44, 124, 8  # of the columns; the stretches are a bar above them
WEEKS = 52  # the longest time that is drawn
WIDEST = 26.0  # of a column
NAMES = 5  # names of months that stand beside each other


@dataclass(frozen=True, slots=True)
class Part:
    """A rectangle; `state` says of what."""

    state: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    """Where a month begins, where its name stands, and which month it is; only some have room for a name."""

    x: float
    middle: float
    month: date
    is_named: bool


@dataclass(frozen=True, slots=True)
class Drawing:
    """One access over time. `tallest` is the week with most checks, whose count stands above it, at `label`."""

    columns: tuple[Part, ...]
    stretches: tuple[Part, ...]
    ticks: tuple[Tick, ...]
    tallest: Group
    label: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT
    ground: int = GROUND


@dataclass(frozen=True, slots=True)
class Reach:
    """A share and its interval on a line from none to all: places in percent of its length, from the page's left."""

    at: float
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class _Axis:
    """From days to places."""

    first: date
    weeks: int
    is_from_right: bool

    @property
    def slot(self) -> float:
        return (WIDTH - 2 * SIDE) / self.weeks

    def at(self, day: date) -> float:
        """The place of a day's beginning, held inside of the drawing."""
        share = min(1.0, max(0.0, (day - self.first).days / (7 * self.weeks)))
        along = share * (WIDTH - 2 * SIDE)
        return WIDTH - SIDE - along if self.is_from_right else SIDE + along

    def span(self, first: date, end: date) -> tuple[float, float]:
        """Left edge and width of the days from `first` until before `end`."""
        left, right = sorted((self.at(first), self.at(end)))
        return round(left, 1), round(right - left, 1)


def draw_interval(interval: Interval | None, *, rtl: bool) -> Reach | None:
    """Where a share and its interval stand."""
    if interval is None:
        return None
    at, low, high = (round(100 * part / WHOLE, 2) for part in interval)
    return Reach(100 - at, 100 - high, high - low) if rtl else Reach(at, low, high - low)


def draw_access(access: Access, *, rtl: bool) -> Drawing | None:
    """The drawing of one access, None where it has no checks."""
    if not access.weeks:
        return None
    last = access.weeks[-1][0]
    first = max(access.weeks[0][0], last - timedelta(weeks=WEEKS - 1))
    axis = _Axis(first, max((last - first).days // 7 + 1, 4), rtl)
    shown = [(monday, week) for monday, week in access.weeks if monday >= first]
    most = max(week.count for _, week in shown)
    columns = [part for monday, week in shown for part in _column(axis, monday, week, most)]
    monday, tallest = next(pair for pair in shown if pair[1].count == most)
    left, width = axis.span(monday, monday + timedelta(weeks=1))
    middle = min(max(left + width / 2, SIDE + 6), WIDTH - SIDE - 6)
    return Drawing(
        tuple(columns), tuple(_bar(axis, access)), tuple(_ticks(axis)), tallest, (round(middle, 1), TOP - 6)
    )


def _column(axis: _Axis, monday: date, week: Group, most: int) -> list[Part]:
    left, slot = axis.span(monday, monday + timedelta(weeks=1))
    width = min(slot * 0.78, WIDEST)
    parts, foot = [], float(GROUND)
    for state in VERDICTS:
        height = (GROUND - TOP) * week.verdicts[state] / most
        if height:
            foot -= height
            parts.append(
                Part(
                    state,
                    round(left + (slot - width) / 2, 1),
                    round(foot, 1),
                    round(width, 1),
                    round(height, 1),
                )
            )
    return parts


def _bar(axis: _Axis, access: Access) -> list[Part]:
    """The stretches, each until the next begins; the newest until the end of its last week."""
    ends = [stretch.first for stretch in access.stretches[1:]]
    ends += [monday_of(stretch.last) + timedelta(weeks=1) for stretch in access.stretches[-1:]]
    parts = []
    for stretch, end in zip(access.stretches, ends, strict=True):
        left, width = axis.span(stretch.first, end)
        if width > 0:
            parts.append(Part(stretch.state, left, BAR, width, 10))
    return parts


def _ticks(axis: _Axis) -> list[Tick]:
    end = axis.first + timedelta(weeks=axis.weeks)
    months, month = [], axis.first.replace(day=1)
    while month < end:
        after = date(month.year + month.month // 12, month.month % 12 + 1, 1)
        months.append((month, after))
        month = after
    each = -(-len(months) // NAMES)
    ticks = []
    for place, (month, after) in enumerate(months):
        left, width = axis.span(month, after)
        ticks.append(
            Tick(
                round(axis.at(month), 1),
                round(left + width / 2, 1),
                month,
                place % each == 0 and width * each >= 40,
            )
        )
    return ticks
