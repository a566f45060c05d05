"""An entry as a reader meets it: lines of a name and a value, each with the sort that tells the template how to show it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language

from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import LANGUAGES, Form
from sawtna.ledger.legend import field_in_words, link_of

BOOK_FIELDS = {"v": "whole", "k": "choice", "cm": "bytes"}
FIRST = ("k", "v", "c", "id")  # then the others as their kind has them
SECONDS = frozenset({"t"})  # fields of Unix seconds, which are whole numbers to the schema
POINTERS = frozenset({"i", "b"})  # fields that name another entry


@dataclass(frozen=True, slots=True)
class Line:
    """One field. `sort` says what `value` is: a sort of `core/schema.py`, or `seconds`, `entry`, `values`, `lines`, `file`."""

    key: str
    name: str
    sort: str
    value: Any


def lines_of_body(body: Mapping[str, object], kind: Kind | None) -> list[Line]:
    """The fields of an entry: those that place it first, its commitment last; an unknown kind shows what it has."""
    fields = kind.fields if kind else {}
    order = [*FIRST, *fields, *body, "cm"]
    keys = [key for key in dict.fromkeys(order) if key in body and key != "cm"] + (
        ["cm"] if "cm" in body else []
    )
    return [_line_of_body(key, body[key], kind) for key in keys]


def _line_of_body(key: str, value: object, kind: Kind | None) -> Line:
    form = kind.fields[key].form if kind and key in kind.fields else None
    sort = form.sort if form else BOOK_FIELDS.get(key, "value")
    if key in SECONDS or (form and form.sort == "whole" and form.most == 2**40):
        sort = "seconds"
    elif key in POINTERS and isinstance(value, int):
        sort = "entry"
    elif isinstance(value, list):
        sort, value = "values", [_flat(item) for item in value]
    elif isinstance(value, dict):
        sort, value = "values", [f"{name}: {_flat(item)}" for name, item in value.items()]
    elif kind and isinstance(value, str) and (address := link_of(key, kind.name, value)):
        sort, value = "file", (value, address)
    return Line(key, field_in_words(key, kind.name if kind else ""), sort, value)


def _flat(item: object) -> object:
    """A value in one line: the values of a record one after the other."""
    return " ".join(map(str, item.values())) if isinstance(item, dict) else item


def lines_of_words(words: Mapping[str, object], kind: Kind | None) -> list[Line]:
    """The words of an opening in the order of their kind."""
    fields = (kind.words if kind else None) or {}
    keys = [key for key in fields if key in words] + [key for key in words if key not in fields]
    return [_line_of_words(key, words[key], fields[key].form if key in fields else None) for key in keys]


def _line_of_words(key: str, value: object, form: Form | None) -> Line:
    sort = form.sort if form else "text"
    if sort == "said" and isinstance(value, dict):
        value = _readers_first(value)
    elif sort == "map" and isinstance(value, dict):
        sort, value = "lines", list(_lines_of_map(value))
    elif sort == "list":
        sort = "texts"
    elif form is None:
        value = str(value)
    return Line(key, field_in_words(key), sort, value)


def _readers_first(said: Mapping[str, object]) -> list[tuple[str, object]]:
    """Words in several languages: that of the page first, then as everywhere: ar, fr, en."""
    order = [get_language() or "", *LANGUAGES]
    return sorted(said.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order))


def _lines_of_map(value: Mapping[str, object]) -> Iterator[Line]:
    for key, item in value.items():
        said = _readers_first(item) if isinstance(item, dict) else item
        yield Line(key, key, "said" if isinstance(item, dict) else "text", said)
