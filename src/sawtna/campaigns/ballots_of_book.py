"""The counter's view of the published book, read again when the book moves."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sawtna.campaigns.core.casting.counters_book import KINDS, CountersBook
from sawtna.ledger import reads
from sawtna.ledger.core.entry import Body

__all__ = ["KINDS", "CountersBook", "counters_book", "read_book"]


def read_book(entries: Iterable[tuple[int, Body]] | None = None) -> CountersBook:
    """The counter's view, afresh: of these entries, or of the published book."""
    book = CountersBook()
    published = ((index, body) for index, body, _words in reads.entries_of(kinds=KINDS))
    for index, body in published if entries is None else entries:
        book.take(index, body)
    return book


class _Kept:
    """The newest view, shared by all threads of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.state: str | None = None
        self.book = CountersBook()

    def current(self) -> CountersBook:
        state = reads.state()
        if state != self.state:
            with self.lock:
                if state != self.state:
                    self.book, self.state = read_book(), state
        return self.book


_KEPT = _Kept()


def counters_book() -> CountersBook:
    """The counter's view of the book as it is published now."""
    return _KEPT.current()
