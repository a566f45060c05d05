"""What a relay remembers, in FOLDER/relay.sqlite3: which sealed casts it dealt with and in which batch, and what was handed in.

No cast, no choice and no one-time key: SHA-256 of sealed casts, and numbers of batches. It keeps the site from showing one sealed
cast again, alone, to see which cast comes out of it. So it must never be replaced by an older copy.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

MEMORY = "relay.sqlite3"
TABLES = """
CREATE TABLE IF NOT EXISTS seen (box BLOB PRIMARY KEY, batch INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS seen_in_batch ON seen (batch);
CREATE TABLE IF NOT EXISTS batch (id INTEGER PRIMARY KEY, ballot INTEGER NOT NULL, slot INTEGER NOT NULL, done INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS tally (what TEXT PRIMARY KEY, many INTEGER NOT NULL) WITHOUT ROWID;
"""
DROPPED = 0  # the batch of sealed casts that hold nothing to hand in


class Batch(NamedTuple):
    """A batch that was begun: which casts it holds was fixed before the first of them left."""

    id: int
    ballot: int
    slot: int


class RelayMemory:
    """Owner: one relay. Every change is on the disk before the next step of the relay."""

    def __init__(self, folder: Path) -> None:
        self._db = sqlite3.connect(folder / MEMORY, isolation_level=None, timeout=30)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        self._db.executescript(TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    @contextmanager
    def _whole(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def batches_of(self, boxes: Iterable[bytes]) -> dict[bytes, int]:
        """The batch of each of these sealed casts that was seen before."""
        found = {}
        for box in boxes:
            row = self._db.execute("SELECT batch FROM seen WHERE box = ?", (box,)).fetchone()
            if row is not None:
                found[box] = row[0]
        return found

    def unfinished(self) -> list[Batch]:
        """Batches that were begun and not handed in as a whole."""
        return [Batch(*row) for row in self._db.execute("SELECT id, ballot, slot FROM batch WHERE NOT done")]

    def boxes_in(self, batch: int) -> set[bytes]:
        """The sealed casts of a batch."""
        return {row[0] for row in self._db.execute("SELECT box FROM seen WHERE batch = ?", (batch,))}

    def handed(self) -> Mapping[int, int]:
        """The newest batch of each ballot."""
        return dict(self._db.execute("SELECT ballot, MAX(slot) FROM batch GROUP BY ballot"))

    def begin(self, ballot: int, slot: int, boxes: Iterable[bytes]) -> Batch:
        """Fix a batch, before anything of it is handed in."""
        with self._whole():
            row = self._db.execute(
                "INSERT INTO batch (ballot, slot, done) VALUES (?, ?, 0) RETURNING id", (ballot, slot)
            ).fetchone()
            self._db.executemany("INSERT INTO seen VALUES (?, ?)", [(box, row[0]) for box in boxes])
        return Batch(row[0], ballot, slot)

    def finish(self, batch: Batch, told: Mapping[str, int]) -> None:
        """A batch is handed in; `told` counts what the site said of its casts."""
        with self._whole():
            self._db.execute("UPDATE batch SET done = 1 WHERE id = ?", (batch.id,))
            self._count(told)

    def drop(self, boxes: Mapping[bytes, str]) -> None:
        """Remember sealed casts that hold nothing to hand in, each with why."""
        with self._whole():
            for box, why in boxes.items():
                fresh = self._db.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (box, DROPPED)).rowcount
                if fresh:
                    self._count({why: 1})

    def _count(self, told: Mapping[str, int]) -> None:
        for what, many in told.items():
            self._db.execute(
                "INSERT INTO tally VALUES (?, ?) ON CONFLICT (what) DO UPDATE SET many = many + excluded.many",
                (what, many),
            )

    def tally(self) -> dict[str, int]:
        """How many casts were handed in, and how many sealed casts were dropped, by why."""
        return dict(self._db.execute("SELECT what, many FROM tally ORDER BY what"))
