"""The registry: each room enrols the kinds that it may write, the fold that reads them, and perhaps an examiner.

No Django here, so that the audit can use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sawtna.ledger.core.entry import Kind, Kinds
from sawtna.ledger.core.examiner import Examiners, MakeExaminer
from sawtna.ledger.core.fold import Fold, Folding
from sawtna.ledger.core.kinds_of_the_book import KINDS as BOOK_KINDS

KINDS = Kinds(BOOK_KINDS)
_FOLDS: dict[str, Callable[[], Fold]] = {}
_EXAMINERS: dict[str, MakeExaminer] = {}


def enroll(
    room: str,
    kinds: Iterable[Kind],
    fold: Callable[[], Fold],
    examiner: MakeExaminer | None = None,
) -> None:
    """A room moves in: its kinds, a maker of its fold and, where forms are not enough, of its examiner. Twice is harmless."""
    KINDS.enroll(kinds)
    _FOLDS[room] = fold
    if examiner is not None:
        _EXAMINERS[room] = examiner


def open_folding() -> Folding:
    """A fresh folding of all rooms, at size 0."""
    return Folding(KINDS, [make() for _, make in sorted(_FOLDS.items())])


def open_examiners() -> Examiners:
    """Fresh examiners of all rooms that have one; they know nothing yet."""
    return tuple(make() for _, make in sorted(_EXAMINERS.items()))
