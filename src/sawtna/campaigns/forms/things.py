"""Where a thing stands in a draft, and the draft with one thing changed: pure functions on documents.

A thing is addressed by its id; one without a fit id, or the second of an id, by `~` and its position. Addresses of pages
are only hints: what decides on saving is `print_of`, the fingerprint of the thing as the page had shown it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from hashlib import sha256
from typing import Any

from sawtna.campaigns.core.entries import CAMPAIGN, SECTIONS
from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import SLUG

CAMPAIGN_SECTION = "campaign"
NOBODY = "new"

Document = Mapping[str, Any]
Thing = dict[str, Any]


def kind_of(section: str) -> Kind:
    """The kind of the things of a section; `campaign` is the section of the campaign itself."""
    return CAMPAIGN if section == CAMPAIGN_SECTION else SECTIONS[section]


def things_in(document: Document, section: str) -> list[Thing]:
    """The things of a section as they stand in the draft."""
    if section == CAMPAIGN_SECTION:
        campaign = document.get(CAMPAIGN_SECTION)
        return [campaign] if isinstance(campaign, dict) else [{}]
    held = document.get(section)
    return [thing for thing in held if isinstance(thing, dict)] if isinstance(held, list) else []


def keys_in(document: Document, section: str) -> Iterator[str]:
    """The address of each thing of a section, in order."""
    seen: set[str] = set()
    for position, thing in enumerate(things_in(document, section)):
        name = thing.get("id")
        is_fit = isinstance(name, str) and SLUG.fullmatch(name) and name not in seen and name != NOBODY
        key = str(name) if is_fit else f"~{position}"
        seen.add(key)
        yield key


def position_of(document: Document, section: str, key: str) -> int | None:
    """Where the thing with that address stands; None when there is none."""
    if section == CAMPAIGN_SECTION:
        return 0
    return next((position for position, one in enumerate(keys_in(document, section)) if one == key), None)


def print_of(thing: Mapping[str, Any] | None) -> str:
    """A fingerprint of a thing, `new` for none: two editors who saw the same thing have the same."""
    if thing is None:
        return NOBODY
    spelling = json.dumps(thing, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return sha256(spelling.encode()).hexdigest()[:24]


def with_thing(document: Document, section: str, position: int | None, thing: Thing) -> dict[str, Any]:
    """The document with that thing in that place, or at the end of its section."""
    changed = dict(deepcopy(document))
    if section == CAMPAIGN_SECTION:
        changed[CAMPAIGN_SECTION] = thing
        return changed
    things = things_in(changed, section)
    if position is None:
        things.append(thing)
    else:
        things[position] = thing
    changed[section] = things
    return changed


def without_thing(document: Document, section: str, position: int) -> dict[str, Any]:
    """The document without the thing in that place; an empty section is left out."""
    changed = dict(deepcopy(document))
    things = things_in(changed, section)
    del things[position]
    if things:
        changed[section] = things
    else:
        changed.pop(section, None)
    return changed


def with_thing_again(document: Document, section: str, position: int, thing: Thing) -> dict[str, Any]:
    """The document with a removed thing back where it was."""
    changed = dict(deepcopy(document))
    things = things_in(changed, section)
    things.insert(max(0, min(position, len(things))), thing)
    changed[section] = things
    return changed


def ids_in(document: Document, section: str) -> set[str]:
    """The names that are taken in a section."""
    return {str(thing["id"]) for thing in things_in(document, section) if thing.get("id")}
