"""One audit under way: what it reads, what it knows so far, what it found. The steps are in `auditing.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sawtna.cli.book_reader import BookReader
from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import Body, opens_commitment, unpack_opening
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.fold import Folding, Number
from sawtna.ledger.core.merkle import Frontier
from sawtna.ledger.core.policy import Policy
from sawtna.ledger.core.verdict import Findings
from sawtna.ledger.kinds import open_folding

MOST_KEPT = 100_000_000  # bytes of openings; an audit of a million entries stays under 500 MB
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Audit:
    """One audit under way. Owner: one command; lives for one run.

    `now` (Unix seconds) decides whether a promise is due; `sought` are leaf hashes to look for, with the index of each one found.
    `evidence` names the files of checks that are here, `checks` the entries that they are of.
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
    quotes: int = 0
    now: int = 0
    evidence: frozenset[str] = frozenset()
    checks: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    unseen_checks: int = 0
    recomputed: int = 0
    sought: dict[bytes, int | None] = field(default_factory=dict)
    _openings: dict[int, bytes] = field(default_factory=dict)
    _kept: int = 0

    def note_check(self, index: int, body: Body, data: bytes) -> None:
        """Remember the bytes of a check for which there is a file; of the others only how many."""
        name = decode_base64url(str(body["ev"])).hex()
        if name in self.evidence:
            self.checks[index] = (name, data)
        else:
            self.unseen_checks += 1

    def keep_opening(self, index: int, data: bytes) -> None:
        """Remember words that were found true, for the pages that quote them; of a very large book only the first."""
        if self._kept < MOST_KEPT:
            self._openings[index] = data
            self._kept += len(data)

    def opening(self, index: int) -> bytes | None:
        """The true words of an entry, or None."""
        if index in self._openings or self._kept < MOST_KEPT:
            return self._openings.get(index)
        data = next(iter(self.reader.read_many([f"open/{index}.json"])))[1]
        return data if data is not None and opens(self.committed[index], data) else None

    def read(self, path: str) -> bytes | None:
        """A file of the log; a missing one is a finding."""
        try:
            return self.reader.read(path)
        except OSError:
            self.findings.add("missing", f"The file {path} is missing.")
            return None


def opens(commitment: str, data: bytes) -> bool:
    """Whether an opening is the one that an entry committed to."""
    try:
        words, salt = unpack_opening(data)
        return opens_commitment(commitment, words, salt)
    except BookError:
        return False
