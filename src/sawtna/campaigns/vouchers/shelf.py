"""Where codes wait: in the memory of one process, or in whatever keeps values for a while (Django's caches do)."""

from __future__ import annotations

import threading
import time
from typing import Protocol

MOST_KEPT = 400_000


class Shelf(Protocol):
    """Keeps values by name for some seconds; several threads may use it."""

    def get(self, key: str) -> object:
        """The value, or None."""

    def set(self, key: str, value: object, timeout: float | None) -> object:
        """Keep a value."""

    def add(self, key: str, value: object, timeout: float | None) -> bool:
        """Keep a value unless there is one; whether it was kept."""

    def incr(self, key: str, delta: int = 1) -> int:
        """Count a kept number up; the number."""

    def touch(self, key: str, timeout: float | None) -> bool:
        """Keep a value for so long from now on; whether it is there."""


class MemoryShelf:
    """A shelf of this process: a restart forgets it all, on purpose. Its clock is monotonic; when it is full the oldest goes."""

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._kept: dict[str, tuple[float, object]] = {}
        self._lock, self._most = threading.RLock(), most

    def get(self, key: str) -> object:
        """The value, or None."""
        with self._lock:
            until, value = self._kept.get(key, (0.0, None))
            return value if time.monotonic() < until else None

    def set(self, key: str, value: object, timeout: float | None) -> None:
        """Keep a value for `timeout` seconds."""
        with self._lock:
            self._kept.pop(key, None)
            self._make_room()
            self._kept[key] = (time.monotonic() + (timeout or 0.0), value)

    def add(self, key: str, value: object, timeout: float | None) -> bool:
        """Keep a value unless there is one; whether it was kept."""
        with self._lock:
            is_new = self.get(key) is None
            if is_new:
                self.set(key, value, timeout)
            return is_new

    def incr(self, key: str, delta: int = 1) -> int:
        """Count a kept number up; the number. From nought where there is none, for as long as an hour."""
        with self._lock:
            until, value = self._kept.get(key, (time.monotonic() + 3600, 0))
            count = (value if isinstance(value, int) else 0) + delta
            self._kept[key] = (until, count)
            return count

    def touch(self, key: str, timeout: float | None) -> bool:
        """Keep a value for so long from now on; whether it is there."""
        with self._lock:
            value = self.get(key)
            if value is not None:
                self.set(key, value, timeout)
            return value is not None

    def _make_room(self) -> None:
        if len(self._kept) < self._most:
            return
        now = time.monotonic()
        for key in [key for key, (until, _) in self._kept.items() if until <= now]:
            del self._kept[key]
        while len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
