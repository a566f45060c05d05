"""Which entries a number came from, kept small however many there are."""

from __future__ import annotations

from sawtna.ledger.core.fold import Run, few_runs


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
        """The runs, kept few: a ranked ballot shows a number for each two options."""
        return few_runs([(first, end) for first, end in self._runs])
