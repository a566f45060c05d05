"""From values to places along an axis that begins at the reading edge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import floor, log10


@dataclass(frozen=True, slots=True)
class Scale:
    """Places values between `low` and `high` on an axis of `length` units (100 for percent); `rtl` mirrors it."""

    low: float
    high: float
    length: float = 100
    rtl: bool = False
    by_powers: bool = False

    def at(self, value: float) -> float:
        """The place of a value, held inside the axis, to two decimals."""
        low, high, value = (self._bent(one) for one in (self.low, self.high, value))
        share = (value - low) / (high - low) if high > low else 0.5
        share = min(1.0, max(0.0, share))
        return round((1 - share if self.rtl else share) * self.length, 2)

    def span(self, first: float, last: float) -> tuple[float, float]:
        """Where a span begins on the page's left, and how long it is."""
        begin, end = sorted((self.at(first), self.at(last)))
        return begin, round(end - begin, 2)

    def _bent(self, value: float) -> float:
        return log10(max(value, 1)) if self.by_powers else value


def scale_by_powers(low: int, high: int, *, rtl: bool) -> Scale:
    """An axis of powers of ten with a little air on both sides, at least two powers long."""
    bottom, top = log10(max(low, 1)) - 0.15, log10(max(high, 1)) + 0.15
    if top - bottom < 2:
        middle = (top + bottom) / 2
        bottom, top = max(0.0, middle - 1), max(0.0, middle - 1) + 2
    return Scale(10**bottom, 10**top, rtl=rtl, by_powers=True)


def powers_within(scale: Scale) -> list[float]:
    """Places of the powers of ten on a scale by powers: each line is ten times the one before it."""
    first, last = floor(log10(scale.low)) + 1, floor(log10(scale.high))
    return [scale.at(10.0**power) for power in range(first, last + 1)]


def moment_of(day: date, share: float = 0.0) -> float:
    """A day as a number that grows by one a day; `share` is how much of the day has passed."""
    return day.toordinal() + share
