"""What a page shows of the book, out of HTML: figures (the key, the value and the digits that a reader sees) and quoted words.

A page can lie about a figure in two ways, in the attribute that programs read and in the digits that people read; both are
compared. It can put other words into the mouth of an entry than those that the entry committed to.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

from sawtna.ledger.core.fold import Number
from sawtna.ledger.core.quoted import one_line

NEVER_CLOSED = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)

BREAKING = frozenset(["br", "div", "dd", "dt", "li", "p"])  # words before and after them are apart


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a page. `shown` are its digits in ASCII, without separators and signs."""

    key: str
    value: str
    shown: str


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that a page gives as those of an entry: its index, and the text in one line."""

    entry: int
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of the book, in the order in which it ends."""

    figures: list[Figure]
    quotes: list[Quote]


class _ShownParser(HTMLParser):
    """Finds figures (`data-number`) and quotes (`data-words` with an index), one inside another too."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.shown = Shown([], [])
        self._depth = 0
        self._open: list[tuple[int, str | None, dict[str, str | None], list[str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self._open and tag in BREAKING:
            self.handle_data(" ")
        if tag in NEVER_CLOSED:
            return
        self._depth += 1
        for name, value in attrs:
            if name == "data-number" or (name == "data-words" and value):
                self._open.append((self._depth, name, dict(attrs), []))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        if tag in BREAKING:
            self.handle_data(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in NEVER_CLOSED:
            return
        while self._open and self._open[-1][0] >= self._depth:
            _, name, attributes, words = self._open.pop()
            self._take(name, attributes, "".join(words))
        self._depth -= 1

    def _take(self, name: str | None, attributes: dict[str, str | None], text: str) -> None:
        if name == "data-number":
            value = attributes.get("value", attributes.get("data-value")) or ""
            self.shown.figures.append(Figure(attributes["data-number"] or "", value, digits_of(text)))
        elif (entry := attributes["data-words"] or "").isascii() and entry.isdigit() and len(entry) < 16:
            self.shown.quotes.append(Quote(int(entry), one_line(text)))

    def handle_data(self, data: str) -> None:
        for *_, words in self._open:
            words.append(data)


def digits_of(words: str) -> str:
    """The decimal digits of a text, of whatever script, as ASCII: '١٬٢٠٤' gives '1204'."""
    return "".join(
        str(unicodedata.decimal(sign)) for sign in words if unicodedata.decimal(sign, None) is not None
    )


def shown_by(page: str) -> Shown:
    """All figures of an HTML page that carry a key, and all words that name their entry."""
    parser = _ShownParser()
    parser.feed(page)
    parser.close()
    return parser.shown


def figures_of(page: str) -> list[Figure]:
    """All figures of an HTML page that carry a key, in the order in which they end."""
    return shown_by(page).figures


def wrong_figures(page: str | Shown, numbers: Mapping[str, Number]) -> Iterator[str]:
    """A sentence for each figure of the page that is not what the book gives."""
    for figure in (shown_by(page) if isinstance(page, str) else page).figures:
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


def wrong_quotes(shown: Shown, texts_of_entry: Callable[[int], frozenset[str] | None]) -> Iterator[str]:
    """A sentence for each quote that is not among the texts of its entry (None: not known, so not compared)."""
    for quote in shown.quotes:
        texts = texts_of_entry(quote.entry)
        if texts is not None and quote.text not in texts:
            seen = quote.text if len(quote.text) <= 60 else f"{quote.text[:60]}…"
            reason = "they are not among its words" if texts else "it has no words"
            yield f"“{seen}” stands as words of entry {quote.entry}, but {reason}"
