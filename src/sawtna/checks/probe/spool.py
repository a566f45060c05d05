"""What could not be handed in waits here for the next check: a few files, not for ever, for their owner alone."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

MOST = 20  # files; the oldest go first
OLDEST = 30 * 86_400  # seconds: a site takes nothing that is older


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that waits: where it lies, the site that is to have it, its text."""

    path: Path
    site: str
    text: str


def spool_folder(environment: Mapping[str, str]) -> Path:
    """Where a person's programs keep such things (XDG Base Directory 0.8)."""
    state = environment.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "sawtna" / "checks"


class Spool:
    """Owner: the person who checks. `now` in Unix seconds."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, site: str, text: str) -> Path:
        """Let a file wait; raises OSError."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.root / f"{sha256(text.encode()).hexdigest()}.json"
        fresh = path.with_suffix(".new")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"site": site, "text": text}, file)
        fresh.replace(path)
        return path

    def waiting(self, now: float) -> list[Waiting]:
        """What waits, the newest first; what is too old, too much or broken is thrown away."""
        found: list[Waiting] = []
        for path in sorted(self.root.glob("*.json"), key=_written, reverse=True):
            one = _read(path) if len(found) < MOST and _written(path) > now - OLDEST else None
            if one is None:
                self.drop(path)
            else:
                found.append(one)
        return found

    @staticmethod
    def drop(path: Path) -> None:
        """It waits no more."""
        with contextlib.suppress(OSError):
            path.unlink()


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0


def _read(path: Path) -> Waiting | None:
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        return Waiting(path, str(told["site"]), str(told["text"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
