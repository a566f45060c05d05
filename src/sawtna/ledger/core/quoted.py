"""Words of an opening that remember which entry committed to them, so that a page can name it and an audit compare them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


class Quoted(str):
    """A text out of the opening of an entry. It is a plain text in every other way."""

    __slots__ = ("entry",)
    entry: int

    @classmethod
    def of(cls, text: str, entry: int) -> Quoted:
        """The text, as words of that entry."""
        quoted = cls(text)
        quoted.entry = entry
        return quoted


def quote_all(words: Mapping[str, object], entry: int) -> Mapping[str, object]:
    """The words of an opening with each text in them marked as that entry's."""
    return {name: quote(part, entry) for name, part in words.items()}


def quote(words: object, entry: int) -> object:
    """A part of the words of an opening, marked likewise."""
    if isinstance(words, str):
        return Quoted.of(words, entry)
    if isinstance(words, Mapping):
        return {name: quote(part, entry) for name, part in words.items()}
    if isinstance(words, list):
        return [quote(part, entry) for part in words]
    return words


def texts_of(words: object) -> Iterator[str]:
    """Every text in the words of an opening, as `one_line` gives it."""
    if isinstance(words, str):
        yield one_line(words)
    elif isinstance(words, Mapping | list):
        for part in words.values() if isinstance(words, Mapping) else words:
            yield from texts_of(part)


def one_line(text: str) -> str:
    """A text as it is compared: paragraphs, breaks and spaces are one space each."""
    return " ".join(text.split())
