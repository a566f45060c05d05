"""The registry: each room enrols the kinds that it may write and the fold that reads them.

No Django here, so that the audit can use it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sawtna.ledger.core.entry import Kind, Kinds
from sawtna.ledger.core.fold import Fold, Folding
from sawtna.ledger.core.kinds_of_the_book import KINDS as BOOK_KINDS

KINDS = Kinds(BOOK_KINDS)
_FOLDS: dict[str, Callable[[], Fold]] = {}


def enroll(room: str, kinds: Iterable[Kind], fold: Callable[[], Fold]) -> None:
    """A room moves in: its kinds and a maker of its fold. Twice is harmless."""
    KINDS.enroll(kinds)
    _FOLDS[room] = fold


def open_folding() -> Folding:
    """A fresh folding of all rooms, at size 0."""
    return Folding(KINDS, [make() for _, make in sorted(_FOLDS.items())])
