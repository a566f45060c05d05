"""In which languages words are shown that nobody wrote in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.frame import READING_ORDER


def languages_instead(items: Iterable[Item], language: str) -> tuple[str, ...]:
    """The languages (ar, fr, en) whose words stand in on a page in `language`, in the order in which they are looked for."""
    found = {instead for item in items for instead in _instead(item.words, language)}
    return tuple(code for code in READING_ORDER if code in found)


def _instead(words: object, language: str) -> Iterable[str]:
    """Walk through words: a map that has a language is a text, any other holds texts (the options of a poll)."""
    if not isinstance(words, Mapping):
        return
    told = [code for code in READING_ORDER if words.get(code)]
    if told and set(words) <= set(READING_ORDER):
        if language not in told:
            yield told[0]
        return
    for part in words.values():
        yield from _instead(part, language)
