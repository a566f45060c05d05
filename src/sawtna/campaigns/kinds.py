"""Enrols the square's kinds and its fold in the book. No Django here: the audit calls it too."""

from __future__ import annotations

from sawtna.campaigns.core.entries import KINDS
from sawtna.campaigns.core.numbers import CampaignFold
from sawtna.ledger.kinds import enroll


def enroll_campaigns() -> None:
    """Make the book know campaigns; twice is harmless."""
    enroll("campaigns", KINDS, CampaignFold)
