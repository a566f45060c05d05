"""Which sort of question a field of an entry is, decided from its form and, for a few, from its name."""

from __future__ import annotations

from sawtna.campaigns.core.entries import REFERENCES
from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import Field, Form

WORDS = "words"
FEW = 5
LATEST = 2**40  # Unix seconds: the most of `unix_seconds`, by which a moment is told from a count

# Fields whose form alone does not say how people write them.
BY_NAME = {
    "share_bp": "percent",
    "mode": "radio",
    "kinds": "ticks",
    "issuers": "issuers",
    "asn": "numbers",
    "options": "options",
    "option": "pick",
    "country": "pick",
    "zone": "suggested",
    "page": "suggested",
}


def field_of(kind: Kind, path: str) -> Field:
    """The field behind `opens` or `words.title`."""
    if path.startswith(f"{WORDS}."):
        return (kind.words or {})[path.removeprefix(f"{WORDS}.")]
    # The campaign's own item is named by `id` in a file and by `c` in the book.
    return kind.fields["c" if kind.name == "campaign" and path == "id" else path]


def sort_of(kind: Kind, path: str) -> str:
    """The sort of question, which is also the name of its template."""
    form = field_of(kind, path).form
    if path in BY_NAME:
        return BY_NAME[path]
    if path in REFERENCES:
        return "picks" if form.items is not None else "pick"
    if form.sort == "choice":
        return "radio" if field_of(kind, path).required and len(form.choices) <= FEW else "pick"
    if form.sort == "list":
        return "lines"
    return _sort_of_form(form)


def is_moment(form: Form) -> bool:
    """Whether a whole number is a moment in Unix seconds, which people write as a date and a time."""
    return form.sort == "whole" and form.most == LATEST


def _sort_of_form(form: Form) -> str:
    if is_moment(form):
        return "time"
    known = {"said": "said", "links": "links", "flag": "flag", "day": "day", "whole": "whole", "link": "link"}
    return known.get(form.sort, "name" if form.sort in {"slug", "stand"} else "line")
