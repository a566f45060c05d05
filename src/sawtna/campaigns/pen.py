"""What the actions of the desk have in common: the right to act, the pen of the book, the trail, the draft that follows.

Not an action itself. Everything here runs inside the transaction of an action.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sawtna.campaigns.core.document import Document, document_of
from sawtna.campaigns.core.merging import merge_documents
from sawtna.campaigns.core.planning import Planned
from sawtna.campaigns.core.roles import may
from sawtna.campaigns.core.story import Story
from sawtna.campaigns.key_opening import open_keys
from sawtna.campaigns.models import Draft, Membership, Trail
from sawtna.campaigns.told import accepted_story
from sawtna.ledger.accepted import hold_pen
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
from sawtna.ledger.core.schema import visible
from sawtna.ledger.refusals import Refused, faults_as_sentences

# The organiser who acts; None is the host at the command line, who may do everything.
By = Any


@dataclass(frozen=True, slots=True)
class Written:
    """What an action wrote into the book: the indices, and how many of them are new things, newer ones, annulments."""

    campaign: str
    entries: tuple[int, ...]
    new: int = 0
    newer: int = 0
    gone: int = 0


@contextmanager
def desk_transaction() -> Iterator[None]:
    """All or nothing, with sentences for a full disk; waits for whoever writes now."""
    with faults_as_sentences(), transaction.atomic():
        hold_pen()
        yield


def check_right(by: By, campaign: str, verb: str) -> None:
    """Refuse when someone may not do that."""
    if by is None:
        return
    role = Membership.objects.filter(user=by, campaign=campaign).values_list("role", flat=True).first()
    if not may(role, verb):
        raise Refused(
            "not_allowed", _("Your role in this campaign does not allow this. Ask one of its owners.")
        )


def story_in_book(campaign: str) -> Story:
    """The campaign as accepted; refuses an unknown one."""
    story = accepted_story(campaign)
    if story is None:
        raise unknown_campaign(campaign)
    return story


def unknown_campaign(campaign: str) -> Refused:
    """Say that there is no such campaign."""
    return Refused(
        "unknown_campaign", _("There is no campaign named %(campaign)s.") % {"campaign": visible(campaign)}
    )


def stale_draft() -> Refused:
    """Say that someone else saved meanwhile."""
    sentence = _(
        "Someone else changed this draft meanwhile, so nothing was stored. Look at the newest draft, then decide."
    )
    return Refused("stale_draft", sentence)


def write_plan(planned: Iterable[Planned], campaign: str, story: Story | None) -> Written:
    """Append a plan to the book; it is published after the transaction has committed."""
    plan = list(planned)
    entries = append_entries([NewEntry(entry.body, entry.words) for entry in plan])
    if any(entry.body.get("taken") == "here" or entry.body["k"] == "vouching" for entry in plan):
        entries += open_keys(int(timezone.now().timestamp()))
    known = {(item.kind, item.id) for item in _items_of(story) if item.current is not None}
    gone = sum(1 for entry in plan if entry.void_of is not None)
    newer = sum(1 for entry in plan if (entry.body["k"], entry.body.get("id", campaign)) in known)
    publish_after_commit()
    return Written(campaign, tuple(entries), len(plan) - gone - newer, newer, gone)


def _items_of(story: Story | None) -> list[Any]:
    return (
        []
        if story is None
        else [story.campaign, *(item for items in story.sections.values() for item in items.values())]
    )


def publish_after_commit() -> None:
    """Publish when the outermost transaction has committed; what is not committed is not accepted."""
    transaction.on_commit(publish_checkpoint)


def leave_trail(
    by: By, what: str, campaign: str, about: Mapping[str, object] | None = None, entries: Iterable[int] = ()
) -> None:
    """Note who did what. `about` holds ids and roles, never words."""
    who = None if by is None else by.pk
    step = Trail(
        at=timezone.now(),
        who_id=who,
        what=what,
        campaign=campaign,
        about=dict(about or {}),
        entries=list(entries),
    )
    step.save(force_insert=True)


def follow_book(campaign: str, before: Story | None, by: By, erased: Iterable[tuple[str, str]] = ()) -> None:
    """Bring the draft of a campaign after the book, which an action just changed; what its editors changed stays.

    `erased` names the (section, id) whose words must go, whatever the draft says of them.
    """
    draft = Draft.objects.select_for_update().filter(campaign=campaign).first()
    after = accepted_story(campaign)
    if draft is None or after is None:
        return
    new = document_of(after)
    old = document_of(before) if before is not None else {}
    document = with_erased(merge_documents(old, draft.document, new), new, erased)
    if document != draft.document:
        keep_draft(draft, document, by)


def with_erased(document: Document, book: Document, erased: Iterable[tuple[str, str]]) -> Document:
    """The document with the things named as they are in the book now, which is without words."""
    for section, name in erased:
        if section == "campaign":
            document["campaign"] = book["campaign"]
            continue
        things, known = document.get(section, []), book.get(section, [])
        assert isinstance(things, list)
        assert isinstance(known, list)
        wordless = [thing for thing in known if thing["id"] == name]
        mine = [thing for thing in things if isinstance(thing, dict) and thing.get("id") == name]
        document[section] = [thing for thing in things if thing not in mine] + (wordless if mine else [])
    return document


def keep_draft(draft: Draft, document: Document, by: By) -> None:
    """Store a document in a draft as its next revision."""
    draft.document, draft.revision = document, draft.revision + 1
    draft.changed_at, draft.changed_by = timezone.now(), by
    draft.save()
