"""Takes a campaign back as a whole: its pages and numbers go, its entries stay in the book."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sawtna.campaigns.core.planning import voids_of
from sawtna.campaigns.pen import (
    By,
    Written,
    check_right,
    desk_transaction,
    leave_trail,
    story_in_book,
    write_plan,
)
from sawtna.ledger.refusals import Refused


def withdraw_campaign(campaign: str, why: str = "withdrawn", by: By = None) -> Written:
    """Annul the campaign; its draft stays, and publishing that brings it back.

    :raises Refused: `not_allowed`, `unknown_campaign`, `withdrawn_already`.
    """
    check_right(by, campaign, "withdraw")
    with desk_transaction():
        story = story_in_book(campaign)
        if story.campaign.current is None:
            raise Refused("withdrawn_already", _("The campaign was withdrawn already."))
        written = write_plan(voids_of(story.campaign, why), campaign, story)
        leave_trail(by, "withdraw", campaign, {"why": why}, written.entries)
    return written
