"""Numbers and days look as people of each language and country write them."""

from datetime import datetime

import pytest

from sawtna.ledger.core.errors import DateError
from sawtna.ledger.core.figures import digits_of
from sawtna.ledger.numerals import (
    format_day,
    format_index,
    format_instant,
    format_number,
    locale_of,
    localise_digits,
)

MOROCCO, EGYPT = locale_of("ar", "MA"), locale_of("ar", "EG")
FRENCH, ENGLISH = locale_of("fr"), locale_of("en")


@pytest.mark.parametrize(
    ("language", "country", "found"),
    [
        ("ar", "MA", "ar_MA"),
        ("ar", "EG", "ar_EG"),
        ("fr", "MA", "fr_MA"),
        ("en", "MA", "en_001"),
        ("en", "US", "en_US"),
        ("en", "GB", "en_GB"),
        ("fr", "OM", "fr"),
        ("ar", None, "ar"),
        ("fr", "../etc", "fr"),
        ("xx", "MA", "en_001"),
    ],
)
def test_a_language_in_a_country_is_found_or_the_language_alone(language, country, found):
    """Where CLDR knows no such pair, the language alone says how to write; English then puts the day first."""
    assert str(locale_of(language, country)) == found


@pytest.mark.parametrize(
    ("locale", "shown"),
    [(MOROCCO, "1.204.000"), (EGYPT, "١٬٢٠٤٬٠٠٠"), (FRENCH, "1\u202f204\u202f000"), (ENGLISH, "1,204,000")],
)
def test_thousands_are_parted_as_the_country_does(locale, shown):
    """Moroccans write Arabic with 1234, Egyptians with ١٢٣٤."""
    assert format_number(1_204_000, locale) == shown
    assert digits_of(shown) == "1204000"


@pytest.mark.parametrize(
    ("locale", "shown"),
    [(MOROCCO, "5,62"), (EGYPT, "٥٫٦٢"), (FRENCH, "5,62"), (ENGLISH, "5.62")],
)
def test_basis_points_are_shown_as_per_cent_with_two_decimals(locale, shown):
    """562 basis points are 5.62 per cent; the digits stay those of the value, which the audit compares."""
    text = format_number(562, locale, "basis-point")
    assert shown in text
    assert digits_of(text) == "562"
    assert any(sign in text for sign in "%٪")


@pytest.mark.parametrize(("value", "digits"), [(0, "000"), (5, "005"), (100, "100"), (10_000, "10000")])
def test_small_shares_keep_their_noughts(value, digits):
    """Nothing is rounded away: 5 basis points are 0.05 per cent."""
    assert digits_of(format_number(value, ENGLISH, "basis-point")) == digits


def test_the_number_of_an_entry_has_no_separators():
    """An index is a name: 1204 stays together."""
    assert [format_index(1204, locale) for locale in (MOROCCO, EGYPT, ENGLISH)] == ["1204", "١٢٠٤", "1204"]


def test_moroccan_months_have_moroccan_names():
    """May is ماي and August غشت in Morocco, مايو and أغسطس in Egypt."""
    months = [f"2016-{month:02}" for month in range(1, 13)]
    assert [format_day(month, MOROCCO).split()[0] for month in months] == [
        "يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو", "يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر",
    ]  # fmt: skip
    assert [format_day(month, EGYPT).split()[0] for month in months[4:9]] == [
        "مايو",
        "يونيو",
        "يوليو",
        "أغسطس",
        "سبتمبر",
    ]


@pytest.mark.parametrize(
    ("day", "moroccan", "egyptian", "french", "english"),
    [
        ("2016", "2016", "٢٠١٦", "2016", "2016"),
        ("2016-08", "غشت 2016", "أغسطس ٢٠١٦", "août 2016", "August 2016"),
        ("2016-01-05", "5 يناير 2016", "٥ يناير ٢٠١٦", "5 janvier 2016", "5 January 2016"),
        (
            "2016-02-28T12:00",
            "28 فبراير 2016، 12:00",
            "٢٨ فبراير ٢٠١٦، ١٢:٠٠",
            "28 février 2016, 12:00",
            "28 February 2016, 12:00",
        ),
        (
            "2016-01-16/2016-01-17",
            "16–17 يناير 2016",
            "١٦–١٧ يناير ٢٠١٦",
            "16–17 janvier 2016",
            "16–17 January 2016",
        ),
        ("2016-01-05/2016-01-05", "5 يناير 2016", "٥ يناير ٢٠١٦", "5 janvier 2016", "5 January 2016"),
    ],
)
def test_days_are_as_precise_as_they_are_known(day, moroccan, egyptian, french, english):
    """A year, a month, a day, a minute, an interval: each in four ways of writing."""
    assert format_day(day, MOROCCO) == moroccan
    assert format_day(day, EGYPT) == egyptian
    assert format_day(day, FRENCH) == french
    assert format_day(day, ENGLISH) == english


@pytest.mark.parametrize(
    ("interval", "english"),
    [
        ("2016-01-16/2016-02-17", "16 January\u2009–\u200917 February 2016"),
        ("2016-01-16/2017-01-17", "16 January 2016\u2009–\u200917 January 2017"),
        ("2016-01/2016-03", "January 2016\u2009–\u2009March 2016"),
        ("2016/2017", "2016\u2009–\u20092017"),
        ("2016-01/2016-03-05", "January 2016\u2009–\u20095 March 2016"),
    ],
)
def test_intervals_say_once_what_both_ends_share(interval, english):
    """Ends of different precision are said in full."""
    assert format_day(interval, ENGLISH) == english


@pytest.mark.parametrize("day", ["", "yesterday", "2016-13", "2016-02-30", "2016-01-16/2016-01-15", "٢٠١٦"])
def test_what_is_no_day_is_refused(day):
    """A date of the book is ASCII and exists in the calendar."""
    with pytest.raises(DateError):
        format_day(day, ENGLISH)


def test_moments_are_told_to_the_minute():
    """Hours run from 0 to 23 in every language."""
    assert format_instant(datetime(2016, 2, 28, 23, 5), EGYPT) == "٢٨ فبراير ٢٠١٦، ٢٣:٠٥"  # noqa: DTZ001 (no zone is told)


def test_digits_of_an_unknown_system_stay_ascii():
    """Better plain digits than none."""
    assert localise_digits("2016", FRENCH) == "2016"
