"""The counter's view of the published book, read again when the book moves."""

from __future__ import annotations

import threading
from collections.abc import Iterable

from sawtna.campaigns.core.casting.counters_book import KINDS, CountersBook
from sawtna.ledger import reads
from sawtna.ledger.core.entry import Body

__all__ = ["KINDS", "CountersBook", "book_at_hand", "counters_book", "read_book"]


def read_book(entries: Iterable[tuple[int, Body]] | None = None) -> CountersBook:
    """The counter's view, afresh: of these entries, or of the published book."""
    book = CountersBook()
    published = ((index, body) for index, body, _words in reads.entries_of(kinds=KINDS))
    for index, body in published if entries is None else entries:
        book.take(index, body)
    return book


class _Kept:
    """The newest view and the state of the book that it is of, shared by all threads of this process; replaced as one."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.newest: tuple[str | None, CountersBook] = (None, CountersBook())

    def at_hand(self) -> CountersBook | None:
        state, book = self.newest
        return book if state is not None and state == reads.state_at_hand() else None

    def current(self) -> CountersBook:
        state = reads.state()
        if state != self.newest[0]:
            with self.lock:
                if state != self.newest[0]:
                    self.newest = (state, read_book())
        return self.newest[1]


_KEPT = _Kept()


def book_at_hand() -> CountersBook | None:
    """The same where it needs no reading, for the event loop; None when the book has moved."""
    return _KEPT.at_hand()


def counters_book() -> CountersBook:
    """The counter's view of the book as it is published now."""
    return _KEPT.current()
