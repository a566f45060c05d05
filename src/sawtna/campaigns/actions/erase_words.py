"""Deletes the words of a thing for good: from the book's openings, from the folder, from the draft."""

from __future__ import annotations

from django.db import connection, transaction
from django.utils.translation import gettext as _

from sawtna.campaigns.core.story import Item, Story
from sawtna.campaigns.pen import (
    By,
    Written,
    check_right,
    desk_transaction,
    follow_book,
    leave_trail,
    publish_after_commit,
    story_in_book,
)
from sawtna.ledger.actions.erase_opening import erase_opening
from sawtna.ledger.refusals import Refused


def erase_words(campaign: str, section: str, name: str, why: str = "request", by: By = None) -> Written:
    """Delete the words of every version of a thing; its entries stay, numbers of people drop, its id is never used again.

    `section` is one of the document's, or `campaign`. `why` is one of the book's `STRIKE_REASONS`.

    :raises Refused: `not_allowed`, `unknown_campaign`, `unknown_thing`, `nothing_to_erase`.
    """
    check_right(by, campaign, "erase")
    with desk_transaction():
        story = story_in_book(campaign)
        item = _thing(story, section, name)
        worded = [version.index for version in item.versions if version.words]
        if not worded:
            raise Refused(
                "nothing_to_erase", _("It has no words that could be deleted, or they are deleted already.")
            )
        entries = tuple(erase_opening(index, why) for index in worded)
        follow_book(campaign, story, by, erased=[(section, name)])
        leave_trail(by, "erase", campaign, {"section": section, "id": name, "why": why}, entries)
        transaction.on_commit(_clean_drafts)
        publish_after_commit()
    return Written(campaign, entries)


def _thing(story: Story, section: str, name: str) -> Item:
    """A thing of the book, one that was taken back too: its words may still be read there."""
    item = story.campaign if section == "campaign" else story.sections.get(section, {}).get(name)
    if item is None:
        raise Refused(
            "unknown_thing",
            _("The book has no such thing in this campaign. What is only in the draft is deleted there."),
        )
    return item


def _clean_drafts() -> None:
    """Make PostgreSQL let go of the old row of the draft; SQLite does it with the book's own (`erase_opening`)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (FULL) campaigns_draft")
