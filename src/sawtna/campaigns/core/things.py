"""The things of a campaign file (a stage, a claim, …) as they are found in it, whatever else is wrong there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TypeAlias, TypeGuard

from sawtna.campaigns.core.entries import SECTIONS
from sawtna.ledger.core.schema import SLUG

Thing: TypeAlias = Mapping[str, object]
# Section, id: the position of the first thing of that id, and the thing.
Ids: TypeAlias = Mapping[str, Mapping[str, tuple[int, Thing]]]

LISTED = 12


def is_slug(value: object) -> TypeGuard[str]:
    """Whether it is an id in the right form; others are reported by their form, once."""
    return isinstance(value, str) and SLUG.fullmatch(value) is not None


def slugs_in(value: object) -> list[str]:
    """The ids in a list."""
    return [name for name in value if is_slug(name)] if isinstance(value, list) else []


def things_of(document: Mapping[str, object], section: str) -> Iterator[tuple[int, Thing]]:
    """(position, thing) of a section, without what is no object."""
    things = document.get(section)
    if isinstance(things, list):
        yield from ((position, thing) for position, thing in enumerate(things) if isinstance(thing, dict))


def ids_of(document: Mapping[str, object]) -> Ids:
    """Which ids there are."""
    ids: dict[str, dict[str, tuple[int, Thing]]] = {section: {} for section in SECTIONS}
    for section, known in ids.items():
        for position, thing in things_of(document, section):
            name = thing.get("id")
            if is_slug(name):
                known.setdefault(name, (position, thing))
    return ids


def actions_of(thing: Thing) -> Iterator[tuple[str, Thing]]:
    """(option, action) of a pledge: when what was pledged is to be done."""
    actions = thing.get("actions")
    if isinstance(actions, dict):
        yield from ((name, action) for name, action in actions.items() if isinstance(action, dict))


def listed(names: Iterable[str]) -> str:
    """Names for a sentence: never more than a dozen."""
    some = list(islice(names, LISTED + 1))
    return ", ".join(some[:LISTED]) + ("…" if len(some) > LISTED else "")
