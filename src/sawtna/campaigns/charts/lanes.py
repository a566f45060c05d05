"""One line beside one row: a stretch of time, a figure among others, a share of the most. Places are percent of its length.

A lane is drawn without a viewBox, in percent, so that its dots stay round and its rows share one axis at any width.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sawtna.campaigns.charts.scale import Scale, moment_of, powers_within, scale_by_powers


@dataclass(frozen=True, slots=True)
class Lane:
    """A span from `left` that is `width` long, and its ends as `low` and `high` in reading direction. All in percent."""

    left: float
    width: float
    low: float
    high: float
    is_point: bool


@dataclass(frozen=True, slots=True)
class Lanes:
    """Lanes that share an axis; `lines` are the powers of ten where there are any. A lane is None where nothing is known."""

    lanes: tuple[Lane | None, ...]
    lines: tuple[float, ...] = ()


def lanes_by_powers(spans: Sequence[tuple[int, int] | None], *, rtl: bool) -> Lanes:
    """Figures side by side on a scale by powers of ten, since some are thousands of times others."""
    known = [span for span in spans if span is not None]
    if not known:
        return Lanes(tuple(None for _ in spans))
    scale = scale_by_powers(min(low for low, _ in known), max(high for _, high in known), rtl=rtl)
    return Lanes(tuple(_lane(scale, span) for span in spans), tuple(powers_within(scale)))


def lanes_of_time(spans: Sequence[tuple[date, date]], first: date, last: date, *, rtl: bool) -> Lanes:
    """Stretches of days, both ends included, on the time from `first` to `last`."""
    scale = Scale(moment_of(first), moment_of(last) + 1, rtl=rtl)
    return Lanes(tuple(_lane(scale, (moment_of(begin), moment_of(end) + 1)) for begin, end in spans))


def lanes_of_shares(values: Sequence[int | None], *, rtl: bool) -> Lanes:
    """Bars from nothing to each value, the greatest being the whole line."""
    most = max((value for value in values if value is not None), default=0)
    scale = Scale(0, max(most, 1), rtl=rtl)
    return Lanes(tuple(None if value is None else _lane(scale, (0, value)) for value in values))


def _lane(scale: Scale, span: tuple[float, float] | None) -> Lane | None:
    if span is None:
        return None
    left, width = scale.span(*span)
    return Lane(left, width, scale.at(span[0]), scale.at(span[1]), span[0] == span[1])
