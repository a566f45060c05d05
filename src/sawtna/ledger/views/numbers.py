"""The page "check this number": the figure, how it is made, what it is made of, and how to make it again."""

from __future__ import annotations

import json

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sawtna.ledger import legend, reads
from sawtna.ledger.core.fold import Number, Run
from sawtna.ledger.views.book import for_everyone, named, of_book, of_scope

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
        "runs": [(first, end - 1) for first, end in number.runs] if _is_long(number) else [],
        "raw": _raw(number),
        **of_scope(key.partition("/")[0]),
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
    """The number as `numbers.json` has it, a line for each of its parts."""
    lines = [f"  {json.dumps(name)}: {json.dumps(value)}" for name, value in number.as_json().items()]
    return f"{json.dumps(number.key)}: {{\n" + ",\n".join(lines) + "\n}"
