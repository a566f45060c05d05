"""Writes a campaign as a file that can be imported again, here or elsewhere."""

from __future__ import annotations

from sawtna.campaigns.core.document import document_of, write_document
from sawtna.campaigns.pen import By, check_right, leave_trail, story_in_book
from sawtna.ledger.refusals import faults_as_sentences


def export_campaign(campaign: str, by: By = None) -> str:
    """The text of the campaign's file, as the book tells it: with everything accepted, without drafts.

    :raises Refused: `unknown_campaign`, `not_allowed`.
    """
    check_right(by, campaign, "look")
    text = write_document(document_of(story_in_book(campaign)))
    with faults_as_sentences():
        leave_trail(by, "export", campaign)
    return text
