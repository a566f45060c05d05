"""Brings a draft into the book: what is new, newer or gone, and nothing else."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sawtna.campaigns.core.planning import check_for_book, plan_entries
from sawtna.campaigns.core.story import Story
from sawtna.campaigns.models import Draft
from sawtna.campaigns.pen import (
    By,
    Written,
    check_right,
    desk_transaction,
    leave_trail,
    stale_draft,
    unknown_campaign,
    write_plan,
)
from sawtna.campaigns.told import accepted_story
from sawtna.ledger.refusals import Refused


def publish_draft(campaign: str, revision: int, by: By = None) -> Written:
    """Publish the draft that the editor saw; `revision` says which one that was.

    :raises Refused: `stale_draft`, `draft_problems` with all of them, `nothing_to_publish`, `not_allowed`,
        `unknown_campaign`, or what the book refuses.
    """
    check_right(by, campaign, "publish")
    with desk_transaction():
        draft = Draft.objects.filter(campaign=campaign).first()
        if draft is None:
            raise unknown_campaign(campaign)
        if draft.revision != revision:
            raise stale_draft()
        written = _publish(draft, accepted_story(campaign))
        about = {"revision": revision, "new": written.new, "newer": written.newer, "gone": written.gone}
        leave_trail(by, "publish", campaign, about, written.entries)
    return written


def _publish(draft: Draft, story: Story | None) -> Written:
    problems = check_for_book(draft.document, story)
    if problems:
        sentence = ngettext(
            "The draft has %(count)s fault, so nothing was published.",
            "The draft has %(count)s faults, so nothing was published.",
            len(problems),
        )
        raise Refused("draft_problems", sentence % {"count": len(problems)}, problems)
    planned = plan_entries(draft.document, story)
    if not planned:
        raise Refused(
            "nothing_to_publish", _("The draft says what is published already. Change something first.")
        )
    return write_plan(planned, draft.campaign, story)
