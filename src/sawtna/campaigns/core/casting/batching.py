"""The rules of batches, as anyone can check them in the book (memo trust 6.7 and 6.10).

Casts lie sorted by leaf hash, a batch is closed at a multiple of its interval and is large enough, and nothing comes after the
close. Whoever breaks one of these could tell, or show, who cast what.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.ledger.core.fold import Finding


@dataclass(slots=True)
class BatchWatch:
    """The batches of one ballot. Owner: one fold; lives as long as it.

    `waiting` counts casts since the last batch; `owed` is a batch that only an immediate close excuses.
    """

    ballot: BallotFacts
    closed: int | None = None
    waiting: int = 0
    last_cast: int = 0
    last_time: int = -1
    owed: Finding | None = None
    _last_leaf: bytes = b""
    _is_unsorted: bool = False
    _owed_time: int = field(default=-1)

    def take_cast(self, index: int, leaf: bytes) -> Iterator[Finding]:
        """One more cast."""
        yield from self.settle()
        if leaf <= self._last_leaf and not self._is_unsorted:
            self._is_unsorted = True
            yield Finding(
                index,
                "unsorted",
                f"got casts of ballot entry {self.ballot.index} that are not in order of leaf hashes",
            )
        self._last_leaf = leaf
        self.waiting += 1
        self.last_cast = index

    def settle(self) -> Iterator[Finding]:
        """Something else than a close follows: what was owed is a fault now."""
        if self.owed is not None:
            yield self.owed
            self.owed = None

    def take_batch(self, index: int, time: int, count: int) -> Iterator[Finding]:
        """A batch is closed."""
        yield from self.settle()
        if count != self.waiting:
            yield Finding(
                index, "batch", f"got a batch of {count} casts, expected one of the {self.waiting} before it"
            )
        if time <= self.last_time:
            yield Finding(index, "batch", f"got a batch at {time}, expected one after {self.last_time}")
        self.owed = self._owed_by(index, time)
        self.last_time, self._owed_time = time, time
        self.waiting, self._last_leaf, self._is_unsorted = 0, b"", False

    def _owed_by(self, index: int, time: int) -> Finding | None:
        pace, words = self.ballot.pace, "or the close of the ballot right after it"
        if pace.kmin is None:
            return Finding(index, "batch", "got a batch, expected none before the ballot closes")
        if self.waiting < pace.kmin:
            return Finding(
                index,
                "undersized",
                f"got a batch of {self.waiting} casts, expected at least {pace.kmin}, {words}",
            )
        if time % pace.every:
            return Finding(
                index, "batch", f"got a batch at {time}, expected a multiple of {pace.every} seconds, {words}"
            )
        return None

    def take_close(self, index: int, time: int) -> Iterator[Finding]:
        """The ballot closes; a batch right before it may be small and at any time, but at no other than the close."""
        if self.closed is not None:
            yield Finding(index, "close", f"got a second close of ballot entry {self.ballot.index}")
            return
        if self.owed is not None and self._owed_time == time:
            self.owed = None
        yield from self.settle()
        if time < self.last_time:
            yield Finding(
                index, "close", f"got a close at {time}, expected none before the batch at {self.last_time}"
            )
        yield from self.loose()
        self.waiting, self.closed = 0, index

    def loose(self) -> Iterator[Finding]:
        """Casts that no batch has closed."""
        if self.waiting:
            yield Finding(
                self.last_cast,
                "loose",
                f"got {self.waiting} casts of ballot entry {self.ballot.index} in no batch, expected a batch after them",
            )

    def pending(self) -> Iterator[Finding]:
        """What is wrong if the book ends here."""
        if self.owed is not None:
            yield self.owed
        yield from self.loose()
