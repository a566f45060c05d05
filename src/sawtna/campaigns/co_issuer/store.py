"""What a co-issuer keeps while a roll is open, in FOLDER/issuer.sqlite3: which contact took which token. No address and no time.

A contact stands there as a tag under the roll key (memo trust 6.5); rows have no order of their own, and the file is vacuumed
whenever the book has moved (5.7). Whoever can read it and the roll key can ask whether an address took its token, never what was
cast. It must never be replaced by an older copy: people who took a token since could take a second one.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path

from sawtna.campaigns.core.casting.taking import TokenRequest
from sawtna.campaigns.turned import closed, spent

STORE = "issuer.sqlite3"
PATIENCE = 10.0
TABLES = """
CREATE TABLE IF NOT EXISTS tag (
    ballot INTEGER NOT NULL, tag BLOB NOT NULL, key INTEGER NOT NULL, blinded BLOB NOT NULL, PRIMARY KEY (ballot, tag)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS ended (ballot INTEGER NOT NULL PRIMARY KEY) WITHOUT ROWID;
"""


class TagStore:
    """The file, through one connection that one thread at a time uses. Owner: one co-issuer."""

    def __init__(self, folder: Path) -> None:
        self._lock = threading.Lock()
        self._base = sqlite3.connect(
            folder / STORE, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        self._base.execute("PRAGMA journal_mode=WAL")
        self._base.execute("PRAGMA synchronous=FULL")  # in WAL mode only this syncs each commit
        self._base.execute("PRAGMA secure_delete=ON")
        self._base.executescript(TABLES)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def issue(self, tag: bytes, wanted: Sequence[TokenRequest]) -> None:
        """Note that this contact takes these tokens; on the disk before it returns, and only then may be signed.

        :raises Turned: `spent` when another blinded message was signed for the contact, `closed` when a ballot lets nobody in any
            more; then nothing is noted.
        """
        with self._lock:
            self._base.execute("BEGIN IMMEDIATE")
            try:
                self._note(tag, wanted)
                self._base.execute("COMMIT")
            except BaseException:
                self._base.execute("ROLLBACK")
                raise

    def _note(self, tag: bytes, wanted: Sequence[TokenRequest]) -> None:
        for one in wanted:
            if self._base.execute("SELECT 1 FROM ended WHERE ballot = ?", (one.ballot,)).fetchone():
                raise closed()
            row = self._base.execute(
                "SELECT key, blinded FROM tag WHERE ballot = ? AND tag = ?", (one.ballot, tag)
            ).fetchone()
            if row is not None and row != (one.key, one.digest):
                raise spent()
            if row is None:
                self._base.execute(
                    "INSERT INTO tag VALUES (?, ?, ?, ?)", (one.ballot, tag, one.key, one.digest)
                )

    def knows(self, tag: bytes) -> bool:
        """Whether a contact took a token of any ballot."""
        with self._lock:
            return (
                self._base.execute("SELECT 1 FROM tag WHERE tag = ? LIMIT 1", (tag,)).fetchone() is not None
            )

    def count(self, ballot: int, key: int) -> int:
        """How many tokens were issued under a key."""
        with self._lock:
            row = self._base.execute(
                "SELECT count(*) FROM tag WHERE ballot = ? AND key = ?", (ballot, key)
            ).fetchone()
            return int(row[0])

    def end(self, ballot: int) -> None:
        """Issue nothing of a ballot any more: what is counted after this stays."""
        with self._lock:
            self._base.execute("INSERT OR IGNORE INTO ended VALUES (?)", (ballot,))

    def forget(self, ballots: Iterable[int]) -> bool:
        """Delete the tags of these ballots; whether there were any."""
        with self._lock:
            gone = [
                self._base.execute("DELETE FROM tag WHERE ballot = ?", (ballot,)).rowcount
                for ballot in ballots
            ]
        return sum(gone) > 0

    def forget_order(self) -> None:
        """Take from the file what tells in which order rows came."""
        with self._lock:
            self._base.execute("VACUUM")
            self._base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
