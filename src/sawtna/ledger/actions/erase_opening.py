"""Deletes the words of an entry for good, and says so in the book. The entry and its numbers stay checkable."""

from __future__ import annotations

import logging
import os

from django.db import connection, transaction
from django.utils.translation import gettext as _

from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.folder import CHECKPOINT, LogFolder, opening_path
from sawtna.ledger.models import Opening
from sawtna.ledger.publishing import one_publisher
from sawtna.ledger.refusals import Refused, faults_as_sentences

logger = logging.getLogger(__name__)


def erase_opening(index: int, why: str) -> int:
    """Delete the words of entry `index` from the database and the log folder, and return the index of the new `erase` entry.

    The words leave the folder when the outermost transaction commits, and leave the pages at once; publish afterwards, so that
    mirrors learn of it. `why` is one of `STRIKE_REASONS`.

    :raises Refused: `no_words` when the entry has none or they are deleted already, `entries` for another reason.
    """
    with faults_as_sentences(), transaction.atomic():
        if not Opening.objects.filter(index=index).delete()[0]:
            sentence = _(
                "Entry %(index)s has no words that could be deleted: it never had any, or they are deleted already."
            )
            raise Refused("no_words", sentence % {"index": index})
        added = append_entries([NewEntry({"k": "erase", "i": index, "why": why})])
        transaction.on_commit(lambda: _erase_traces(index))
    return added[0]


def _erase_traces(index: int) -> None:
    """Remove the file, and the words from where the database keeps what it deleted."""
    folder = LogFolder()
    with one_publisher():  # else a publisher that has just read the words could write them again
        (folder.root / opening_path(index)).unlink(missing_ok=True)
        if folder.has(CHECKPOINT):
            os.utime(folder.root / CHECKPOINT)  # tells the pages that something changed
    clean_database()


def clean_database() -> None:
    """Make the database let go of deleted words: rewrite its file (SQLite) or the table (PostgreSQL).

    SQLite overwrites deleted rows with zeroes (`apps.py`), but a copy that moved between pages before can stay: 1 of 4,700 did
    when it was measured. VACUUM rewrites all pages; emptying the write-ahead log takes the old ones away. What PostgreSQL keeps
    in write-ahead files and backups is for its keeper (docs/decisions/0020-one-writer.md).
    """
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            cursor.execute("VACUUM (FULL) ledger_opening")
            return
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    if busy:  # someone read for longer than the connection's timeout
        logger.warning(
            "Deleted words may stay in the write-ahead log of the database until it is next emptied."
        )
