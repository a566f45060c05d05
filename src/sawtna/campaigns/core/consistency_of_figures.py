"""What must agree inside of ballots, claims and readings, whose figures people rely on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeGuard

from sawtna.campaigns.core.casting.sealing import unpack_public
from sawtna.campaigns.core.consistency_of_rolls import check_roll, of_taking_part
from sawtna.campaigns.core.entries import RELAY
from sawtna.campaigns.core.flaws import flaw
from sawtna.campaigns.core.numbers import UNITS
from sawtna.campaigns.core.things import Ids, Thing, actions_of, is_slug, listed, slugs_in
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.schema import PAGE, Path, Problem

HERE_NEEDS = ("roll", "kinds", "issuers", "need", "every", "kmin")


def _ballot(path: Path, ballot: Thing, ids: Ids) -> Iterator[Problem]:
    options = slugs_in(ballot.get("options"))
    yield from _said_options(path, ballot, options)
    for option, _action in actions_of(ballot):
        if is_slug(option) and option not in options:
            place = (*path, "actions", option)
            yield flaw(place, "action-unknown", option=option, known=listed(options))
    least, most, count = ballot.get("min"), ballot.get("max"), len(options)
    if isinstance(least, int) and isinstance(most, int) and options and not least <= most <= count:
        yield flaw((*path, "max"), "min-max", min=least, max=most, count=count)
    elif ballot.get("counting") == "single" and isinstance(most, int) and most > 1:
        yield flaw((*path, "max"), "single", max=most)
    if ballot.get("taken") == "here":
        yield from (flaw((*path, name), "here", field=name) for name in HERE_NEEDS if name not in ballot)
    yield from of_taking_part(path, ballot, ids)


def _said_options(path: Path, ballot: Thing, options: list[str]) -> Iterator[Problem]:
    words = ballot.get("words")
    said = words.get("options") if isinstance(words, dict) else None
    if not isinstance(said, dict):
        return
    place = (*path, "words", "options")
    for option in options:
        if option not in said:
            yield flaw((*place, option), "option-unsaid", option=option)
    for option in said:
        if is_slug(option) and option not in options:
            yield flaw((*place, option), "option-unknown", option=option, known=listed(options))


def _relay(path: Path, relay: Thing, _ids: Ids) -> Iterator[Problem]:
    point = relay.get("pk")
    if not isinstance(point, str) or not re.fullmatch(RELAY.fields["pk"].form.pattern, point):
        return  # said of its form
    try:
        unpack_public(decode_base64url(point))
    except BookError:
        yield flaw((*path, "pk"), "relay-key")


def _claim(path: Path, claim: Thing, ids: Ids) -> Iterator[Problem]:
    value, high = claim.get("value"), claim.get("high")
    if "value" not in claim:
        yield from (flaw((*path, name), "alone", field=name) for name in ("high", "per") if name in claim)
    elif isinstance(value, int) and isinstance(high, int) and high < value:
        yield flaw((*path, "high"), "high", high=high, value=value)
    yield from _option_of_claim(path, claim, ids)
    yield from _unit_of_claim(path, claim, ids)


def _option_of_claim(path: Path, claim: Thing, ids: Ids) -> Iterator[Problem]:
    option, name = claim.get("option"), claim.get("ballot")
    if "option" in claim and "ballot" not in claim:
        yield flaw((*path, "option"), "option-alone")
    ballot = ids["ballots"].get(name) if isinstance(name, str) else None
    if ballot and is_slug(option) and option not in (known := slugs_in(ballot[1].get("options"))):
        yield flaw((*path, "option"), "option", got=option, ballot=name, known=listed(known))


def _unit_of_claim(path: Path, claim: Thing, ids: Ids) -> Iterator[Problem]:
    """Claims are compared under their topic, so they must be in its unit; a figure by the hour is one by the minute too."""
    name, metric = claim.get("topic"), claim.get("metric")
    topic = ids["topics"].get(name) if isinstance(name, str) else None
    if topic is None or "value" not in claim or not isinstance(metric, str) or metric not in UNITS:
        return
    unit = f"{UNITS[metric]}-a-minute" if "per" in claim else UNITS[metric]
    expected = topic[1].get("unit")
    if metric != "other" and is_slug(expected) and unit != expected:
        yield flaw((*path, "topic"), "unit", got=unit, unit=expected, topic=name)


def _reading(path: Path, reading: Thing, ids: Ids) -> Iterator[Problem]:
    page, name = reading.get("page"), reading.get("target")
    target = ids["targets"].get(name) if isinstance(name, str) else None
    pages = _pages_of(target[1]) if target else []
    if pages and _is_page(page) and page not in pages:
        yield flaw((*path, "page"), "page", got=page, target=name, known=listed(pages))


def _pages_of(target: Thing) -> list[str]:
    pages = target.get("pages")
    return [page for page in pages if _is_page(page)] if isinstance(pages, list) else []


def _is_page(value: object) -> TypeGuard[str]:
    return isinstance(value, str) and PAGE.fullmatch(value) is not None


CHECKS: Mapping[str, Callable[[Path, Thing, Ids], Iterator[Problem]]] = {
    "ballots": _ballot,
    "claims": _claim,
    "relays": _relay,
    "readings": _reading,
    "rolls": check_roll,
    "vouchings": of_taking_part,
}
