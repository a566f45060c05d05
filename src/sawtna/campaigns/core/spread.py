"""How far figures lie apart that may contradict each other: two counts of different days do not."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappop, heappush
from typing import NamedTuple

from sawtna.ledger.core.dates import Day


class Dated(NamedTuple):
    """What one source states of some days, from `low` to `high` in the unit of its topic."""

    day: Day
    low: int
    high: int


def times_of_one_day(figures: Iterable[Dated]) -> int:
    """How often the lower goes into the higher (rounded down), of the two that lie farthest apart among those whose days meet.

    0 when no two meet, or when only figures of 0 do. Takes n log n steps, as a book may hold many claims under one topic.
    """
    lowest: list[
        tuple[int, int]
    ] = []  # heaps of (figure, last day as an ordinal): those whose days may meet the next one's
    highest: list[tuple[int, int]] = []
    widest = 0
    for day, low, high in sorted(figures, key=lambda one: one.day.first):
        for heap in (lowest, highest):
            while heap and heap[0][1] < day.first.toordinal():
                heappop(heap)
        if lowest:
            widest = max(widest, high // lowest[0][0])
        if highest and low > 0:
            widest = max(widest, -highest[0][0] // low)
        if low > 0:
            heappush(lowest, (low, day.last.toordinal()))
        heappush(highest, (-high, day.last.toordinal()))
    return widest
