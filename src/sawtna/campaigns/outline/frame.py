"""What every row needs to know: the story, its numbers, the day, the reading direction."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sawtna.campaigns.core.story import Item, Story
from sawtna.ledger.core.fold import Number

READING_ORDER = ("ar", "fr", "en")


@dataclass(frozen=True, slots=True)
class Frame:
    """One story on one day, as read by someone in one language. Owner: one page; lives as long as it.

    `closed` are the entries of ballots that the book has closed.
    """

    story: Story
    numbers: Mapping[str, Number]
    as_of: date
    language: str = "ar"
    closed: Collection[int] = ()

    @property
    def rtl(self) -> bool:
        """Whether lines and axes begin on the right."""
        return self.language == "ar"

    def key(self, path: str) -> str:
        """The key of one of the story's numbers, or "" when the book has no such number."""
        key = f"{self.story.id}/{path}"
        return key if key in self.numbers else ""

    def value(self, key: str) -> int | None:
        """The value behind a key, for placing marks; what is shown is asked from the book by the template."""
        return self.numbers[key].value if key in self.numbers else None

    def plain(self, words: object) -> str:
        """Words as plain text (for titles of the window, previews, feeds): the page's language, else the first there is."""
        if not isinstance(words, Mapping):
            return ""
        order = (self.language, *READING_ORDER)
        return next((str(words[one]) for one in order if words.get(one)), "")

    def name(self, item: Item, field: str = "title") -> str:
        """One field of an item's words as plain text."""
        return self.plain(item.words.get(field))
