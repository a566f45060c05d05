"""Figures as a page shows them: the key, the value and the digits that a reader sees, out of HTML.

A page can lie in two ways, in the attribute that programs read and in the digits that people read; both are compared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from sawtna.ledger.core.fold import Number

NEVER_CLOSED = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a page. `shown` are its digits in ASCII, without separators and signs."""

    key: str
    value: str
    shown: str


class _FigureParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.figures: list[Figure] = []
        self._open: list[tuple[str, str, list[str]]] = []
        self._depth: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        if self._depth and tag not in NEVER_CLOSED:
            self._depth[-1] += 1
        if "data-number" in names and tag not in NEVER_CLOSED:
            value = names.get("value", names.get("data-value"))
            self._open.append((names["data-number"] or "", value or "", []))
            self._depth.append(1)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in NEVER_CLOSED:
            self._depth[-1] -= 1
            if self._depth[-1] == 0:
                key, value, words = self._open.pop()
                self._depth.pop()
                self.figures.append(Figure(key, value, digits_of("".join(words))))
                if self._depth:
                    self._depth[-1] -= 1

    def handle_data(self, data: str) -> None:
        for _, _, words in self._open:
            words.append(data)


def digits_of(words: str) -> str:
    """The decimal digits of a text, of whatever script, as ASCII: '١٬٢٠٤' gives '1204'."""
    return "".join(
        str(unicodedata.decimal(sign)) for sign in words if unicodedata.decimal(sign, None) is not None
    )


def figures_of(page: str) -> list[Figure]:
    """All figures of an HTML page that carry a key, in the order in which they end."""
    parser = _FigureParser()
    parser.feed(page)
    parser.close()
    return parser.figures


def wrong_figures(page: str, numbers: Mapping[str, Number]) -> Iterator[str]:
    """A sentence for each figure of the page that is not what the book gives."""
    for figure in figures_of(page):
        number = numbers.get(figure.key)
        if number is None:
            yield f"{figure.key}: the page shows {figure.shown or figure.value}, the book has no such number"
        elif figure.value != str(number.value) or figure.shown.lstrip("0") != str(abs(number.value)).lstrip(
            "0"
        ):
            seen = (
                figure.shown
                if figure.value == str(number.value)
                else f"{figure.shown} ({figure.value} in its markup)"
            )
            yield f"{figure.key}: the page shows {seen}, the book gives {number.value}"
