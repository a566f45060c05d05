"""The page "check this number": the figure, how it is made, what it is made of, and how to make it again."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sawtna.ledger import legend, reads
from sawtna.ledger.core.fold import Number, Run
from sawtna.ledger.views.book import for_everyone, named, of_book

SHOWN = 50  # entries shown at once
LISTED = 500  # entries listed at all; beyond, the runs themselves say which


@require_safe
@for_everyone
def check_number(request: HttpRequest, key: str) -> HttpResponse:
    """Show all that is needed to check one number."""
    number = reads.number(key)
    if number is None:
        raise Http404
    listed = [named(entry) for entry in reads.entries_at(_first_indices(number.runs, LISTED))]
    context = {
        "number_key": key,
        "number": number,
        "rule": legend.rule_in_words(number.rule),
        "shown": listed[:SHOWN],
        "folded": listed[SHOWN:],
        "count": sum(end - first for first, end in number.runs),
        "runs": [(first, end - 1) for first, end in number.runs] if _is_long(number) else [],
        "raw": _raw(number),
        "country": legend.country_of(key.partition("/")[0]),
        "first_entry": listed[0]["entry"] if listed else None,
    }
    return render(request, "ledger/number.html", {**of_book(), **context})


def _is_long(number: Number) -> bool:
    return sum(end - first for first, end in number.runs) > LISTED


def _first_indices(runs: tuple[Run, ...], most: int) -> list[int]:
    indices: list[int] = []
    for first, end in runs:
        indices.extend(range(first, min(end, first + most - len(indices))))
        if len(indices) >= most:
            break
    return indices


def _raw(number: Number) -> str:
    """The number as `numbers.json` has it, in lines."""
    return json.dumps({number.key: number.as_json()}, ensure_ascii=False, indent=2)
