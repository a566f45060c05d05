"""The clock of days without calls: since when, until when, and the wall of its days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sawtna.campaigns.charts.wall import Stretch, Wall, build_wall, stretches_of
from sawtna.campaigns.core.numbers import clock_of
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.frame import Frame


@dataclass(frozen=True, slots=True)
class Change:
    """A moment from which on calls are in another state."""

    state: str
    moment: Item


@dataclass(frozen=True, slots=True)
class Clock:
    """The great number of a campaign. `end` is None while the block stands."""

    key: str
    begin: Item
    end: Item | None
    changes: tuple[Change, ...]
    wall: Wall | None


def clock_row(frame: Frame) -> Clock | None:
    """The clock, or None when no moment says that calls were blocked."""
    begin, end = clock_of(frame.story)
    key = frame.key("days-without-calls")
    if begin is None or begin.day is None or not key:
        return None
    until = end.day.first if end is not None and end.day is not None else frame.as_of + timedelta(days=1)
    within = [
        one for one in _changes(frame) if one.moment.day and begin.day.first <= one.moment.day.first <= until
    ]
    return Clock(key, begin, end, tuple(within), build_wall(_stretches(within, until), rtl=frame.rtl))


def _changes(frame: Frame) -> list[Change]:
    moments = [moment for moment in frame.story.items("moments") if moment.day and "effect" in moment.body]
    return [Change(str(moment.body["effect"]), moment) for moment in moments]


def _stretches(changes: Sequence[Change], until: date) -> list[Stretch]:
    days = [(one.moment.day.first, one.state) for one in changes if one.moment.day is not None]
    return stretches_of(days, until)
