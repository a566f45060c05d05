"""The pages of the book: what it is, its entries page by page, and each entry with its words and its place in the tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sawtna.ledger import legend, reads
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.entry_page import lines_of_body, lines_of_words
from sawtna.ledger.kinds import KINDS

# Anyone may keep a page: a minute without asking, and for a day when the house does not answer.
for_everyone = cache_control(public=True, max_age=60, stale_while_revalidate=300, stale_if_error=86_400)

LATEST = 25


@require_safe
@for_everyone
def book(request: HttpRequest) -> HttpResponse:
    """Tell what the book is, how large it is, who signed it, how to check it; show the latest entries."""
    count = -(-reads.head().size // reads.PAGE)
    context = {
        "entries": [named(entry) for entry in reads.latest_entries(LATEST)],
        "kinds": [(legend.kind_in_words(name), key) for name, key in _kinds_with_numbers()],
        "pages": range(count - 1, -1, -1),
        "page_size": reads.PAGE,
    }
    return render(request, "ledger/book.html", {**of_book(), **context})


@require_safe
@for_everyone
def entries(request: HttpRequest, page: int) -> HttpResponse:
    """Show one page of the list of entries, oldest first."""
    found = reads.page_of_entries(page)
    if not found:
        raise Http404
    last = (reads.head().size - 1) // reads.PAGE
    context = {
        "entries": [named(entry) for entry in found],
        "first": found[0].index,
        "last": found[-1].index,
        "older": page - 1 if page else None,
        "newer": page + 1 if page < last else None,
    }
    return render(request, "ledger/entries.html", {**of_book(), **context})


@require_safe
@for_everyone
def entry(request: HttpRequest, index: int) -> HttpResponse:
    """Show one entry: in words, as bytes, and where it is in the tree."""
    found = reads.entry_at(index)
    if found is None:
        raise Http404
    kind = KINDS.get(found.kind)
    versions = reads.versions_of(found)
    context = {
        "entry": found,
        "kind": legend.kind_in_words(found.kind),
        "lines": lines_of_body(found.body, kind),
        "words": lines_of_words(found.words, kind),
        "strikes": [named(strike) for strike in reads.strikes_of(index)],
        "older": next((one for one in reversed(versions) if one < index), None),
        "newer": versions[-1] if versions[-1] > index else None,
        "path": _path_of(index),
        **of_scope(found.body.get("c")),
    }
    return render(request, "ledger/entry.html", {**of_book(), **context})


def of_book() -> dict[str, Any]:
    """What every page of the book shows."""
    head = reads.head()
    return {
        "numbers": reads.numbers(),
        "head": head,
        "as_of": head.as_of,
        "witnessing": reads.witnesses(),
        "site_address": settings.SAWTNA_ORIGIN,
        "log_url": "/log/",
    }


def of_scope(scope: object) -> dict[str, str | None]:
    """The campaign that a page is about: its country, and its name when it has a page of its own; else the house's country."""
    country = legend.country_of(scope) if isinstance(scope, str) else None
    return {"country": country, "scope": str(scope)} if country else {"scope": None}


def named(entry: reads.BookEntry) -> Mapping[str, object]:
    """An entry as a line of a list."""
    lines = lines_of_words(entry.words, KINDS.get(entry.kind))
    title = next((entry.words[line.key] for line in lines if line.sort in {"said", "text"}), None)
    return {"entry": entry, "kind": legend.kind_in_words(entry.kind), "title": title}


def _kinds_with_numbers() -> list[tuple[str, str]]:
    """The kinds that are in the book, the most frequent first."""
    start = "book/kinds/"
    counts = {key: number.value for key, number in reads.numbers().items() if key.startswith(start)}
    return [(key.removeprefix(start), key) for key in sorted(counts, key=lambda key: -counts[key])]


def _path_of(index: int) -> list[str] | None:
    """The hashes from the leaf to the root in hex, or None while files of the tree are missing."""
    try:
        return [step.hex() for step in reads.place_of(index)]
    except BookError:
        return None
