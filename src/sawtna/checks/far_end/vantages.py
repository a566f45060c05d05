"""The secret with which a far end names vantages: beside its key, new each day (UTC), the old one written over.

Whoever reads the file can find out, for that day alone, which /24 or /48 a vantage stands for, by trying all of them.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sawtna.checks.core.vantage import vantage_of

SECRET_BYTES = 32


@dataclass(slots=True)
class Vantages:
    """Owner: the far end's process. `unix_time` in seconds."""

    path: Path
    unix_time: Callable[[], float]
    _day: date = date.min
    _secret: bytes = field(default=b"", repr=False)

    def name(self, address: str) -> str:
        """The vantage of an address today; raises OSError when the secret cannot be kept."""
        today = datetime.fromtimestamp(self.unix_time(), UTC).date()
        if today != self._day:
            self._day, self._secret = today, self._secret_of(today)
        return vantage_of(self._secret, address, today)

    def _secret_of(self, today: date) -> bytes:
        try:
            kept = self.path.read_bytes()
        except FileNotFoundError:
            kept = b""
        day, _, secret = kept.partition(b"\n")
        if day == today.isoformat().encode() and len(secret) == SECRET_BYTES:
            return secret
        secret = secrets.token_bytes(SECRET_BYTES)
        self._write(today.isoformat().encode() + b"\n" + secret, len(kept))
        return secret

    def _write(self, data: bytes, length: int) -> None:
        """Write over the old bytes in their place, for the owner alone."""
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data.ljust(length, b"\0"))
            file.truncate(len(data))
            file.flush()
            os.fsync(file.fileno())
