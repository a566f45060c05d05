"""What must agree between a roll and what people take part in under it: kinds, issuers, hours."""

from __future__ import annotations

from collections.abc import Iterator

from sawtna.campaigns.core.casting.hours import hours_of, midnight_after
from sawtna.campaigns.core.entries import OWN_ISSUER
from sawtna.campaigns.core.flaws import flaw
from sawtna.campaigns.core.things import Ids, Thing, listed, slugs_in
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.schema import Path, Problem

PEER = "peer"


def check_roll(path: Path, roll: Thing, ids: Ids) -> Iterator[Problem]:
    """A roll in which people vouch for newcomers needs a vouching, which says how many of them it takes."""
    kinds = roll.get("kinds")
    has_vouching = any(thing.get("roll") == roll.get("id") for _, thing in ids["vouchings"].values())
    if isinstance(kinds, list) and PEER in kinds and not has_vouching:
        yield flaw((*path, "kinds", kinds.index(PEER)), "peer-alone", roll=roll.get("id", ""))


def of_taking_part(path: Path, thing: Thing, ids: Ids) -> Iterator[Problem]:
    """A ballot or a vouching beside its roll."""
    need, issuers = thing.get("need"), thing.get("issuers")
    if isinstance(need, int) and isinstance(issuers, list) and need > len(issuers):
        yield flaw((*path, "need"), "need", need=need, count=len(issuers))
    yield from _kinds_of_issuers(path, thing)
    yield from _kinds_of_roll(path, thing, ids)
    if thing.get("taken") == "here":
        yield from _hours_of_roll(path, thing, ids)
    if thing.get("sort") == "poll" and "checkin" in thing:
        yield flaw((*path, "checkin"), "pledge-alone")
    yield from _tells_after_end(path, thing)


def _kinds_of_issuers(path: Path, thing: Thing) -> Iterator[Problem]:
    """Another issuer than the site verifies each person by its own mail, and in no other way (decision 78)."""
    if set(slugs_in(thing.get("issuers"))) <= {OWN_ISSUER}:
        return
    for step, kind in enumerate(slugs_in(thing.get("kinds"))):
        if kind != "email":
            yield flaw((*path, "kinds", step), "issuer-kinds", kind=kind)


def _roll_of(thing: Thing, ids: Ids) -> Thing | None:
    name = thing.get("roll")
    found = ids["rolls"].get(name) if isinstance(name, str) else None
    return found[1] if found else None


def _kinds_of_roll(path: Path, thing: Thing, ids: Ids) -> Iterator[Problem]:
    roll = _roll_of(thing, ids)
    known = slugs_in(roll.get("kinds")) if roll else []
    for step, kind in enumerate(slugs_in(thing.get("kinds"))):
        if known and kind not in known:
            yield flaw(
                (*path, "kinds", step), "roll-kinds", kind=kind, roll=thing.get("roll"), known=listed(known)
            )


def _hours_of_roll(path: Path, ballot: Thing, ids: Ids) -> Iterator[Problem]:
    """Both must be open at the same time at least once; days are days of UTC (decision 50)."""
    roll = _roll_of(ballot, ids)
    if roll is None:
        return
    try:
        hours = hours_of(dict(ballot), dict(roll))
    except (BookError, OverflowError):
        return
    if hours.opens >= hours.lets_in_until:
        yield flaw((*path, "opens"), "roll-hours", opens=ballot.get("opens", ""), roll=ballot.get("roll"))


def _tells_after_end(path: Path, ballot: Thing) -> Iterator[Problem]:
    closes, checkin = ballot.get("closes"), ballot.get("checkin")
    if not isinstance(closes, str) or not isinstance(checkin, str):
        return
    try:
        is_early = midnight_after(checkin) < midnight_after(closes)
    except (BookError, OverflowError):
        return
    if is_early:
        yield flaw((*path, "checkin"), "checkin-first", checkin=checkin, closes=closes)
