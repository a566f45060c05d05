"""What the database has accepted, published or not: for actions, which must not write twice what is already written.

Pages never look here: what is not under a checkpoint is not public.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from sawtna.ledger.actions.append_entries import reserve_indices
from sawtna.ledger.core.entry import Body
from sawtna.ledger.models import Entry, Opening
from sawtna.ledger.rows import book_size, read_body


def hold_pen() -> int:
    """Take the writer's lock until the transaction ends, and return the index that the next entry will get.

    Whoever reads after this and appends in the same transaction knows that nobody wrote in between.
    """
    return reserve_indices(0)


def accepted_about(
    scope: str, kinds: Iterable[str] | None = None
) -> Iterator[tuple[int, Body, Mapping[str, object]]]:
    """(index, body, words) of the entries about one campaign, in order; words are empty where there are none."""
    rows = Entry.objects.filter(scope=scope)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    found = list(rows.order_by("index").values_list("index", "body"))
    words = _words_of([index for index, _ in found])
    for index, body in found:
        yield index, read_body(body), words.get(index, {})


def accepted_of(kinds: Iterable[str]) -> Iterator[tuple[int, Body]]:
    """(index, body) of all accepted entries of these kinds, in order, without their words."""
    rows = Entry.objects.filter(kind__in=list(kinds)).order_by("index").values_list("index", "body")
    for index, body in rows.iterator(chunk_size=2000):
        yield index, read_body(body)


def _words_of(indices: list[int]) -> dict[int, Mapping[str, object]]:
    words: dict[int, Mapping[str, object]] = {}
    for start in range(0, len(indices), 500):  # SQLite allows 999 parameters in one statement
        rows = Opening.objects.filter(index__in=indices[start : start + 500]).values_list("index", "body")
        words.update({index: json.loads(bytes(body))["words"] for index, body in rows})
    return words


def accepted_size() -> int:
    """How many entries were accepted: the index that the next one would get if nobody else wrote."""
    return book_size()
