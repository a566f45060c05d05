"""Numbers from rows: folds entries of the database, and remembers the last folding, so that the next reads only what is new."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sawtna.ledger.core.fold import Folding
from sawtna.ledger.kinds import open_folding
from sawtna.ledger.rows import entries_between, read_body


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A folding and the root of the tree whose entries it took: the same root means the same entries."""

    root: bytes
    folding: Folding


_last: list[
    _Remembered
] = []  # at most one; owner: whoever holds the publisher's lock; lives as long as the process


def fold_afresh(size: int) -> Folding:
    """Fold the first `size` entries from the beginning."""
    return _extend(open_folding(), size)


def fold_onwards(size: int, root_at: Callable[[int], bytes]) -> Folding:
    """Fold the first `size` entries, going on from the last folding when it is of the same book.

    `root_at` gives the root of the tree at an earlier size. Call it under the publisher's lock.
    """
    last = _last.pop() if _last else None  # taken out: should this fail half way, the next begins afresh
    usable = last is not None and last.folding.size <= size and root_at(last.folding.size) == last.root
    folding = _extend(last.folding if last is not None and usable else open_folding(), size)
    _last.append(_Remembered(root_at(size), folding))
    return folding


def _extend(folding: Folding, size: int) -> Folding:
    for index, body, leaf in entries_between(folding.size, size):
        folding.take(index, read_body(body), leaf=leaf)
    return folding
