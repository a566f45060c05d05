"""What a ballot or a vouching takes over from its roll, so that nobody is asked twice: kinds, issuers, the interval of batches.

Only what was never chosen otherwise is filled in; what is in the book stays as it is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from typing import Any

from sawtna.campaigns.core.casting.batches import PACES, QUIET
from sawtna.campaigns.core.casting.register import OWN_ISSUER
from sawtna.campaigns.core.casting.vouchers import PEOPLE
from sawtna.campaigns.forms.things import Document, Thing, things_in

ISSUERS = re.compile(r"([a-z0-9-]{1,60}(?:\+[a-z0-9-]{1,60}){0,4})/([1-5])")
ISSUERS_ALONE = f"{OWN_ISSUER}/1"
FOLLOWERS = ("vouchings", "ballots")
TAKING_PART = ("rolls", *FOLLOWERS)
PEER, MAILED = "peer", "email"


def spell_issuers(issuers: object, need: object) -> str:
    """`site/1` or `site+ngo/2`: both fields as one answer; nothing where neither was given."""
    if not isinstance(issuers, list):
        return ""
    return f"{'+'.join(map(str, issuers))}/{need if isinstance(need, int) else 1}"


def read_issuers(text: str) -> tuple[list[str] | None, int | None]:
    """The two fields behind such an answer."""
    found = ISSUERS.fullmatch(text)
    return (found[1].split("+"), int(found[2])) if found else (None, None)


def issuers_known(document: Document) -> list[str]:
    """The issuers beside the site itself that this campaign lists, or that anything in it names."""
    named = (
        one for section in FOLLOWERS for thing in things_in(document, section) for one in _issuers(thing)
    )
    listed = (str(issuer["id"]) for issuer in things_in(document, "issuers") if issuer.get("id"))
    return sorted({name for name in (*listed, *named) if name != OWN_ISSUER})


def _issuers(thing: Thing) -> Iterator[str]:
    issuers = thing.get("issuers")
    yield from (str(one) for one in issuers) if isinstance(issuers, list) else ()


def follow_rolls(document: Document, bound: AbstractSet[tuple[str, str]] = frozenset()) -> dict[str, Any]:
    """The document in which everything that is taken here has what its roll says; `bound` names (section, id) that stay."""
    changed = dict(deepcopy(document))
    rolls = {str(roll["id"]): roll for roll in things_in(document, "rolls") if roll.get("id")}
    for section in FOLLOWERS:
        for thing in things_in(changed, section):
            if "erased" not in thing and (section, str(thing.get("id"))) not in bound:
                _follow(section, thing, rolls)
    return changed


def _follow(section: str, thing: Thing, rolls: Mapping[str, Thing]) -> None:
    if section == "ballots" and thing.get("taken") != "here":
        return
    if len(rolls) == 1:
        thing.setdefault("roll", next(iter(rolls)))
    thing.setdefault("issuers", [OWN_ISSUER])
    thing.setdefault("need", 1)
    roll = rolls.get(str(thing.get("roll")))
    if roll is None:
        return
    kinds = roll.get("kinds")
    if isinstance(kinds, list) and (fit := _kinds_for(section, kinds, thing["issuers"])):
        thing.setdefault("kinds", fit)
    if _is_usual(thing):
        thing["every"], thing["kmin"] = pace_for(roll.get("mode"))


def _kinds_for(section: str, kinds: list[str], issuers: object) -> list[str]:
    if isinstance(issuers, list) and set(issuers) - {OWN_ISSUER}:
        return [kind for kind in kinds if kind == MAILED]
    return [kind for kind in kinds if section == "ballots" or (kind in PEOPLE and kind != PEER)]


def pace_for(mode: object) -> tuple[int, int]:
    """(every, kmin) of a mode; where all waits for the close, kmin says nothing and is that of the quiet mode."""
    pace = PACES.get(str(mode), PACES[QUIET])
    return pace.every, pace.kmin or PACES[QUIET].kmin or 1


def _is_usual(thing: Thing) -> bool:
    """Whether nobody chose an interval of its own, which only a file can do."""
    if "every" not in thing or "kmin" not in thing:
        return True
    return (thing["every"], thing["kmin"]) in {pace_for(mode) for mode in PACES}


def without_roll(ballot: Thing) -> None:
    """Take from a ballot that is taken elsewhere what it had from a roll, but not what was typed."""
    if spell_issuers(ballot.get("issuers"), ballot.get("need")) == ISSUERS_ALONE:
        del ballot["issuers"]
        ballot.pop("need", None)
    if "every" in ballot and "kmin" in ballot and _is_usual(ballot):
        del ballot["every"], ballot["kmin"]
