"""The rows of the book as the rest of this room reads them: sizes, bodies, bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sawtna.ledger.core.entry import Body
from sawtna.ledger.models import Entry

CHUNK = 2000  # rows held in memory at a time


def book_size() -> int:
    """How many entries the database holds, published or not."""
    last = Entry.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def site_body() -> Body | None:
    """Entry 0, or None while the book is not open."""
    row = Entry.objects.filter(index=0).values_list("body", flat=True).first()
    return None if row is None else read_body(row)


def read_body(data: bytes | memoryview) -> Body:
    """The body of a row. Its form was checked on the way in; whether it still is what was published, `refold_numbers` asks."""
    body: Body = json.loads(bytes(data))
    return body


def leaves_between(first: int, end: int) -> Iterator[bytes]:
    """The leaf hashes of entries, in order."""
    rows = (
        Entry.objects.filter(index__gte=first, index__lt=end).order_by("index").values_list("leaf", flat=True)
    )
    return (bytes(leaf) for leaf in rows.iterator(chunk_size=CHUNK))


def entries_between(first: int, end: int) -> Iterator[tuple[int, bytes, bytes]]:
    """(index, canonical bytes, leaf hash) of any number of entries, in order."""
    rows = (
        Entry.objects.filter(index__gte=first, index__lt=end)
        .order_by("index")
        .values_list("index", "body", "leaf")
    )
    for index, body, leaf in rows.iterator(chunk_size=CHUNK):
        yield index, bytes(body), bytes(leaf)
