"""What a witness remembers: for each log the largest tree that it signed, and what it refused to sign, in one SQLite file.

The file is settled on the disk before a signature leaves, so that a witness that is killed never goes back behind what it signed.

Trust: whoever replaces this file by an older one can make the witness sign two histories. It is never restored from a backup: a
witness that lost it makes a new key under a new name.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sawtna.ledger.core.merkle import EMPTY_ROOT
from sawtna.ledger.core.note import Signer
from sawtna.ledger.core.witness import (
    CONFLICT,
    AddCheckpoint,
    Seen,
    SignedHead,
    WitnessError,
    check_growth,
)

PATIENCE = 10.0  # seconds to wait for another process that writes
KEPT_REFUSALS = 100  # of each log; only whoever holds the log's key can cause one

SCHEMA = """
CREATE TABLE IF NOT EXISTS log (
    origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL, at INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS refused (
    origin TEXT NOT NULL, note TEXT NOT NULL, sentence TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (origin, note)
);
-- The promise of a witness, held by the file too: a tree never shrinks, and a root is never replaced by another of the same size.
CREATE TRIGGER IF NOT EXISTS log_never_goes_back BEFORE UPDATE ON log
WHEN new.origin <> old.origin OR new.size < old.size OR (new.size = old.size AND new.root <> old.root)
BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER IF NOT EXISTS log_is_never_forgotten BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
"""


@dataclass(frozen=True, slots=True)
class Job:
    """A request whose checkpoint a known log signed, to be judged against what was seen."""

    request: AddCheckpoint
    head: SignedHead


@dataclass(frozen=True, slots=True)
class Remembered:
    """The largest tree of a log; `note` carries the log's signature and ours, `at` is when we signed (Unix seconds)."""

    origin: str
    seen: Seen
    note: str
    at: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A checkpoint that a log signed and that is of another history than the one that was seen."""

    origin: str
    note: str
    sentence: str
    at: int


class WitnessMemory:
    """The file, through one connection that one thread at a time may use. Several processes may share the file."""

    def __init__(self, path: Path) -> None:
        self._base = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None, check_same_thread=False)
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")  # in WAL mode only this syncs each commit
        self._base.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def sign(self, jobs: Sequence[Job], signer: Signer, now: int) -> list[str | WitnessError]:
        """For each job the cosignature line, or why there is none; what is signed is on the disk before this returns.

        All jobs share one transaction, each judged after the ones before it. `now` is in Unix seconds.
        """
        self._base.execute("BEGIN IMMEDIATE")  # looking and remembering must be one step (tlog-witness)
        try:
            answers = [self._judge(job, signer, now) for job in jobs]
            self._base.execute("COMMIT")
        except BaseException:
            self._base.execute("ROLLBACK")
            raise
        return answers

    def _judge(self, job: Job, signer: Signer, now: int) -> str | WitnessError:
        checkpoint = job.head.checkpoint
        try:
            check_growth(job.request, checkpoint, self.seen(checkpoint.origin))
        except WitnessError as refusal:
            if shows_two_histories(job, refusal):
                self._keep(Refused(checkpoint.origin, job.head.note, refusal.sentence, now))
            return refusal
        line = signer.sign(job.head.text, now).line
        self._base.execute(
            "INSERT INTO log VALUES (?, ?, ?, ?, ?) ON CONFLICT (origin)"
            " DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at",
            (checkpoint.origin, checkpoint.size, checkpoint.root, job.head.note + line, now),
        )
        return line

    def keep_refused(self, refused: Refused) -> None:
        """Keep evidence that was found otherwise than by being asked."""
        self._base.execute("BEGIN IMMEDIATE")
        self._keep(refused)
        self._base.execute("COMMIT")

    def _keep(self, refused: Refused) -> None:
        kept = self._base.execute(
            "SELECT count(*) FROM refused WHERE origin = ?", (refused.origin,)
        ).fetchone()[0]
        if kept < KEPT_REFUSALS:
            row = (refused.origin, refused.note, refused.sentence, refused.at)
            self._base.execute("INSERT OR IGNORE INTO refused VALUES (?, ?, ?, ?)", row)

    def seen(self, origin: str) -> Seen:
        """The largest tree of a log; an empty one when it was never signed."""
        row = self._base.execute("SELECT size, root FROM log WHERE origin = ?", (origin,)).fetchone()
        return Seen(*row) if row else Seen(0, EMPTY_ROOT)

    def logs(self) -> list[Remembered]:
        """What is known of every log, by name."""
        rows = self._base.execute("SELECT origin, size, root, note, at FROM log ORDER BY origin")
        return [Remembered(origin, Seen(size, root), note, at) for origin, size, root, note, at in rows]

    def refused(self) -> list[Refused]:
        """The checkpoints that were refused although their log signed them, newest first."""
        rows = self._base.execute("SELECT origin, note, sentence, at FROM refused ORDER BY at DESC, note")
        return [Refused(*row) for row in rows]


def shows_two_histories(job: Job, refusal: WitnessError) -> bool:
    """Whether the refused checkpoint itself convicts the log: same size, another root, both signed.

    A proof that does not hold convicts nobody, because anyone may send a true checkpoint with a wrong proof.
    """
    return refusal.status == CONFLICT and job.request.old_size == refusal.size
