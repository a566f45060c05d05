"""When the book changes under a draft: what the draft's editors changed stays, the rest follows the book."""

from __future__ import annotations

from collections.abc import Mapping

from sawtna.campaigns.core.document import Document
from sawtna.campaigns.core.entries import SECTIONS
from sawtna.campaigns.core.things import Thing, is_slug, things_of


def merge_documents(
    old: Mapping[str, object], draft: Mapping[str, object], new: Mapping[str, object]
) -> Document:
    """The draft over the new state of the book: a thing that the draft left as it was in the old state becomes the new one.

    Decided thing by thing. Nothing that an editor typed is lost, and nothing that came into the book is taken back by a
    draft that never knew of it.
    """
    merged = dict(draft)
    merged["campaign"] = (
        new.get("campaign") if draft.get("campaign") == old.get("campaign") else draft.get("campaign")
    )
    for section in SECTIONS:
        things = _merged_section(*(_by_id(document, section) for document in (old, draft, new)))
        things += [thing for _, thing in things_of(draft, section) if not is_slug(thing.get("id"))]
        merged.pop(section, None)
        if things:
            merged[section] = things
    return merged


def _by_id(document: Mapping[str, object], section: str) -> dict[str, list[Thing]]:
    """All things of an id: a draft may hold an id twice until someone mends it."""
    found: dict[str, list[Thing]] = {}
    for _, thing in things_of(document, section):
        name = thing.get("id")
        if is_slug(name):
            found.setdefault(name, []).append(thing)
    return found


def _merged_section(
    old: Mapping[str, list[Thing]], draft: Mapping[str, list[Thing]], new: Mapping[str, list[Thing]]
) -> list[Thing]:
    things: list[Thing] = []
    for name in dict.fromkeys((*draft, *new)):
        chosen = new if draft.get(name) == old.get(name) else draft
        things += chosen.get(name, [])
    return things
