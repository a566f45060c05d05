"""Whether the machine's clock was moved: by comparing it with one that nobody can move.

A clock that is put forward by a day would close ballots, and destroy their keys, a day early; nothing could bring them back. So
after a jump nothing that depends on the time is done for an hour, in which somebody can put the clock right. A clock that is put
back does no harm by itself: the book has no batch twice, and codes live by the other clock.
"""

from __future__ import annotations

from dataclasses import dataclass

TOLERANCE = 300.0  # seconds; a clock that is kept by the network moves by less
HOLD = 3600.0


@dataclass(slots=True)
class ClockWatch:
    """Owner: one caretaker. Both clocks are arguments, in seconds; `steady` counts the machine's sleep too."""

    offset: float | None = None
    held_until: float = 0.0

    def look(self, now: float, steady: float) -> float | None:
        """By how many seconds the clock was put forward, if that was within the last hour and is still so; else None."""
        offset = now - steady
        if self.offset is None or offset < self.offset - TOLERANCE or steady >= self.held_until > 0:
            self.offset, self.held_until = offset, 0.0  # the first look; put back; or the hour is over
        jump = offset - self.offset
        if jump <= TOLERANCE:
            self.held_until = 0.0
            return None
        if not self.held_until:
            self.held_until = steady + HOLD
        return jump
