"""What a room adds to the examination of single entries: signatures and references that the form alone does not show.

An examiner first *learns*, in index order, from the few entries that others refer to (keys, ballots); this is cheap. What it has
learned goes along to other processes, where it *examines* single entries in any order; this is the dear part of an audit.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from sawtna.ledger.core.entry import Body

Gist = tuple[str, object]


class Examiner(Protocol):
    """One room's examiner. Owner: one audit; it is pickled for each process that works for it."""

    learns: frozenset[str]
    examines: frozenset[str]

    def learn(self, index: int, body: Body, leaf: bytes) -> None:
        """Learn from one entry of valid form whose kind is in `learns`; called in index order."""

    def glance(self, data: bytes) -> Gist | None:
        """The kind and what the fold needs of an entry that is valid in every way, form and all; plain values, for pickling.

        None says nothing: the entry is then read as any other, and `problem` is asked. A gist spares all of that.
        """

    def problem(self, index: int, body: Body, data: bytes) -> str | None:
        """What is wrong with an entry of valid form whose kind is in `examines`; None when nothing is.

        `data` are its canonical bytes. Everything before `index` was learned, perhaps more.
        """


Examiners = tuple[Examiner, ...]
MakeExaminer = Callable[[], Examiner]
