"""Enrols the square's kinds, its fold and its examiner in the book. No Django here: the audit calls it too."""

from __future__ import annotations

from sawtna.campaigns.core.casting.entries import CASTING_KINDS
from sawtna.campaigns.core.casting.examiner import CastExaminer
from sawtna.campaigns.core.casting.fold import SquareFold
from sawtna.campaigns.core.entries import KINDS
from sawtna.ledger.kinds import enroll


def enroll_campaigns() -> None:
    """Make the book know campaigns; twice is harmless."""
    enroll("campaigns", (*KINDS, *CASTING_KINDS), SquareFold, CastExaminer)
