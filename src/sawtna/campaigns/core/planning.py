"""From a document to entries: only what is new, what became newer, and what is gone.

This is the one way into the book for the desk, for imported files and for the example.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from sawtna.campaigns.core.document import FRAME, MOST_PROBLEMS, check_document
from sawtna.campaigns.core.entries import CAMPAIGN, SECTIONS, STAND_ID
from sawtna.campaigns.core.flaws import flaw
from sawtna.campaigns.core.promises_of_rolls import broken_promises
from sawtna.campaigns.core.story import Item, Shelf, Story, Words
from sawtna.campaigns.core.things import Thing, things_of
from sawtna.ledger.core.entry import Body, Kind
from sawtna.ledger.core.schema import Path, Problem


@dataclass(frozen=True, slots=True)
class Planned:
    """An entry to be written: a body without `v` and `cm`, and its words. `void_of` is the index that it annuls."""

    body: Body
    words: Words | None
    void_of: int | None = None


def plan_entries(
    document: Mapping[str, object], story: Story | None, why: str = "withdrawn"
) -> list[Planned]:
    """The entries that make the book say what a sound document says; none when it does already."""
    campaign, name = _campaign_of(document)
    planned = list(_versions(CAMPAIGN, name, [campaign], {name: story.campaign} if story else {}))
    for section, kind in SECTIONS.items():
        things = [thing for _, thing in things_of(document, section)]
        planned += _versions(kind, name, things, story.sections[section] if story else {})
    for section in SECTIONS if story else ():
        kept = {thing["id"] for _, thing in things_of(document, section)}
        for item in story.sections[section].values() if story else ():
            if item.id not in kept:
                planned += voids_of(item, why)
    return planned


def _campaign_of(document: Mapping[str, object]) -> tuple[Thing, str]:
    campaign = document["campaign"]
    assert isinstance(campaign, dict), "a sound document has a campaign"
    return {key: value for key, value in campaign.items() if key != "id"}, str(campaign["id"])


def _versions(
    kind: Kind, campaign: str, things: Iterable[Thing], items: Mapping[str, Item]
) -> Iterator[Planned]:
    for thing in things:
        fields = {name: value for name, value in thing.items() if name not in ("words", "erased")}
        words = thing.get("words") if kind.words is not None else None
        item = items.get(str(thing.get("id", campaign)))
        if not thing.get("erased") and not _is_said(item, fields, words):
            yield Planned(
                {"k": kind.name, "c": campaign, **fields}, words if isinstance(words, dict) else None
            )


def _is_said(item: Item | None, fields: Thing, words: object) -> bool:
    """Whether the book says exactly this already."""
    if item is None or item.current is None:
        return False
    return _fields_of(item) == fields and (words is None or item.words == words)


def _fields_of(item: Item) -> Thing:
    return {name: value for name, value in item.body.items() if name not in FRAME}


def voids_of(item: Item, why: str) -> Iterator[Planned]:
    """Annul every version of a thing that still stands: were only the newest struck, the one before would show again."""
    for version in item.versions:
        if version.struck is None:
            yield Planned({"k": "void", "i": version.index, "why": why}, None, void_of=version.index)


def check_for_book(document: Mapping[str, object], story: Story | None) -> list[Problem]:
    """What keeps a document from being planned over the story: at most `MOST_PROBLEMS`."""
    return check_document(document) or list(islice(contradictions(document, story), MOST_PROBLEMS))


def contradictions(document: Mapping[str, object], story: Story | None) -> Iterator[Problem]:
    """Where a sound document wants of the book what the book cannot do: bring erased words back, change a ballot."""
    campaign = document["campaign"]
    if story is not None and isinstance(campaign, dict) and campaign["id"] != story.id:
        yield flaw(("campaign", "id"), "campaign-other", got=campaign["id"], id=story.id)
        return
    if isinstance(campaign, dict) and "erased" in campaign:
        yield from _of_erased(
            ("campaign",), campaign, story.campaign if story else None, story.id if story else ""
        )
    for section in SECTIONS:
        for position, thing in things_of(document, section):
            name = str(thing["id"])
            item = story.sections[section].get(name) if story else None
            if "erased" in thing:
                yield from _of_erased((section, position), thing, item, name)
            elif item is not None:
                yield from _of_known((section, position), thing, item)
    yield from broken_promises(document, story)


def _of_erased(path: Path, thing: Thing, item: Item | None, name: str) -> Iterator[Problem]:
    if item is None or item.current is None or item.words:
        yield flaw((*path, "erased"), "erased-unknown", id=name)
    elif _bare(_fields_of(item)) != _bare(thing):
        yield flaw(path, "erased-changed", id=name)


def _bare(thing: Thing) -> Thing:
    return {name: value for name, value in thing.items() if name not in ("id", "erased")}


def _of_known(path: Path, thing: Thing, item: Item) -> Iterator[Problem]:
    # Safety: a draft or a backup from before an erasure must not bring the words of a person back.
    if item.versions[-1].erased is not None:
        yield flaw((*path, "id"), "erased-again", id=item.id)
        return
    if item.kind == "issuer" and thing.get("vk") != item.versions[0].body.get("vk"):
        yield flaw((*path, "vk"), "issuer-changed", id=item.id)
    if is_bound(item):
        fields = {name: value for name, value in thing.items() if name != "words"}
        if not _is_said(item, fields, thing.get("words")):
            yield flaw(path, "ballot-changed", kind=item.kind, id=item.id)


def is_bound(item: Item) -> bool:
    """Whether a thing of the book can never be changed: people take part by it, and keys were logged for it."""
    is_here = item.kind in ("roll", "vouching") or item.body.get("taken") == "here"
    return item.current is not None and is_here


def foresee(story: Story | None, planned: Iterable[Planned], start: int) -> Story | None:
    """The story as it will be when `planned` stands in the book from entry `start` on; the given one stays as it is."""
    shelf = Shelf()
    if story is not None:
        shelf.stories[story.id] = _copy_of(story)
        shelf.versions = {version.index: version for version in shelf.stories[story.id].versions()}
    name = story.id if story is not None else ""
    for index, entry in enumerate(planned, start):
        if entry.void_of is not None:
            shelf.annul(entry.void_of, index)
        else:
            name = str(entry.body["c"])
            shelf.take(index, entry.body, entry.words or {})
    return shelf.stories.get(name)


def _copy_of(story: Story) -> Story:
    sections = {
        section: {name: _copy_of_item(item) for name, item in items.items()}
        for section, items in story.sections.items()
    }
    return Story(story.id, _copy_of_item(story.campaign), sections)


def _copy_of_item(item: Item) -> Item:
    return Item(item.kind, item.id, [replace(version) for version in item.versions])


def free_stand_id(document: Mapping[str, object], story: Story | None) -> str:
    """The next id for a stand: never one that was used before, taken back or erased."""
    used = [str(thing.get("id")) for _, thing in things_of(document, "stands")]
    used += list(story.sections["stands"]) if story else []
    numbers = [int(name[1:]) for name in used if STAND_ID.fullmatch(name)]
    return f"s{max(numbers, default=0) + 1}"
