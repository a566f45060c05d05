"""Countries and time zones by their names (Unicode CLDR, through Babel)."""

from __future__ import annotations

from functools import cache

from babel import Locale
from babel.core import get_global


@cache
def country_names(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every country, in the order of the names."""
    names = Locale.parse(language).territories
    countries = [
        (code, name)
        for code, name in names.items()
        if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES
    ]
    return tuple(sorted(countries, key=lambda pair: pair[1]))


# CLDR's territories that are no country: unions, the unknown, pseudo-locales.
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO"})


@cache
def zone_names(country: str) -> tuple[str, ...]:
    """Names of time zones, those of the country first."""
    owners = get_global("zone_territories")
    return tuple(
        sorted((zone for zone in owners if "/" in zone), key=lambda zone: (owners[zone] != country, zone))
    )
