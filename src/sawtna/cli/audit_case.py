"""One audit under way: what it reads, what it knows so far, what it found. The steps are in `auditing.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sawtna.cli.book_reader import BookReader
from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.fold import Folding, Number
from sawtna.ledger.core.merkle import Frontier
from sawtna.ledger.core.policy import Policy
from sawtna.ledger.core.verdict import Findings
from sawtna.ledger.kinds import open_folding

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Audit:
    """One audit under way. Owner: one command; lives for one run.

    `now` (Unix seconds) decides whether a promise is due; `sought` are leaf hashes to look for, with the index of each one found.
    """

    reader: BookReader
    today: date
    progress: Progress
    findings: Findings = field(default_factory=Findings)
    policy: Policy | None = None
    checkpoint: Checkpoint | None = None
    frontier: Frontier = field(default_factory=Frontier)
    folding: Folding = field(default_factory=open_folding)
    committed: dict[int, str] = field(default_factory=dict)
    erased: dict[int, int] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    as_of: date | None = None
    pages: int = 0
    figures: int = 0
    now: int = 0
    sought: dict[bytes, int | None] = field(default_factory=dict)

    def read(self, path: str) -> bytes | None:
        """A file of the log; a missing one is a finding."""
        try:
            return self.reader.read(path)
        except OSError:
            self.findings.add("missing", f"The file {path} is missing.")
            return None
