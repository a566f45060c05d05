"""What the book refuses to do, each with a code for programs and a sentence for the person who asked."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import DatabaseError
from django.utils.translation import gettext as _

from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.schema import Problem

POSTGRESQL_DISK_FULL = "53100"  # PostgreSQL, appendix A: disk_full


class Refused(BookError):  # noqa: N818 (callers read `except Refused`)
    """Something that was asked of the book and not done. `problems` say what is wrong with each new entry."""

    code = "refused"

    def __init__(self, code: str, sentence: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(code, sentence)
        self.problems = tuple(problems)


@contextmanager
def faults_as_sentences() -> Iterator[None]:
    """Turn a full disk and a database that stays busy into `Refused`. Wrap it around the outermost transaction.

    SQLite reports a full disk when the transaction commits, so a caller with a transaction of his own wraps that one.
    """
    try:
        yield
    except OSError as fault:
        if fault.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise disk_full() from fault
    except DatabaseError as fault:
        cause = fault.__cause__
        code = getattr(cause, "sqlite_errorcode", None)
        if code == sqlite3.SQLITE_FULL or getattr(cause, "sqlstate", None) == POSTGRESQL_DISK_FULL:
            raise disk_full() from fault
        if code is not None and code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            raise Refused(
                "busy", _("Someone else was writing for too long. Nothing was changed; try again.")
            ) from fault
        raise


def disk_full() -> Refused:
    """Say that there is no room."""
    return Refused(
        "disk_full", _("The disk is full. Nothing that was accepted is lost. Make room, then try again.")
    )
