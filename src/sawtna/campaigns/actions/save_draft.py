"""Keeps what an editor typed, sound or not; two editors never overwrite each other in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from sawtna.campaigns.core.document import FORMAT, KEYS, Document, tidy_document
from sawtna.campaigns.core.entries import SECTIONS
from sawtna.campaigns.core.file import MOST_FILE_BYTES
from sawtna.campaigns.core.json_places import MOST_DEPTH
from sawtna.campaigns.core.roles import MODERATED
from sawtna.campaigns.models import Draft
from sawtna.campaigns.pen import By, check_right, leave_trail, stale_draft, unknown_campaign
from sawtna.ledger.refusals import Refused, faults_as_sentences

NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def save_draft(campaign: str, document: Mapping[str, object], revision: int, by: By = None) -> int:
    """Store a document as the draft's next revision and return that; `revision` is the one it was made from.

    The document may be incomplete or wrong in its values, but it must be one of this campaign. A moderator may change the
    sections of `roles.MODERATED` alone.

    :raises Refused: `stale_draft` when someone else saved meanwhile, `draft_form`, `draft_too_long`, `not_allowed`,
        `unknown_campaign`.
    """
    check_right(by, campaign, "moderate")
    tidy = _as_draft(campaign, document)
    with faults_as_sentences(), transaction.atomic():
        rows = Draft.objects.filter(campaign=campaign)
        _check_sections(rows.filter(revision=revision).first(), tidy, by)
        changes = {"document": tidy, "changed_at": timezone.now(), "changed_by": by}
        if not rows.filter(revision=revision).update(revision=F("revision") + 1, **changes):
            raise stale_draft() if rows.exists() else unknown_campaign(campaign)
        leave_trail(by, "save", campaign, {"revision": revision + 1})
    return revision + 1


def _check_sections(draft: Draft | None, tidy: Document, by: By) -> None:
    """Refuse changes beyond the sections that the role reaches."""
    changed = [key for key in KEYS if draft is not None and draft.document.get(key) != tidy.get(key)]
    if draft is not None and not MODERATED.issuperset(changed):
        check_right(by, draft.campaign, "edit")


def _as_draft(campaign: str, document: Mapping[str, object]) -> Document:
    """The document in the form in which it is stored: known keys, lists of objects, nothing that a database refuses."""
    own = document.get("campaign")
    if not isinstance(own, dict) or own.get("id") != campaign or set(document) - set(KEYS):
        raise _no_draft_of(campaign)
    for section in SECTIONS:
        things = document.get(section, [])
        if not isinstance(things, list) or not all(isinstance(thing, dict) for thing in things):
            raise _no_draft_of(campaign)
    if not all(is_text for is_text in _texts_are_text(document)):
        raise Refused(
            "draft_form", _("The draft holds characters that are no text. Type the last change again.")
        )
    tidy = tidy_document({**document, "format": FORMAT})
    if len(json.dumps(tidy, ensure_ascii=False).encode()) > MOST_FILE_BYTES:
        sentence = _("The draft is longer than %(most)s MB, which is the most that a campaign may have.")
        raise Refused("draft_too_long", sentence % {"most": MOST_FILE_BYTES // 1_000_000})
    return tidy


def _texts_are_text(value: object, depth: int = 0) -> Iterator[bool]:
    """Whether each text can be stored: PostgreSQL refuses U+0000, and halves of surrogate pairs have no bytes."""
    if isinstance(value, str):
        yield not NO_TEXT.search(value)
    elif depth > MOST_DEPTH:
        yield False
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from _texts_are_text(name)
            yield from _texts_are_text(item, depth + 1)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_are_text(item, depth + 1)


def _no_draft_of(campaign: str) -> Refused:
    return Refused("draft_form", _("This is no draft of the campaign %(campaign)s.") % {"campaign": campaign})
