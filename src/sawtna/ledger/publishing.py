"""How files reach the log folder: whole or not at all, and by one publisher at a time.

A file is written under another name, forced to the disk, and renamed; a machine that stops in between leaves
the old file or the new one. `settle` forces the names themselves to the disk, before the checkpoint that counts on them.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from sawtna.ledger.folder import LogFolder

FRESH = ".new"  # inside the log folder, because a rename must not cross a border between disks
MANY = 24  # files, from which on one `sync` is cheaper than as many `fsync`
ADVISORY_LOCK = 0x5361_7774_6E61  # "Sawtna", for PostgreSQL's pg_advisory_lock


@contextmanager
def one_publisher() -> Iterator[None]:
    """Hold the publisher's lock: a file lock for this machine, and on PostgreSQL one for all machines.

    Both end with the process that holds them. The lock of PostgreSQL belongs to the session, so a pooler in front of it must
    not change sessions between transactions.
    """
    place = Path(settings.SAWTNA_VAR)
    place.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(place / "publisher.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        with _one_publisher_of_all():
            yield
    finally:
        os.close(descriptor)


@contextmanager
def _one_publisher_of_all() -> Iterator[None]:
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [ADVISORY_LOCK])


def settle_folder(folder: Path) -> None:
    """Force the names in a folder to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class FolderWriter:
    """Writes into the log folder; made for one publication, under the publisher's lock.

    Files that were put wait under another name until `flush` has forced them to the disk; only then do they get their own.
    """

    def __init__(self, folder: LogFolder) -> None:
        self.written = 0
        self._root = folder.root
        self._fresh = self._root / FRESH
        self._waiting: dict[str, Path] = {}
        self._changed: set[Path] = set()
        shutil.rmtree(self._fresh, ignore_errors=True)  # what a publisher that was killed left behind

    def put(self, path: str, data: bytes) -> None:
        """Write a file under a passing name."""
        self._make_folder(self._fresh)
        fresh = self._fresh / str(self.written)
        try:
            fresh.write_bytes(data)
        except OSError:
            self.close()  # a full disk needs the room
            raise
        self._waiting[path] = fresh
        self.written += 1

    def flush(self) -> None:
        """Force what was put to the disk, and give it its name."""
        try:
            _force([*self._waiting.values()])
        except OSError:
            self.close()
            raise
        for path, fresh in self._waiting.items():
            target = self._root / path
            self._make_folder(target.parent)
            fresh.replace(target)
            self._changed.add(target.parent)
        self._waiting.clear()

    def drop(self, path: str) -> None:
        """Remove a file or a folder, if it is there."""
        target = self._root / path
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)
        self._changed.add(target.parent)
        self.written += 1

    def settle(self) -> None:
        """Flush, and force the names of everything written so far to the disk."""
        self.flush()
        for folder in sorted(self._changed):
            settle_folder(folder)
        self._changed.clear()

    def close(self) -> None:
        """Leave no trace of the work; what was not flushed is forgotten."""
        self._waiting.clear()
        shutil.rmtree(self._fresh, ignore_errors=True)

    def _make_folder(self, folder: Path) -> None:
        if not folder.is_dir():
            self._make_folder(folder.parent)
            folder.mkdir(exist_ok=True)
            self._changed.add(folder.parent)


def _force(files: list[Path]) -> None:
    """Force a few files one by one; many with one call for everything, which the disk can do in its own order."""
    if len(files) > MANY:
        os.sync()
        return
    for file in files:
        descriptor = os.open(file, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
