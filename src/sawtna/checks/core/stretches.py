"""Days between two changes: what held over one access to a network, from when to when. Pure: checks in, stretches out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sawtna.checks.core.changes import changes_of
from sawtna.checks.core.register import Check

FEW = 5  # measured days below which a stretch has no name
MOSTLY = 5  # a stretch is named when at most one day in so many says otherwise


@dataclass(frozen=True)
class Day:
    """One day's voice: hindered or open, by the majority of its conclusive checks; blocked when half of the hindered are."""

    on: date
    is_hindered: bool
    is_blocked: bool
    checks: tuple[Check, ...]


@dataclass(frozen=True)
class Stretch:
    """Days between two changes: `state` is blocked, degraded, open, mixed, or few when too few days were measured."""

    path: str
    days: tuple[Day, ...]

    @property
    def first(self) -> date:
        """The first measured day."""
        return self.days[0].on

    @property
    def last(self) -> date:
        """The last measured day."""
        return self.days[-1].on

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of its days."""
        return tuple(check for day in self.days for check in day.checks)

    @property
    def lasted(self) -> int:
        """From the first to the last measured day, both included."""
        return (self.last - self.first).days + 1

    @property
    def hindered(self) -> int:
        """How many days were hindered."""
        return sum(day.is_hindered for day in self.days)

    @property
    def state(self) -> str:
        """What the stretch is called: by at least four days in five, and at least five days."""
        count, hindered = len(self.days), self.hindered
        if count < FEW:
            return "few"
        if hindered * MOSTLY <= count:
            return "open"
        if (count - hindered) * MOSTLY > count:
            return "mixed"
        return "blocked" if 2 * sum(day.is_blocked for day in self.days) >= hindered else "degraded"


def find_stretches(path: str, checks: Iterable[Check]) -> tuple[Stretch, ...]:
    """The stretches between changes, oldest first; none when no check was conclusive."""
    days = days_of(checks)
    places = [0, *changes_of([day.is_hindered for day in days]), len(days)] if days else []
    ends = pairwise(places)
    return tuple(
        Stretch(f"{path}/stretches/{number}", tuple(days[first:end]))
        for number, (first, end) in enumerate(ends, 1)
    )


def days_of(checks: Iterable[Check]) -> list[Day]:
    """The voices of the days, oldest first; a day without a majority has none."""
    by_day: dict[date, list[Check]] = defaultdict(list)
    for check in checks:
        if check.is_conclusive:
            by_day[check.on].append(check)
    days = []
    for on, told in sorted(by_day.items()):
        hindered = sum(check.is_hindered for check in told)
        if 2 * hindered != len(told):
            blocked = sum(check.verdict == "blocked" for check in told)
            days.append(Day(on, 2 * hindered > len(told), 2 * blocked >= max(hindered, 1), tuple(told)))
    return days
