"""What the kinds, fields, units and rules of the book are called on pages: each room brings its own words.

Sentences are lazy translations, so that one registry serves every language. What nobody named is shown by its identifier;
`missing_from` tells a test what that would be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

SORTS = ("rules", "units", "kinds", "fields")


class KindName(NamedTuple):
    """A kind in words: what one is called, and what it says."""

    name: Any
    about: Any


def _nowhere(_scope: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Legend:
    """The words of one room.

    `rules` say how a number is folded; `units` are `ngettext_lazy(…, "count")` with `%(number)s` in them; `kinds` and `fields`
    name what entries hold, and `links` lead from such a field to a file behind it. `country_of` tells the country (two capital
    letters) in which the numbers of a scope are written.
    """

    rules: Mapping[str, Any] = field(default_factory=dict)
    units: Mapping[str, Any] = field(default_factory=dict)
    kinds: Mapping[str, KindName] = field(default_factory=dict)
    fields: Mapping[str, Any] = field(default_factory=dict)
    country_of: Callable[[str], str | None] = _nowhere
    links: Mapping[str, Callable[[str], str]] = field(default_factory=dict)


_LEGENDS: dict[str, Legend] = {}  # filled while Django starts, then only read

# What stands between the things of a list: Arabic has a comma of its own.
COMMA = pgettext_lazy("between the things of a list", ", ")

# A rate: %(counted)s is a figure with its unit, such as "132 followers".
RATES = {
    "second": _("%(counted)s a second"),
    "minute": _("%(counted)s a minute"),
    "hour": _("%(counted)s an hour"),
    "day": _("%(counted)s a day"),
}


def enroll_legend(room: str, legend: Legend, country_of: Callable[[str], str | None] | None = None) -> None:
    """A room brings its words; twice is harmless."""
    _LEGENDS[room] = replace(legend, country_of=country_of or legend.country_of)


def rule_in_words(rule: str) -> str:
    """How a number of that rule is folded: a sentence, or the rule's identifier."""
    return str(_find("rules", rule, rule))


def kind_in_words(kind: str) -> KindName:
    """The name of a kind and what it says."""
    name, about = _find("kinds", kind, (kind, ""))
    return KindName(str(name), str(about))


def field_in_words(name: str, kind: str = "") -> str:
    """The name of a field of an entry or of its words; `kind.field` where a kind uses a field in a way of its own."""
    return str(_find("fields", f"{kind}.{name}", None) or _find("fields", name, name))


def link_of(name: str, kind: str, value: str) -> str:
    """The address behind a field's value, such as that of a file of which it is the hash; "" where there is none."""
    found = _find("links", f"{kind}.{name}", None)
    return found(value) if found else ""


def in_words(unit: str, count: int, figure: SafeString) -> SafeString:
    """A figure with its unit, in the plural that the count asks for, such as `304 days` or `132 followers a minute`."""
    plain, period = _parts(unit)
    words = _find("units", plain, None)
    counted = (
        figure if words is None else _fill(words % {"count": count, "number": "%(number)s"}, number=figure)
    )
    return _fill(str(RATES[period]), counted=counted) if period else counted


def country_of(scope: str) -> str | None:
    """The country in whose way the numbers of a scope are written."""
    found = (legend.country_of(scope) for legend in _LEGENDS.values())
    return next((country for country in found if country), None)


def known(sort: str) -> dict[str, Any]:
    """Everything of one sort (rules, units, kinds, fields) that rooms have put into words."""
    return {name: words for legend in _LEGENDS.values() for name, words in getattr(legend, sort).items()}


def missing_from(**named: set[str]) -> set[str]:
    """The identifiers among `named` (rules, units, kinds, fields) that no room has put into words."""
    named["units"] = {_parts(unit)[0] for unit in named.get("units", ())}
    return {name for sort, names in named.items() for name in names if _find(sort, name, None) is None}


def _parts(unit: str) -> tuple[str, str]:
    """What is counted and in which time: "follower-a-minute" is ("follower", "minute")."""
    plain, _apart, period = unit.rpartition("-a-")
    return (plain, period) if plain and period in RATES else (unit, "")


def _fill(sentence: str, **parts: SafeString) -> SafeString:
    return mark_safe(conditional_escape(sentence) % parts)  # noqa: S308 (the sentence is escaped, the parts are safe already)


def _find(sort: str, name: str, otherwise: Any) -> Any:
    for legend in _LEGENDS.values():
        if name in (words := getattr(legend, sort)):
            return words[name]
    return otherwise
