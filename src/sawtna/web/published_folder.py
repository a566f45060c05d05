"""A folder of plain files that is a copy of the public site: written file by file, each whole or not at all.

The folder belongs to whoever made it: only files that stand in its own list are ever replaced or removed.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

LIST = ".sawtna-published.json"


class PublishingError(Exception):
    """The folder cannot be written as it is; the sentence says what to do."""


@dataclass
class Tally:
    """What one writing did: counts of files."""

    changed: int = 0
    unchanged: int = 0
    removed: int = 0


@dataclass
class PublishedFolder:
    """The folder during one writing: `open` it, `put` each file, `close` it."""

    root: Path
    before: dict[str, str] = field(default_factory=dict)  # name -> SHA-256 of what was written
    written: dict[str, str] = field(default_factory=dict)
    tally: Tally = field(default_factory=Tally)

    def open(self) -> None:
        """Make the folder, or find it as an earlier writing left it.

        Raises:
            PublishingError: there are files of somebody else.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        noted = self.root / LIST
        if noted.is_file():
            self.before = json.loads(noted.read_text(encoding="utf-8"))["files"]
        elif any(self.root.iterdir()):
            raise PublishingError(
                f"{self.root} holds files that `sawtna publish` did not write, and they will not be touched. "
                "Choose a new or empty folder."
            )
        else:
            self._note({})

    def put(self, name: str, content: bytes) -> None:
        """Write a file, unless it is there already with the same content."""
        digest = hashlib.sha256(content).hexdigest()
        self.written[name] = digest
        place = self.root / name
        if self.before.get(name) == digest and _has_size(place, len(content)):
            self.tally.unchanged += 1
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        _write_whole(place, content)
        self.tally.changed += 1

    def close(self) -> None:
        """Remove what an earlier writing wrote and this one did not, and note what is there now."""
        for name in self.before.keys() - self.written.keys():
            with contextlib.suppress(FileNotFoundError):
                (self.root / name).unlink()
                self.tally.removed += 1
            self._drop_empty_folders((self.root / name).parent)
        self._note(self.written)

    def note_progress(self) -> None:
        """Note what is written so far, so that a writing that is stopped half way can be taken up again."""
        self._note({**self.before, **self.written})

    def _note(self, files: dict[str, str]) -> None:
        noted = {"about": "Files written by `sawtna publish`, with their SHA-256.", "files": files}
        _write_whole(self.root / LIST, json.dumps(noted, indent=0, sort_keys=True).encode())

    def _drop_empty_folders(self, folder: Path) -> None:
        while folder != self.root:
            try:
                folder.rmdir()
            except OSError:  # not empty
                return
            folder = folder.parent


def _has_size(place: Path, size: int) -> bool:
    try:
        return place.stat().st_size == size
    except OSError:
        return False


def _write_whole(place: Path, content: bytes) -> None:
    """Write beside and rename: whoever reads meanwhile sees the old file or the new one."""
    fresh = place.with_name(f".{place.name}.{os.getpid()}")
    try:
        fresh.write_bytes(content)
        fresh.replace(place)
    finally:
        fresh.unlink(missing_ok=True)
