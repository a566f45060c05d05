"""From entries to numbers: each number names the entries that it was folded from.

A fold is given entries in index order and nothing else, so that two readers of the same book find the same numbers. Only the
day for which running clocks are read (`as_of`) comes from outside.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from sawtna.ledger.core.entry import Body, Kinds
from sawtna.ledger.core.examiner import Gist

FOLD_VERSION = 1
MOST_RUNS = 32
Run = tuple[int, int]

# Entries that nobody can strike. Casts and what bounds them are among them: whoever could void a cast could take votes away,
# whoever could void a count of tokens could make room for others.
UNTOUCHABLE = frozenset(
    {"site", "void", "erase", "batch", "rules", "cast", "issued", "invite", "keyend", "close"}
)


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a page. `runs` are half-open ranges [first, end) of the indices it was folded from; `rule` names how."""

    key: str
    value: int
    unit: str
    rule: str
    runs: tuple[Run, ...]

    def as_json(self) -> dict[str, object]:
        """The number as it stands in `numbers.json`."""
        return {
            "value": self.value,
            "unit": self.unit,
            "rule": self.rule,
            "from": [list(run) for run in self.runs],
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the book that breaks its rules, at one index; or, with grade `warning`, that a reader should know."""

    index: int
    code: str
    sentence: str
    grade: str = "invalid"


class Fold(Protocol):
    """What a room gives to the book: how its entries become numbers."""

    def take(self, index: int, body: Body, leaf: bytes | None = None) -> None:
        """Read one valid entry; called in index order. `leaf` is its leaf hash, where the caller has it at hand."""

    def take_gist(self, index: int, kind: str, gist: object, leaf: bytes) -> None:
        """Read one entry that was examined already: what its room's examiner made of it stands in place of its body."""

    def annul(self, index: int, by: int) -> None:
        """Entry `index` is void from entry `by` on."""

    def erase(self, index: int, by: int) -> None:
        """The opening of entry `index` was deleted, as entry `by` says."""

    def numbers(self, as_of: date) -> Iterator[Number]:
        """All numbers for that day."""

    def findings(self) -> Iterable[Finding]:
        """What the entries so far break of the rules of this room."""


def runs_of(indices: Iterable[int]) -> tuple[Run, ...]:
    """Indices as sorted half-open runs: (3, 4, 5, 9) gives ((3, 6), (9, 10))."""
    runs: list[Run] = []
    for index in sorted(set(indices)):
        if runs and runs[-1][1] == index:
            runs[-1] = (runs[-1][0], index + 1)
        else:
            runs.append((index, index + 1))
    return tuple(runs)


def few_runs(runs: Sequence[Run]) -> tuple[Run, ...]:
    """The runs; past 32 of them the first one, and one that covers all others and what lies between.

    Were each of many numbers to list thousands of runs, `numbers.json` would outgrow the book.
    """
    return tuple(runs) if len(runs) <= MOST_RUNS else (runs[0], (runs[1][0], runs[-1][1]))


@dataclass(slots=True)
class _Census:
    """Counts of the book itself. Owner: one `Folding`; lives as long as it."""

    size: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    unknown: list[int] = field(default_factory=list)

    def numbers(self) -> Iterator[Number]:
        everything = ((0, self.size),) if self.size else ()
        yield Number("book/entries", self.size, "entry", "count_entries", everything)
        yield Number("book/unknown", len(self.unknown), "entry", "count_unknown", runs_of(self.unknown))
        for kind, count in sorted(self.kinds.items()):
            yield Number(f"book/kinds/{kind}", count, "entry", "count_kind", everything)


class Folding:
    """Folds a book from its first entry on; may be asked for numbers at any size."""

    def __init__(self, kinds: Kinds, folds: Iterable[Fold]) -> None:
        self.kinds = kinds
        self.folds = tuple(folds)
        self._findings: list[Finding] = []
        self._census = _Census()
        self._committed: dict[int, str] = {}

    @property
    def size(self) -> int:
        """How many entries were taken."""
        return self._census.size

    @property
    def findings(self) -> list[Finding]:
        """All that breaks the rules, of the book and of its rooms, as far as it was read."""
        found = [*self._findings, *(finding for fold in self.folds for finding in fold.findings())]
        return sorted(found, key=lambda finding: finding.index)

    def skip(self, index: int) -> None:
        """Pass over the next entry, of which the caller knows that it is wrong: it changes no number but that of entries."""
        if index != self._census.size:
            self._find(index, "order", f"got entry {index}, expected entry {self._census.size}")
        self._census.size = index + 1

    def take(self, index: int, body: Body, *, is_checked: bool = False, leaf: bytes | None = None) -> None:
        """Read the next entry; what is wrong with it is added to `findings` and it changes no number.

        `is_checked` says that the caller has just found no problem with its form; `leaf` is its leaf hash, if at hand.
        """
        self.skip(index)
        problems = () if is_checked else self.kinds.problems(body)
        if problems:
            self._find(index, "schema", problems[0].sentence)
            return
        kind = self.kinds.get(body["k"])
        if kind is None:
            self._census.unknown.append(index)
            return
        self._census.kinds[kind.name] += 1
        if kind.name in ("void", "erase"):
            self._strike(index, kind.name, body["i"])
        elif kind.name not in UNTOUCHABLE:
            self._committed[index] = kind.name
        for fold in self.folds:
            fold.take(index, body, leaf)

    def take_gist(self, index: int, gist: Gist, leaf: bytes) -> None:
        """Read the next entry, of which an examiner has found that it is valid, by the examiner's gist of it."""
        self.skip(index)
        kind, made = gist
        self._census.kinds[kind] += 1
        if kind not in UNTOUCHABLE:
            self._committed[index] = kind
        for fold in self.folds:
            fold.take_gist(index, kind, made, leaf)

    def _strike(self, index: int, kind: str, struck: object) -> None:
        if not isinstance(struck, int) or struck >= index or struck not in self._committed:
            self._find(
                index, kind, f"got a {kind} of entry {struck}, expected an earlier entry that can be struck"
            )
            return
        for fold in self.folds:
            if kind == "void":
                fold.annul(struck, index)
            else:
                fold.erase(struck, index)

    def _find(self, index: int, code: str, sentence: str) -> None:
        self._findings.append(Finding(index, code, sentence))

    def numbers(self, as_of: date) -> dict[str, Number]:
        """Every number of the book for that day, by key, in key order."""
        found = list(self._census.numbers())
        for fold in self.folds:
            found.extend(fold.numbers(as_of))
        return {number.key: number for number in sorted(found, key=lambda number: number.key)}
