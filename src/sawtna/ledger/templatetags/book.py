"""How pages show what the book says: figures with their key, days, and words in the reader's language.

The audit reads these figures back out of the pages (docs/decisions/0042), so nothing else may write digits. Contexts give
`numbers` (key to Number) and may give `country` (two capital letters).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from babel import Locale
from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sawtna.ledger import legend
from sawtna.ledger.core.fold import Number
from sawtna.ledger.core.schema import LANGUAGES
from sawtna.ledger.numerals import format_day, format_index, format_instant, format_number, locale_of

register = template.Library()
RIGHT_TO_LEFT = frozenset({"ar"})
MISSING = mark_safe('<span class="figure-missing">?</span>')


class UnknownNumberError(template.TemplateSyntaxError):
    """A template asks for a number that no fold gives."""


@dataclass(frozen=True)
class Shown:
    """A number ready for a page. `html` is the figure (a link to its check unless told otherwise), `text` its digits alone."""

    number: Number
    locale: Locale
    language: str
    link: bool = True

    @property
    def value(self) -> int:
        """The integer, for plurals and comparisons."""
        return self.number.value

    @property
    def unit(self) -> str:
        """What it counts."""
        return self.number.unit

    @cached_property
    def text(self) -> str:
        """The digits of this language and country."""
        return format_number(self.number.value, self.locale, self.number.unit)

    @cached_property
    def html(self) -> SafeString:
        """The figure with its key, as the audit reads it."""
        figure = format_html(
            '<data class="figure" data-number="{}" value="{}">{}</data>',
            self.number.key,
            self.number.value,
            self.text,
        )
        if not self.link:
            return figure
        return format_html(
            '<a class="figure-link" href="/{}/numbers/{}/">{}</a>', self.language, self.number.key, figure
        )

    def __html__(self) -> str:
        return self.html

    __str__ = __html__


@register.simple_tag(takes_context=True)
def number(context: Context, key: str, *, link: bool = True) -> Shown | SafeString:
    """`{% number KEY %}`: the figure with a link to its check, or without by `link=False`.

    `{% number KEY as shown %}` gives `.value`, `.html`, `.text` and `.unit` for sentences.
    """
    found = _number(context, key)
    return MISSING if found is None else Shown(found, _locale(context), _language(), link)


@register.simple_tag(takes_context=True)
def figure_text(context: Context, key: str) -> str:
    """`{% figure_text KEY %}`: the digits alone, for drawings that carry the key in an attribute of their own."""
    found = _number(context, key)
    return "?" if found is None else format_number(found.value, _locale(context), found.unit)


@register.simple_tag(takes_context=True)
def counted(context: Context, key: str, *, link: bool = True) -> SafeString:
    """`{% counted KEY %}`: the figure in its unit's words and right plural, such as `304 days`."""
    found = _number(context, key)
    if found is None:
        return MISSING
    return legend.in_words(found.unit, found.value, Shown(found, _locale(context), _language(), link).html)


@register.simple_tag(takes_context=True)
def index(context: Context, value: int) -> SafeString:
    """`{% index 57 %}`: the number of an entry, in the reader's digits."""
    return format_html(
        '<data class="index" value="{}">{}</data>', value, format_index(value, _locale(context))
    )


@register.simple_tag(takes_context=True)
def plain_index(context: Context, value: int) -> str:
    """`{% plain_index 57 %}`: the same without markup, for titles."""
    return format_index(value, _locale(context))


@register.simple_tag(takes_context=True)
def index_range(context: Context, page: int, size: int) -> SafeString:
    """`{% index_range 2 100 %}`: the first and the last entry of a page of that size, such as 200–299."""
    return format_html("{}–{}", index(context, page * size), index(context, page * size + size - 1))


@register.simple_tag(takes_context=True)
def locale_name(context: Context) -> str:
    """`{% locale_name %}`: how scripts write days and digits as this page does, such as ar-MA (BCP 47)."""
    return str(_locale(context)).replace("_", "-")


@register.simple_tag(takes_context=True)
def day(context: Context, moment: str | date | int | None) -> SafeString | str:
    """`{% day "2016-02-28T12:00" %}`: a day of the book, a date, or Unix seconds (UTC), in words; nothing for nothing."""
    if moment is None or moment == "":
        return ""
    locale = _locale(context)
    if isinstance(moment, int):
        instant = datetime.fromtimestamp(moment, UTC)
        machine, words = instant.strftime("%Y-%m-%dT%H:%MZ"), f"{format_instant(instant, locale)} UTC"
        return format_html('<time datetime="{}">{}</time>', machine, words)
    text = moment.isoformat() if isinstance(moment, date) else moment
    first, _, last = text.partition("/")
    until = format_html(' data-until="{}"', last) if last else ""  # HTML's time element knows no intervals
    return format_html('<time datetime="{}"{}>{}</time>', first, until, format_day(text, locale))


@register.simple_tag
def say(words: object, *, paragraphs: bool = False) -> SafeString | str:
    """`{% say words %}`: words of an opening in the page's language, else in another that is there, marked as such.

    `words` is a map of languages or a plain text. With `paragraphs=True` empty lines part paragraphs, line breaks stay.
    """
    language, text = choose_words(words)
    if not text:
        return ""
    attributes = _attributes(language)
    if not paragraphs:
        return format_html("<span {}{}>{}</span>", quoting(text), attributes, text)
    parts = [part.strip("\n") for part in text.split("\n\n") if part.strip()]
    inner = format_html_join("", "<p>{}</p>", ((_with_breaks(part),) for part in parts))
    return format_html('<div class="words" {}{}>{}</div>', quoting(text), attributes, inner)


@register.simple_tag
def listed(names: object) -> SafeString:
    """`{% listed words.apps %}`: names in a row, each in its own direction, with the comma of the page's language."""
    rows = names if isinstance(names, list) else []
    return format_html_join(str(legend.COMMA), "<bdi {}>{}</bdi>", ((quoting(name), name) for name in rows))


@register.simple_tag
def comma() -> str:
    """`{% comma %}`: what stands between the things of a list."""
    return str(legend.COMMA)


@register.simple_tag
def quoting(text: object) -> SafeString:
    """`<cite {% quoting link.outlet %}>`: says that these are an entry's words, and whose, so that an audit can compare them."""
    entry = getattr(text, "entry", None)
    return mark_safe("data-words") if entry is None else format_html('data-words="{}"', entry)


@register.simple_tag
def cite(link: Mapping[str, object]) -> SafeString:
    """`{% cite link %}`: the name of a source: its outlet, else its title, else its address."""
    name = link.get("outlet") or link.get("title") or link.get("url", "")
    return format_html('<cite {} dir="auto">{}</cite>', quoting(name), name)


@register.simple_tag
def plain_say(words: object) -> str:
    """`{% plain_say words %}`: the same words without markup, for titles and attributes."""
    return choose_words(words)[1]


@register.inclusion_tag("ledger/links_of.html")
def links_of(links: object) -> dict[str, object]:
    """`{% links_of words.links %}`: where a statement can be read."""
    return {"links": links if isinstance(links, list) else []}


def choose_words(words: object) -> tuple[str | None, str]:
    """(language, text): the page's language, else the first of ar, fr, en that is there; None for text of unknown language."""
    if isinstance(words, str):
        return None, words
    if not isinstance(words, Mapping):
        return None, ""
    for language in (_language(), *LANGUAGES):
        if text := words.get(language):
            return language, text if isinstance(text, str) else str(text)
    return None, ""


def _attributes(language: str | None) -> SafeString:
    """What a browser must know of words that may be in another language than their page."""
    if language is None:
        return mark_safe(' dir="auto"')
    if language == _language():
        return mark_safe("")
    return format_html(' lang="{}" dir="{}"', language, "rtl" if language in RIGHT_TO_LEFT else "ltr")


def _with_breaks(text: str) -> SafeString:
    return mark_safe("<br>".join(conditional_escape(line) for line in text.split("\n")))  # noqa: S308 (each line is escaped)


def _number(context: Context, key: str) -> Number | None:
    numbers = context.get("numbers") or {}
    found = numbers.get(key)
    if found is None and is_strict():
        raise UnknownNumberError(
            f"got the number {key!r}, expected one that a fold gives; does the view pass `numbers`?"
        )
    return found if isinstance(found, Number) else None


def is_strict() -> bool:
    """Whether an unknown number is a fault: while developing and testing. Visitors see a question mark instead."""
    return settings.DEBUG or "PYTEST_VERSION" in os.environ


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _locale(context: Context) -> Locale:
    country = context.get("country")
    return locale_of(_language(), country if isinstance(country, str) else None)
