"""Opens the draft of a campaign: the one that its editors share, or a fresh one from the book."""

from __future__ import annotations

from django.utils import timezone

from sawtna.campaigns.core.document import document_of
from sawtna.campaigns.models import Draft
from sawtna.campaigns.pen import By, check_right, desk_transaction, leave_trail, story_in_book


def open_draft(campaign: str, by: By = None) -> Draft:
    """The draft of a campaign, made from the book where there is none yet.

    :raises Refused: `not_allowed`, `unknown_campaign`.
    """
    check_right(by, campaign, "look")
    found = Draft.objects.filter(campaign=campaign).first()
    if found is not None:
        return found
    with desk_transaction():  # whoever opens it at the same moment waits, and finds it
        found = Draft.objects.filter(campaign=campaign).first()
        if found is not None:
            return found
        document = document_of(story_in_book(campaign))
        draft = Draft.objects.create(
            campaign=campaign, document=document, changed_at=timezone.now(), changed_by=by
        )
        leave_trail(by, "open", campaign)
    return draft
