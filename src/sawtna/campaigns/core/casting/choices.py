"""What a cast may choose and tell: different options within the ballot's bounds; of a pledge, what was done and what was not.

A check-in is a second cast of the same person, with a higher `q` (decision 50): `c` stays what was pledged, `d` lists what was
done of it, `n` what was not. What nobody tells of stays open.
"""

from __future__ import annotations

from datetime import date

from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.ledger.core.dates import parse_day
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.errors import BookError

Options = tuple[int, ...]


class CastError(BookError):
    """A cast that does not count; the sentence says why."""

    code = "cast"


def choice_of(body: Body, ballot: BallotFacts) -> Options:
    """The options that a cast chooses; none when it withdraws. Raises CastError."""
    choice = options_in(body["c"])
    if len(set(choice)) != len(choice) or any(option >= ballot.options for option in choice):
        raise CastError(
            f"got the choice {list(choice)[:10]}, expected different options below {ballot.options}"
        )
    if choice and not ballot.least <= len(choice) <= ballot.most:
        raise CastError(f"got {len(choice)} options, expected {ballot.least} to {ballot.most}")
    if ballot.counting != "ranked" and list(choice) != sorted(choice):
        raise CastError(
            "got options out of order, expected them in order (only a ranking has an order of its own)"
        )
    if ("h" in body) is not (ballot.sort == "vouch"):
        raise CastError(
            "got a newcomer where none belongs or none where one does, expected h in a vouching alone"
        )
    if ballot.sort == "vouch" and (body["q"] != 0 or not choice):
        raise CastError("got a changed vouch, expected q 0 and a choice, as a vouch cannot be taken back")
    return choice


def told_of(body: Body, ballot: BallotFacts) -> tuple[Options, Options]:
    """What a check-in tells: (did, did not), both part of the pledge and without a common option. Raises CastError."""
    did, did_not = options_in(body.get("d")), options_in(body.get("n"))
    if "d" not in body and "n" not in body:
        return did, did_not
    if ballot.sort != "pledge":
        raise CastError(f"got a check-in for a {ballot.sort}, expected one for a pledge")
    pledged = set(options_in(body["c"]))
    for told in (did, did_not):
        if list(told) != sorted(set(told)) or not pledged.issuperset(told):
            raise CastError(
                f"got a check-in for {list(told)[:10]}, expected options of the pledge in order, each once"
            )
    if set(did) & set(did_not):
        raise CastError("got an option as done and as not done, expected one of them")
    return did, did_not


def options_in(value: object) -> Options:
    """A list of option numbers as a tuple; empty for anything else."""
    return tuple(value) if isinstance(value, list) else ()


def open_for_checkin(ballot: Body, today: date) -> Options:
    """The options of a pledge of which people may tell on that day: an action that has begun, until the ballot's `checkin`.

    An option without dates of its own begins with the ballot. None when the ballot asks for no check-in.
    """
    until, actions, options = ballot.get("checkin"), ballot.get("actions"), ballot.get("options")
    if not isinstance(until, str) or today > parse_day(until).last or not isinstance(options, list):
        return ()
    dated = actions if isinstance(actions, dict) else {}
    begins = [dated.get(option, ballot)["opens"] for option in options]
    return tuple(number for number, day in enumerate(begins) if parse_day(str(day)).first <= today)
