"""Which entries a number came from, kept small however many there are."""

from __future__ import annotations

from sawtna.ledger.core.fold import Run

MOST_RUNS = 32


class Trace:
    """Indices in growing order, as half-open runs. Owner: one fold; lives as long as it."""

    __slots__ = ("_runs",)

    def __init__(self) -> None:
        self._runs: list[list[int]] = []

    def add(self, index: int) -> None:
        """The next entry that matters."""
        if self._runs and self._runs[-1][1] == index:
            self._runs[-1][1] = index + 1
        elif not self._runs or self._runs[-1][1] < index:
            self._runs.append([index, index + 1])

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs; past 32 of them the first one, and one that covers all others and what lies between.

        A ranked ballot shows a number for each two options. Were each to list thousands of batches, `numbers.json` would
        outgrow the book.
        """
        runs = [(first, end) for first, end in self._runs]
        if len(runs) <= MOST_RUNS:
            return tuple(runs)
        return (runs[0], (runs[1][0], runs[-1][1]))
