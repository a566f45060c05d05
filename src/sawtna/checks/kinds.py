"""Enrols the instrument's kind and its fold in the book. No Django here: the audit calls it too."""

from __future__ import annotations

from sawtna.checks.core.entries import KINDS
from sawtna.checks.core.fold import ChecksFold
from sawtna.ledger.kinds import enroll


def enroll_checks() -> None:
    """Make the book know checks; twice is harmless."""
    enroll("checks", KINDS, ChecksFold)
