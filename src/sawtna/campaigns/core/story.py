"""The story of a campaign as its entries tell it: each thing with its versions, without what was annulled.

A story is built from `(index, body)` in index order; the words are joined by whoever holds the openings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from sawtna.campaigns.core.entries import SECTIONS
from sawtna.ledger.core.dates import Day, parse_day
from sawtna.ledger.core.entry import Body

Words = Mapping[str, object]
NO_WORDS: Words = {}


_day_of = lru_cache(maxsize=4096)(parse_day)


@dataclass(slots=True)
class Version:
    """One entry about a thing. `struck` is the index of the entry that annulled it, `erased` of the one that took its words."""

    index: int
    body: Body
    words: Words = field(default_factory=dict)
    struck: int | None = None
    erased: int | None = None


@dataclass(slots=True)
class Item:
    """One thing of a campaign (a stage, a claim, …) with all its versions, oldest first."""

    kind: str
    id: str
    versions: list[Version] = field(default_factory=list)

    @property
    def current(self) -> Version | None:
        """The newest version that was not annulled, or None when the thing was taken back."""
        return next((version for version in reversed(self.versions) if version.struck is None), None)

    @property
    def body(self) -> Body:
        """The fields of the current version."""
        return self.current.body if self.current else {}

    @property
    def words(self) -> Words:
        """The words of the current version; none when they were erased."""
        return self.current.words if self.current and self.current.erased is None else NO_WORDS

    @property
    def index(self) -> int:
        """The index of the current version (-1 when there is none)."""
        return self.current.index if self.current else -1

    @property
    def first_index(self) -> int:
        """The index of the oldest version."""
        return self.versions[0].index

    @property
    def is_erased(self) -> bool:
        """Whether the words of the current version were deleted."""
        return self.current is not None and self.current.erased is not None

    @property
    def indices(self) -> tuple[int, ...]:
        """All entries that made this thing what it is: its versions and what struck them."""
        struck = [version.struck for version in self.versions if version.struck is not None]
        erased = [version.erased for version in self.versions if version.erased is not None]
        return (*(version.index for version in self.versions), *struck, *erased)

    @property
    def day(self) -> Day | None:
        """When it was, by `on` or `opens`."""
        moment = self.body.get("on", self.body.get("opens"))
        return _day_of(moment) if isinstance(moment, str) else None

    @property
    def place_in_time(self) -> tuple[str, str, int]:
        """For sorting: by the first day that it may mean, then by the minute where one is known, then as it came."""
        day = self.day
        minute = day.minute.isoformat() if day and day.minute else ""
        return (day.first.isoformat() if day else "", minute, self.first_index)


@dataclass(slots=True)
class Story:
    """Everything that the book says of one campaign."""

    id: str
    campaign: Item
    sections: dict[str, dict[str, Item]] = field(default_factory=lambda: {name: {} for name in SECTIONS})

    def items(self, section: str) -> list[Item]:
        """The present things of a section: by date where they have one, then in the order in which they came."""
        present = [item for item in self.sections[section].values() if item.current is not None]
        return sorted(present, key=lambda item: item.place_in_time)

    def item(self, section: str, name: object) -> Item | None:
        """One present thing, or None."""
        found = self.sections[section].get(name) if isinstance(name, str) else None
        return found if found is not None and found.current is not None else None

    def versions(self) -> Iterator[Version]:
        """Every version of everything, annulled ones too."""
        for item in (self.campaign, *(one for section in self.sections.values() for one in section.values())):
            yield from item.versions


SECTION_OF_KIND = {kind.name: section for section, kind in SECTIONS.items()}


class Shelf:
    """All stories of a book, kept up entry by entry. Owner: one fold or one reader; pure but for its own dictionaries."""

    def __init__(self) -> None:
        self.stories: dict[str, Story] = {}
        self.versions: dict[int, Version] = {}

    def take(self, index: int, body: Body, words: Words = NO_WORDS) -> None:
        """Read one entry; kinds that are not a campaign's are passed over."""
        kind, name = str(body["k"]), body.get("c")
        if not isinstance(name, str) or (kind != "campaign" and kind not in SECTION_OF_KIND):
            return
        version = Version(index, body, words)
        self.versions[index] = version
        if kind == "campaign":
            story = self.stories.setdefault(name, Story(name, Item("campaign", name)))
            story.campaign.versions.append(version)
        elif name in self.stories:
            section = self.stories[name].sections[SECTION_OF_KIND[kind]]
            section.setdefault(str(body["id"]), Item(kind, str(body["id"]))).versions.append(version)

    def annul(self, index: int, by: int) -> None:
        """Entry `index` is void from entry `by` on."""
        if index in self.versions and self.versions[index].struck is None:
            self.versions[index].struck = by

    def erase(self, index: int, by: int) -> None:
        """The words of entry `index` are gone, as entry `by` says."""
        if index in self.versions and self.versions[index].erased is None:
            self.versions[index].erased = by

    def present(self) -> list[Story]:
        """The stories whose campaign was not taken back, oldest first."""
        return [story for story in self.stories.values() if story.campaign.current is not None]


def tell(entries: Iterable[tuple[int, Body, Words]]) -> Shelf:
    """The shelf of these entries; `void` and `erase` among them are obeyed."""
    shelf = Shelf()
    for index, body, words in entries:
        struck = body.get("i")
        if body["k"] == "void" and isinstance(struck, int):
            shelf.annul(struck, index)
        elif body["k"] == "erase" and isinstance(struck, int):
            shelf.erase(struck, index)
        else:
            shelf.take(index, body, words)
    return shelf
