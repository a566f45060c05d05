"""What a cast may choose and tell: different options within the ballot's bounds; of a pledge, what was done and what was not.

A check-in is a second cast of the same person, with a higher `q` (decision 50): `c` stays what was pledged, `d` lists what was
done of it, `n` what was not. What nobody tells of stays open.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.ledger.core.dates import parse_day
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.errors import BookError

Options = tuple[int, ...]


class CastError(BookError):
    """A cast that does not count; the sentence says why."""

    code = "cast"


class Paper(NamedTuple):
    """What a cast says, without its stamps and its signature. None where a field is left out; empty `choice` withdraws.

    `newcomer` is the SHA-256 of the code for whom a vouching cast vouches.
    """

    ballot: int
    q: int
    choice: Options
    did: Options | None = None
    did_not: Options | None = None
    newcomer: bytes | None = None


def paper_of(body: Body) -> Paper:
    """What a cast of valid form says."""
    ballot, q = body["b"], body["q"]
    return Paper(
        ballot if isinstance(ballot, int) else -1,
        q if isinstance(q, int) else -1,
        options_in(body["c"]),
        options_in(body["d"]) if "d" in body else None,
        options_in(body["n"]) if "n" in body else None,
        decode_base64url(str(body["h"])) if "h" in body else None,
    )


def check_paper(paper: Paper, ballot: BallotFacts) -> None:
    """Whether the ballot allows what the cast says; raises CastError."""
    choice = paper.choice
    if choice:
        _check_choice(choice, ballot)
    if (paper.newcomer is not None) is not (ballot.sort == "vouch"):
        raise CastError(
            "got a newcomer where none belongs or none where one does, expected h in a vouching alone"
        )
    if ballot.sort == "vouch" and (paper.q != 0 or not choice):
        raise CastError("got a changed vouch, expected q 0 and a choice, as a vouch cannot be taken back")
    if paper.did is not None or paper.did_not is not None:
        _check_told(paper.did or (), paper.did_not or (), choice, ballot)


def _check_choice(choice: Options, ballot: BallotFacts) -> None:
    if len(set(choice)) != len(choice) or max(choice) >= ballot.options:
        raise CastError(
            f"got the choice {list(choice)[:10]}, expected different options below {ballot.options}"
        )
    if not ballot.least <= len(choice) <= ballot.most:
        raise CastError(f"got {len(choice)} options, expected {ballot.least} to {ballot.most}")
    if ballot.counting != "ranked" and len(choice) > 1 and list(choice) != sorted(choice):
        raise CastError(
            "got options out of order, expected them in order (only a ranking has an order of its own)"
        )


def _check_told(did: Options, did_not: Options, pledged: Options, ballot: BallotFacts) -> None:
    if ballot.sort != "pledge":
        raise CastError(f"got a check-in for a {ballot.sort}, expected one for a pledge")
    for told in (did, did_not):
        if list(told) != sorted(set(told)) or not set(pledged).issuperset(told):
            raise CastError(
                f"got a check-in for {list(told)[:10]}, expected options of the pledge in order, each once"
            )
    if set(did) & set(did_not):
        raise CastError("got an option as done and as not done, expected one of them")


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
