"""What no single value shows: references that lead nowhere, an id used twice, an end before its beginning.

Each function may be given values of a wrong form and looks only at those that fit. What concerns ballots and claims
alone is in `consistency_of_figures.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from zoneinfo import available_timezones

from sawtna.campaigns.core.consistency_of_figures import CHECKS
from sawtna.campaigns.core.entries import OWN_ISSUER, REFERENCES, RESERVED, SECTIONS
from sawtna.campaigns.core.flaws import flaw
from sawtna.campaigns.core.things import Ids, Thing, actions_of, ids_of, is_slug, listed, things_of
from sawtna.ledger.core.dates import parse_day
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.schema import ZONE, Path, Problem, show

# `claims/count` is the key of a number, `stages/new/` an address of the desk.
RESERVED_IDS = frozenset({"count", "new"})
ALIKE_AMONG = 300  # names that are compared with a misspelt one


def inconsistencies(document: Mapping[str, object]) -> Iterator[Problem]:
    """Everything in which the parts of a document do not agree with each other."""
    campaign = document.get("campaign")
    if isinstance(campaign, dict):
        if isinstance(campaign.get("id"), str) and campaign["id"] in RESERVED:
            yield flaw(("campaign", "id"), "reserved", id=campaign["id"])
        zone = campaign.get("zone")
        if isinstance(zone, str) and ZONE.fullmatch(zone) and zone not in available_timezones():
            yield flaw(("campaign", "zone"), "zone", zone=zone)
        yield from _closes_first(("campaign",), campaign)
    ids = ids_of(document)
    for section in SECTIONS:
        for position, thing in things_of(document, section):
            yield from _about_one(section, position, thing, ids)


def _about_one(section: str, position: int, thing: Thing, ids: Ids) -> Iterator[Problem]:
    path: Path = (section, position)
    yield from _identity(section, position, thing, ids)
    yield from _closes_first(path, thing)
    yield from _references(path, thing, ids)
    yield from _repeats(path, thing)
    for name, action in actions_of(thing):
        yield from _closes_first((*path, "actions", name), action)
        yield from _references((*path, "actions", name), action, ids)
    if section in CHECKS:
        yield from CHECKS[section](path, thing, ids)


def _identity(section: str, position: int, thing: Thing, ids: Ids) -> Iterator[Problem]:
    name = thing.get("id")
    if not is_slug(name):
        return
    path = (section, position, "id")
    if name in RESERVED_IDS or (section == "issuers" and name == OWN_ISSUER):
        yield flaw(path, "reserved", id=name)
    first = ids[section][name][0]
    if first != position:
        yield flaw(path, "duplicate", id=name, place=f"{section}[{first}]")


def _closes_first(path: Path, thing: Thing) -> Iterator[Problem]:
    opens, closes = thing.get("opens"), thing.get("closes")
    if _ends_before(opens, closes):
        yield flaw((*path, "closes"), "closes-first", opens=opens, closes=closes)


def _ends_before(opens: object, closes: object) -> bool:
    if isinstance(opens, int) and isinstance(closes, int):
        return closes < opens
    if not isinstance(opens, str) or not isinstance(closes, str):
        return False
    try:
        begin, end = parse_day(opens), parse_day(closes)
    except BookError:
        return False
    if begin.minute and end.minute and begin.first == end.first:
        return end.minute < begin.minute
    return end.last < begin.first


def _references(path: Path, thing: Thing, ids: Ids) -> Iterator[Problem]:
    for name, section in REFERENCES.items():
        value = thing.get(name)
        steps = enumerate(value) if isinstance(value, list) else [(None, value)]
        for step, got in steps:
            is_site = name == "issuers" and got == OWN_ISSUER
            if is_slug(got) and got not in ids[section] and not is_site:
                place = (*path, name) if step is None else (*path, name, step)
                yield _unknown(place, got, section, ids)


def _unknown(path: Path, got: str, section: str, ids: Ids) -> Problem:
    if not ids[section]:
        return flaw(path, "reference-none", got=got, section=section)
    names = list(ids[section])
    close = get_close_matches(got, names[:ALIKE_AMONG], n=3)
    return flaw(path, "reference", got=got, section=section, known=listed(dict.fromkeys(close + names)))


def _repeats(path: Path, thing: Thing) -> Iterator[Problem]:
    for name in ("targets", "sponsors", "options", "kinds", "issuers", "asn", "pages"):
        value = thing.get(name)
        seen: set[object] = set()
        for step, item in enumerate(value if isinstance(value, list) else []):
            if isinstance(item, (str, int)) and item in seen:
                yield flaw((*path, name, step), "repeated", value=show(item))
            elif isinstance(item, (str, int)):
                seen.add(item)
