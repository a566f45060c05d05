"""Which ports of a far end somebody from outside has reached lately: a firewall of the host's own must accuse no operator.

One small file, `reached.json`: a day for the neutral ports together and for each usual port of voice; no address.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

NEUTRAL = "neutral"
GOOD_FOR = 30  # days


class Reached:
    """Days on which ports were reached. Owner: the far end's process; the file outlives it."""

    def __init__(self, folder: Path, unix_time: Callable[[], float]) -> None:
        self._file = folder / "reached.json"
        self._unix_time = unix_time
        self.own: frozenset[str] = frozenset()
        self._days: dict[str, int] = _read(self._file)

    def note(self, group: str, source: str) -> None:
        """A packet that only an invited one can make came from an address to a group of ports."""
        if self._days.get(group) == self._today() or source in self.own or ip_address(source).is_loopback:
            return
        self._days[group] = self._today()
        fresh = self._file.with_suffix(".new")
        fresh.write_text(json.dumps(self._days, sort_keys=True), encoding="ascii")
        fresh.replace(self._file)

    def tell(self, groups: Iterable[str]) -> list[str]:
        """Those of some groups that were reached in the last thirty days."""
        return [group for group in groups if self._days.get(group, 0) > self._today() - GOOD_FOR]

    def _today(self) -> int:
        return datetime.fromtimestamp(self._unix_time(), UTC).toordinal()


def _read(file: Path) -> dict[str, int]:
    try:
        told = json.loads(file.read_text(encoding="ascii"))
        return {str(group): int(day) for group, day in told.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}  # nobody is known to have been here
