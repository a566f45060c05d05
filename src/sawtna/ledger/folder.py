"""The folder VAR/log: what the world may copy, byte for byte. Layout: docs/formats/checkpoint.md.

Whoever can write here can withhold or garble files; the signed root shows it. Only the publisher writes (`publishing.py`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from sawtna.ledger.core.checkpoint import Checkpoint, open_checkpoint, unpack_checkpoint
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.tiles import TileReader

CHECKPOINT = "checkpoint"
NUMBERS = "numbers.json"
POLICY = "policy"
OPENINGS = "open"


def opening_path(index: int) -> str:
    """Where the words of an entry are."""
    return f"{OPENINGS}/{index}.json"


def _of_this_site() -> Path:
    return _log_in(settings.SAWTNA_VAR)


@lru_cache(maxsize=8)  # asked for each request
def _log_in(var: Path) -> Path:
    return Path(var) / "log"


@dataclass(frozen=True, slots=True)
class LogFolder:
    """The folder as it is now; holds nothing but its place."""

    root: Path = field(default_factory=_of_this_site)

    def read(self, path: str) -> bytes:
        """The bytes of a file; raises FileNotFoundError."""
        return (self.root / path).read_bytes()

    def has(self, path: str) -> bool:
        """Whether there is such a file or folder."""
        return os.path.exists(f"{self.root}/{path}")  # noqa: PTH110 (asked for each tile: a Path costs more than the answer)

    def note(self) -> str | None:
        """The signed checkpoint, or None when nothing was published yet."""
        try:
            return self.read(CHECKPOINT).decode("utf-8", "replace")
        except FileNotFoundError:
            return None

    def checkpoint(self, verifier: Verifier) -> Checkpoint | None:
        """The published checkpoint; raises NoteError when the log's key did not sign it."""
        note = self.note()
        return None if note is None else open_checkpoint(note, verifier)

    def tiles(self, size: int) -> TileReader:
        """A reader of the tree of that size."""
        return TileReader(self.read, size)

    def stamp(self) -> tuple[int, int, int]:
        """Changes whenever something was published or erased: time, inode and size of the checkpoint; one `stat`."""
        try:
            found = os.stat(f"{self.root}/{CHECKPOINT}")  # noqa: PTH116 (asked for each request: a Path costs ten times as much)
        except FileNotFoundError:
            return (0, 0, 0)
        return (found.st_mtime_ns, found.st_ino, found.st_size)

    def published_size(self) -> int:
        """How many entries the checkpoint counts, without asking who signed it; 0 when there is none."""
        return _size_at(self.root, self.stamp())


@lru_cache(maxsize=8)
def _size_at(root: Path, stamp: tuple[int, int, int]) -> int:
    """The answer of `published_size` for one state of the folder; `stamp` tells states apart."""
    note = LogFolder(root).note() if stamp[2] else None
    try:
        return unpack_checkpoint(note.rpartition("\n\n")[0] + "\n").size if note else 0
    except NoteError:
        return 0  # the publisher will say what is wrong with it
