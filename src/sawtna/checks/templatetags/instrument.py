"""How pages of findings name things: `{{ verdict|named:"verdict" }}`, months and countries in the reader's language."""

from __future__ import annotations

from datetime import date

from babel import Locale
from babel.dates import format_date
from django import template
from django.template import Context
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sawtna.checks.core.findings import Group
from sawtna.checks.words import named as name_of
from sawtna.ledger.numerals import locale_of

register = template.Library()


@register.filter
def named(word: object, group: str) -> object:
    """The name of a choice, of a flow, or of a cause."""
    return name_of(group, str(word))


@register.filter
def counts(group: Group, verdict: str) -> int:
    """How many checks of a group came to a verdict."""
    return group.verdicts[verdict]


@register.filter
def add_verdict(path: str, verdict: str) -> str:
    """The key of the number of a group's checks with that verdict."""
    return Group(path, ()).keys[verdict]


@register.filter
def file_name(path: str) -> str:
    """The last step of a path."""
    return path.rpartition("/")[2]


@register.simple_tag(takes_context=True)
def country_name(context: Context, code: str) -> str:
    """The name of a country by its two capital letters."""
    if code == "ZZ":
        return _("Country not known")
    return _locale(context).territories.get(code, code)


@register.simple_tag(takes_context=True)
def short_month(context: Context, day: date) -> str:
    """The name of a month alone, as short as the language has it."""
    return format_date(day, "LLL", locale=_locale(context))


def _locale(context: Context) -> Locale:
    country = context.get("country")
    return locale_of(get_language() or "ar", str(country) if country else None)
