"""What several sources say was lost over time: one stroke from the ground up to each figure, with its number beside it.

A stroke stands in the middle of the time that the source names; a bar under its head shows how wide that time is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sawtna.campaigns.charts.scale import Scale, moment_of
from sawtna.ledger.core.dates import Day

WIDTH, HEIGHT = 328, 190  # CSS pixels: a panel fills a phone of 360
TOP, GROUND, SIDE = 22, 170, 24
NAMES = 6  # names of months that stand beside each other in a panel
LETTER, LINE = 7.9, 15  # width of a digit and height of a line of the labels, at 14 px


@dataclass(frozen=True, slots=True)
class Point:
    """One claim: its key, its figure, when, and how sure the source is."""

    key: str
    value: int
    day: Day
    quality: str = "exact"


@dataclass(frozen=True, slots=True)
class Label:
    """Where the middle of a number's foot stands, and the box it fills."""

    x: float
    y: float
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Label) -> bool:
        """Whether the two boxes overlap."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )


@dataclass(frozen=True, slots=True)
class Stroke:
    """One claim as drawn. `begin` and `end` are the ends of its time; `label` is None when no free place was found."""

    key: str
    value: int
    quality: str
    x: float
    y: float
    begin: float
    end: float
    label: Label | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a day or month on the ground line, with the middle of its name."""

    x: float
    middle: float
    day: date
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Panel:
    """One target's strokes on axes that all panels share."""

    strokes: tuple[Stroke, ...]
    ticks: tuple[Tick, ...]
    tick: str
    width: int = WIDTH
    height: int = HEIGHT
    ground: int = GROUND


def build_panels(points: Sequence[Sequence[Point]], *, rtl: bool) -> list[Panel]:
    """A panel for each list of points, all on the same axes of time and figure."""
    everything = [point for several in points for point in several]
    if not everything:
        return []
    first, last = _window(everything)
    time = Scale(moment_of(first), moment_of(last), WIDTH - 2 * SIDE, rtl=rtl)
    size = Scale(0, max(point.value for point in everything), GROUND - TOP)
    tick, ticks = _ticks(first, last, time)
    return [Panel(tuple(_placed(_strokes(several, time, size))), ticks, tick) for several in points]


def _window(points: Iterable[Point]) -> tuple[date, date]:
    """From the first day to the last one that a source names sharply; wide times may run out of the window."""
    days = [point.day for point in points]
    first = min(day.first for day in days)
    sharp = [day.last for day in days if (day.last - day.first).days < 7]
    last = max([*sharp, *(day.first + timedelta(days=1) for day in days)])
    return first, max(last + timedelta(days=1), first + timedelta(days=2))


def _ticks(first: date, last: date, time: Scale) -> tuple[str, tuple[Tick, ...]]:
    if (last - first).days <= 8:
        days = [first + timedelta(days=step) for step in range((last - first).days)]
        return "day", tuple(_tick(time, day, day + timedelta(days=1)) for day in days)
    spans = list(_months(first, last))
    each = -(-len(spans) // NAMES)
    ticks = (_tick(time, one, after) for one, after in spans)
    return "month", tuple(replace(tick, is_named=place % each == 0) for place, tick in enumerate(ticks))


def _months(first: date, last: date) -> Iterator[tuple[date, date]]:
    day = first
    while day < last:
        after = min(date(day.year + day.month // 12, day.month % 12 + 1, 1), last)
        yield day, after
        day = after


def _tick(time: Scale, first: date, end: date) -> Tick:
    begin, finish = time.at(moment_of(first)), time.at(moment_of(end))
    return Tick(round(begin + SIDE, 1), round((begin + finish) / 2 + SIDE, 1), first)


def _strokes(points: Sequence[Point], time: Scale, size: Scale) -> list[Stroke]:
    return [
        _stroke(point, time, size)
        for point in sorted(points, key=lambda point: (point.day.first, point.value))
    ]


def _stroke(point: Point, time: Scale, size: Scale) -> Stroke:
    first, end = moment_of(point.day.first), moment_of(point.day.last, 1)
    if point.day.minute is not None:
        first = end = moment_of(point.day.first, point.day.minute.hour / 24)
    end = min(end, time.high)
    x = round(time.at((first + end) / 2) + SIDE, 1)
    y = round(GROUND - size.at(point.value), 1)
    return Stroke(
        point.key,
        point.value,
        point.quality,
        x,
        y,
        round(time.at(first) + SIDE, 1),
        round(time.at(end) + SIDE, 1),
    )


def _placed(strokes: Sequence[Stroke]) -> Iterator[Stroke]:
    """Give each stroke's number the first free place around its head; off the other strokes where that is possible."""
    heads = [_box(stroke.x, stroke.y + 4, 0.9) for stroke in strokes]
    stems = [Label(one.x, GROUND, one.x - 2, one.y, one.x + 2, GROUND) for one in strokes]
    taken: list[Label] = []
    for place, stroke in enumerate(strokes):
        others = [one for at, one in enumerate(heads) if at != place]
        apart = [one for at, one in enumerate(stems) if at != place and one.x != stroke.x]
        label = _first_free(stroke, (*taken, *others, *apart)) or _first_free(stroke, (*taken, *others))
        if label is not None:
            taken.append(label)
        yield replace(stroke, label=label)


def _first_free(stroke: Stroke, taken: Sequence[Label]) -> Label | None:
    return next((one for one in _candidates(stroke) if not any(one.meets(box) for box in taken)), None)


def _candidates(stroke: Stroke) -> Iterator[Label]:
    """Above, beside, above and beside, below and beside: as far as the panel reaches."""
    letters = _letters(stroke.value)
    aside = letters * LETTER / 2
    for across, down in (
        (0, -8),
        (aside + 8, 4),
        (-aside - 8, 4),
        (aside + 6, -8),
        (-aside - 6, -8),
        (aside + 6, 18),
        (-aside - 6, 18),
    ):
        label = _box(stroke.x + across, stroke.y + down, letters)
        if label.left >= 0 and label.right <= WIDTH and label.bottom <= GROUND and label.top >= 0:
            yield label


def _letters(value: int) -> float:
    """How many digits wide a number is as written, with half a digit for each separator."""
    digits = len(str(value))
    return digits + (digits - 1) // 3 * 0.6


def _box(x: float, y: float, letters: float) -> Label:
    half = letters * LETTER / 2
    return Label(round(x, 1), round(y, 1), x - half, y - LINE + 3, x + half, y + 3)
