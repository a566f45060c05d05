"""What a co-issuer believes: the published book of one site, read as it grows, each entry proven under a signed checkpoint.

It keeps what it has seen in FOLDER/book.json, without casts. A book that shows another history than before is not followed: the
organisation then issues nothing more, and says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sawtna.campaigns.core.casting.counters_book import KINDS, CountersBook
from sawtna.ledger.core.checkpoint import Checkpoint, unpack_checkpoint
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url
from sawtna.ledger.core.entry import Body, unpack_entry
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.merkle import inclusion_path, leaf_hash, verify_inclusion
from sawtna.ledger.core.policy import Policy
from sawtna.ledger.core.tiles import TileReader
from sawtna.ledger.core.witness import History, Seen, compare_history

BOOK = "book.json"
FORMAT = "sawtna-co-issuer-book/1"

Entries = tuple[tuple[int, Body], ...]


class FollowError(BookError):
    """The book cannot be followed now; `is_forked` says that it never can be again."""

    code = "co_issuer_book"

    def __init__(self, sentence: str, *, is_forked: bool = False) -> None:
        super().__init__(sentence)
        self.is_forked = is_forked


@dataclass(slots=True)
class BookFollower:
    """Owner: one co-issuer. `read` gives files of the log; `vk` is the organisation's public key; `book` is the newest view."""

    folder: Path
    policy: Policy
    read: Callable[[str], bytes]
    vk: bytes
    seen: Seen = field(default_factory=Seen)
    entries: Entries = ()
    book: CountersBook = field(default_factory=CountersBook)

    def recall(self) -> None:
        """Take up what was seen before this process began; raises FollowError when it cannot be read."""
        place = self.folder / BOOK
        if not place.exists():
            return
        try:
            held = json.loads(place.read_text(encoding="utf-8"))
            assert held["format"] == FORMAT
            self.seen = Seen(int(held["size"]), decode_base64url(held["root"]))
            self._take((int(index), body) for index, body in held["entries"])
        except (ValueError, KeyError, TypeError, AssertionError, BookError):
            raise FollowError(f"{place} cannot be read. Delete it: the book is then read again.") from None

    def follow(self) -> bool:
        """Read what is new; whether there was anything. Raises BookError or FileNotFoundError; then nothing changed."""
        opened = self.policy.open(self.read("checkpoint"))
        if not self.policy.is_met_by(opened):
            raise FollowError("Too few witnesses have signed the book yet.")
        head = unpack_checkpoint(opened.text)
        tiles = TileReader(self.read, head.size)
        history = compare_history(self.seen, head, tiles.node)
        if history is History.FORKED:
            raise FollowError(
                f"{head.origin} shows another history than the {self.seen.size} entries that were seen before. Nothing more is"
                " issued. Keep this folder and tell people.",
                is_forked=True,
            )
        if history is not History.NEWER:
            return False
        new = [(index, body) for index, body in _proven(self.seen.size, head, tiles) if body["k"] in KINDS]
        entries = (*self.entries, *new)
        if entries[0][0] != 0 or entries[0][1].get("origin") != head.origin:
            raise FollowError(f"Entry 0 does not say that this is the book of {head.origin}.")
        self._keep(head, entries)
        self.seen = Seen(head.size, head.root)
        self._take(entries)
        return True

    def _take(self, entries: Iterable[tuple[int, Body]]) -> None:
        self.entries = tuple(entries)
        book = CountersBook(vk=self.vk)
        for index, body in self.entries:
            book.take(index, body)
        self.book = book

    def _keep(self, head: Checkpoint, entries: Entries) -> None:
        held = {"format": FORMAT, "size": head.size, "root": encode_base64url(head.root), "entries": entries}
        fresh = self.folder / f"{BOOK}.new"
        with fresh.open("w", encoding="utf-8") as file:
            json.dump(held, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.folder / BOOK)


def _proven(start: int, head: Checkpoint, tiles: TileReader) -> Iterable[tuple[int, Body]]:
    for index in range(start, head.size):
        data = tiles.entry(index)
        path = inclusion_path(index, head.size, tiles.node)
        verify_inclusion(index, head.size, leaf_hash(data), path, head.root)
        yield index, unpack_entry(data)
