"""What a roll promises to its people, held against what is new in a document: the pace of batches, one code for everything.

What stands in the book is past mending, so only new things are looked at; the audit says of the others what is wrong with them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sawtna.campaigns.core.casting.batches import pace_of, promised_by
from sawtna.campaigns.core.casting.hours import Hours, hours_of
from sawtna.campaigns.core.casting.taking import MOST_BALLOTS
from sawtna.campaigns.core.flaws import flaw
from sawtna.campaigns.core.story import Story
from sawtna.campaigns.core.things import Thing, ids_of, things_of
from sawtna.ledger.core.schema import Path, Problem

SIMULATION = "simulation"


@dataclass(frozen=True, slots=True)
class Taken:
    """One pledge, poll or vouching that is taken here, and its roll."""

    path: Path
    thing: Thing
    roll: Thing
    is_new: bool

    @property
    def hours(self) -> Hours:
        """When people are let in."""
        return hours_of(dict(self.thing), dict(self.roll))


def broken_promises(document: Mapping[str, object], story: Story | None) -> Iterator[Problem]:
    """Every new thing of a sound document that breaks what its roll promises."""
    campaign = document["campaign"]
    taken = list(_taken(document, story))
    if isinstance(campaign, dict) and campaign.get("mark") != SIMULATION:
        for one in taken:
            yield from _pace(one) if one.is_new else ()
    yield from _crowds(taken)


def _taken(document: Mapping[str, object], story: Story | None) -> Iterator[Taken]:
    rolls = {name: roll for name, (_, roll) in ids_of(document)["rolls"].items()}
    for section in ("vouchings", "ballots"):
        for position, thing in things_of(document, section):
            is_here = section == "vouchings" or thing.get("taken") == "here"
            roll = rolls.get(str(thing.get("roll"))) if is_here and "erased" not in thing else None
            if roll is not None:
                is_new = story is None or story.item(section, thing.get("id")) is None
                yield Taken((section, position), thing, roll, is_new)


def _pace(one: Taken) -> Iterator[Problem]:
    mode = one.roll.get("mode", "quiet")
    pace = pace_of(one.thing, one.roll)
    promised = promised_by(mode, pace)
    if promised is not None:
        field = "kmin" if (pace.kmin or 0) < (promised.kmin or 0) else "every"
        wanted = {"least": promised.kmin, "seconds": promised.every}
        got = {"kmin": pace.kmin, "every": pace.every}
        yield flaw((*one.path, field), "pace", **got, **wanted, mode=mode, roll=one.roll.get("id"))


def _crowds(taken: list[Taken]) -> Iterator[Problem]:
    """A person takes tokens for all that is open in a roll at once, and the counter gives no more than `MOST_BALLOTS`."""
    crowded: set[str] = set()
    for moment in sorted({one.hours.opens for one in taken}):
        for roll in {str(one.roll.get("id")) for one in taken} - crowded:
            open_then = [one for one in taken if one.roll.get("id") == roll and _is_open(one.hours, moment)]
            newest = next((one for one in reversed(open_then) if one.is_new), None)
            if len(open_then) > MOST_BALLOTS and newest is not None:
                crowded.add(roll)
                place = (*newest.path, "roll")
                yield flaw(place, "crowded", count=len(open_then), most=MOST_BALLOTS, roll=roll)


def _is_open(hours: Hours, moment: int) -> bool:
    return hours.opens <= moment < hours.lets_in_until
