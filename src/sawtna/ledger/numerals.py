"""Numbers and days as people write them in one language and country, by the data of Unicode CLDR (through Babel).

Morocco writes Arabic with 1234 and calls the eighth month غشت; Egypt writes ١٢٣٤ and says أغسطس. The digits of dates follow the
digits of numbers, which Babel leaves to its callers.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, parse_pattern
from babel.numbers import format_decimal
from babel.numbers import parse_pattern as parse_number_pattern

from sawtna.ledger.core.dates import Day, parse_day

BASIS_POINT = "basis-point"
# English outside of the United States puts the day before the month.
WITHOUT_COUNTRY = {"en": "en_001"}
DIGITS = {"arab": "٠١٢٣٤٥٦٧٨٩", "arabext": "۰۱۲۳۴۵۶۷۸۹", "deva": "०१२३४५६७८९", "beng": "০১২৩৪৫৬৭৮৯"}


@lru_cache(maxsize=256)
def locale_of(language: str, country: str | None = None) -> Locale:
    """The locale of a language in a country (two capital letters); of the language alone where CLDR knows no such pair."""
    for name in (f"{language}_{country}" if country else "", WITHOUT_COUNTRY.get(language, language)):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return Locale.parse("en_001")


def localise_digits(text: str, locale: Locale) -> str:
    """The text with its ASCII digits written as this locale writes digits."""
    return text.translate(_digits_of(locale.default_numbering_system))


@lru_cache(maxsize=16)
def _digits_of(system: str) -> dict[int, str]:
    return dict(zip(b"0123456789", DIGITS.get(system, "0123456789"), strict=True))


def format_number(value: int, locale: Locale, unit: str = "") -> str:
    """A whole number with its separators; basis points as per cent with two decimals (562 gives 5.62%)."""
    if unit == BASIS_POINT:
        pattern = parse_number_pattern(locale.percent_formats[None].pattern)
        pattern.frac_prec = (2, 2)
        text = pattern.apply(Decimal(value) / 10_000, locale, numbering_system="default")
    else:
        text = format_decimal(value, locale=locale, numbering_system="default")
    return localise_digits(text, locale)


def format_index(index: int, locale: Locale) -> str:
    """The number of an entry: a name, not an amount, so without separators."""
    return localise_digits(str(index), locale)


def format_day(text: str, locale: Locale) -> str:
    """A day of the book (`core/dates.py`): as precise as it is known; raises DateError."""
    day = parse_day(text)
    first, _, last = text.partition("/")
    if first == last or day.precision != "interval":
        return localise_digits(_format_point(parse_day(first), locale), locale)
    return localise_digits(_format_interval(parse_day(first), parse_day(last), locale), locale)


def format_instant(moment: datetime, locale: Locale) -> str:
    """A moment to the minute, in the zone that it carries."""
    return localise_digits(_with_minute(moment, locale), locale)


def _format_point(day: Day, locale: Locale) -> str:
    if day.precision == "minute" and day.minute is not None:
        return _with_minute(datetime.combine(day.first, day.minute), locale)
    if day.precision == "day":
        return format_date(day.first, "long", locale=locale)
    pattern = locale.datetime_skeletons["yMMMM" if day.precision == "month" else "y"]
    return pattern.apply(day.first, locale)


def _with_minute(moment: datetime, locale: Locale) -> str:
    """Hours from 0 to 23, as every language here understands them."""
    return locale.datetime_formats["medium"].format(
        moment.strftime("%H:%M"), format_date(moment, "long", locale=locale)
    )


def _format_interval(first: Day, last: Day, locale: Locale) -> str:
    """`16–17 January 2016`: what both ends share is said once. Ends of other precisions are said in full."""
    patterns = locale.interval_formats.get("yMMMd", {}).get(_largest_difference(first.first, last.first))
    if not patterns or {first.precision, last.precision} != {"day"}:
        both = _format_point(first, locale), _format_point(last, locale)
        return locale.interval_formats[None].format(*both)
    ends = zip(patterns, (first.first, last.first), strict=True)
    return "".join(parse_pattern(pattern.replace("MMM", "MMMM")).apply(day, locale) for pattern, day in ends)


def _largest_difference(first: date, last: date) -> str:
    if first.year != last.year:
        return "y"
    return "M" if first.month != last.month else "d"
