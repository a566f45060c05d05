"""How pages of the square name things: `{{ state|called:"stage" }}`, `{% amount low high … %}`, names of months and
weekdays, and a campaign on the shelf of the first page.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from babel import Locale
from babel.dates import format_date
from django import template
from django.template import Context
from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from sawtna.campaigns.core.story import Story
from sawtna.campaigns.outline.clock import clock_row
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.outline.page import frame_context
from sawtna.campaigns.words import NAMES, QUALITIES, RANGE
from sawtna.ledger import legend
from sawtna.ledger.numerals import locale_of

register = template.Library()


@register.filter
def called(word: object, group: str) -> object:
    """The name of a choice, such as that of the stage state "open"."""
    return NAMES[group].get(str(word), word)


@register.simple_tag
def amount(low: Any, high: Any, quality: str = "exact", *, bare: bool = False) -> SafeString:
    """A stated figure in words: "more than 60,000 followers"; `bare` leaves the unit out: "120 to 220 a second"."""
    most = high or low
    said = _filled(RANGE, low=low.html, high=high.html) if high else low.html
    if not bare:
        said = legend.in_words(low.unit, most.value, said)
    elif (period := low.unit.rpartition("-a-")[2]) in legend.RATES:
        said = _filled(legend.RATES[period], counted=said)
    sentence = QUALITIES.get(quality)
    return said if sentence is None else _filled(sentence, amount=said)


def _filled(sentence: object, **parts: SafeString) -> SafeString:
    """A translated sentence with its parts in place; the sentence is escaped, the parts are safe already."""
    return mark_safe(conditional_escape(str(sentence)) % parts)  # noqa: S308


@register.simple_tag(takes_context=True)
def month_name(context: Context, day: date) -> str:
    """The name of a month alone, as people of the campaign's country call it."""
    return format_date(day, "LLLL", locale=_locale(context))


@register.simple_tag(takes_context=True)
def weekday_name(context: Context, day: date) -> str:
    """The name of a day of the week, short where the language has short ones."""
    return format_date(day, "EEE", locale=_locale(context))


def _locale(context: Context) -> Locale:
    country = context.get("country")
    return locale_of(get_language() or "ar", country if isinstance(country, str) else None)


@register.inclusion_tag("campaigns/parts/card.html", takes_context=True)
def campaign_card(context: Context, story: Story) -> dict[str, Any]:
    """A campaign on the first page, with its clock."""
    frame = Frame(story, context["numbers"], context["as_of"], get_language() or "ar")
    return {**frame_context(frame), "clock": clock_row(frame)}
