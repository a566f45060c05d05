"""What is wrong with evidence."""

from __future__ import annotations

from sawtna.ledger.core.errors import BookError


class EvidenceError(BookError):
    """Evidence that does not hold; `code` is for programs, the sentence says why."""

    code = "evidence"
