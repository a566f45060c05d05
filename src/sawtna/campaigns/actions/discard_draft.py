"""Throws the changes of a draft away and begins again from the book."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sawtna.campaigns.core.document import document_of
from sawtna.campaigns.models import Draft
from sawtna.campaigns.pen import (
    By,
    check_right,
    desk_transaction,
    keep_draft,
    leave_trail,
    stale_draft,
    unknown_campaign,
)
from sawtna.campaigns.told import accepted_story
from sawtna.ledger.refusals import Refused


def discard_draft(campaign: str, revision: int, by: By = None) -> int:
    """Make the draft say what the book says, and return its new revision.

    :raises Refused: `stale_draft`, `not_published` when there is nothing to go back to, `not_allowed`, `unknown_campaign`.
    """
    check_right(by, campaign, "edit")
    with desk_transaction():
        draft = Draft.objects.filter(campaign=campaign).first()
        story = accepted_story(campaign)
        if draft is None:
            raise unknown_campaign(campaign)
        if draft.revision != revision:
            raise stale_draft()
        if story is None:
            raise Refused(
                "not_published",
                _("Nothing of this campaign was published yet, so there is nothing to go back to."),
            )
        keep_draft(draft, document_of(story), by)
        leave_trail(by, "discard", campaign, {"revision": draft.revision})
    return draft.revision
