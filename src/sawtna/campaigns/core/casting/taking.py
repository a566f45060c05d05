"""One contact takes its tokens once: one for each ballot, and the same again when the answer was lost (memo trust 6.5)."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

MOST_BALLOTS = 8  # for which one person takes tokens together


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What is to be signed: the blinded message, under the key of that entry, for that ballot."""

    ballot: int
    key: int
    blinded: bytes

    @property
    def digest(self) -> bytes:
        """What is kept of it: SHA-256 of the blinded message."""
        return sha256(self.blinded).digest()
