"""Brings a campaign file into the book: all of it or nothing, and only what the book does not say yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import ngettext

from sawtna.campaigns.core.document import check_document, tidy_document
from sawtna.campaigns.core.file import check_file, check_form, open_file
from sawtna.campaigns.core.planning import check_for_book, plan_entries
from sawtna.campaigns.core.roles import OWNER
from sawtna.campaigns.core.story import Story
from sawtna.campaigns.models import Membership
from sawtna.campaigns.pen import (
    By,
    Written,
    check_right,
    desk_transaction,
    follow_book,
    leave_trail,
    write_plan,
)
from sawtna.campaigns.told import accepted_story
from sawtna.ledger.core.schema import Problem
from sawtna.ledger.refusals import Refused


def import_campaign(source: object, by: By = None) -> Written:
    """Enter a campaign file, given as its bytes or as the document in it, and publish it.

    What the book says already is not written again; what the file does not have is annulled. A campaign that nobody knows
    yet belongs to whoever imports it.

    :raises Refused: `bad_file` with every problem and its line, `not_allowed`, or what the book refuses.
    """
    document = _checked(source)
    campaign = _id_of(document)
    with desk_transaction():
        story = accepted_story(campaign)
        _take_over(campaign, story, by)
        check_right(by, campaign, "publish")
        _refuse(_problems(source, document, story))
        written = write_plan(plan_entries(document, story), campaign, story)
        follow_book(campaign, story, by)
        leave_trail(by, "import", campaign, entries=written.entries)
    return written


def _checked(source: object) -> Mapping[str, object]:
    """The tidy document of a sound file: everything is checked before anything waits for the pen."""
    if isinstance(source, bytes):
        file = open_file(source)
        _refuse(check_form(file))
        return file.document
    document = tidy_document(source) if isinstance(source, dict) else {}
    _refuse(check_document(document if isinstance(source, dict) else source))
    return document


def _problems(source: object, document: Mapping[str, object], story: Story | None) -> Sequence[Problem]:
    if isinstance(source, bytes):
        return check_file(open_file(source), story)
    return check_for_book(document, story)


def _refuse(problems: Sequence[Problem]) -> None:
    if not problems:
        return
    sentence = ngettext(
        "The campaign file has %(count)s fault, so nothing was imported.",
        "The campaign file has %(count)s faults, so nothing was imported.",
        len(problems),
    )
    raise Refused("bad_file", sentence % {"count": len(problems)}, problems)


def _id_of(document: Mapping[str, object]) -> str:
    campaign = document["campaign"]
    assert isinstance(campaign, dict), "a sound document has a campaign"
    return str(campaign["id"])


def _take_over(campaign: str, story: Story | None, by: By) -> None:
    is_new = story is None and not Membership.objects.filter(campaign=campaign).exists()
    if is_new and by is not None:
        Membership.objects.create(user=by, campaign=campaign, role=OWNER)
