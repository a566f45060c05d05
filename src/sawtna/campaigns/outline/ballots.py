"""Pledges and polls with what is known of their outcome, and letters with what they ask for."""

from __future__ import annotations

from dataclasses import dataclass

from sawtna.campaigns.charts.lanes import Lane, lanes_of_shares
from sawtna.campaigns.core.casting.choices import open_for_checkin
from sawtna.campaigns.core.entries import VOUCHERS
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.claims import ClaimRow, claim_rows, claims_about
from sawtna.campaigns.outline.frame import Frame
from sawtna.ledger.core.dates import parse_day


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One answer of a poll: its words, and what sources state of it."""

    id: str
    words: object
    claims: tuple[ClaimRow, ...]
    lane: Lane | None


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One option of a ballot that is taken here: its words, and the keys of its count and of how many say that they did it."""

    words: object
    count: str
    did: str = ""


@dataclass(frozen=True, slots=True)
class KindRow:
    """A way to show to be one person, and the key of how many of those who are counted came by it."""

    kind: str
    count: str


@dataclass(frozen=True, slots=True)
class BallotRow:
    """A pledge or a poll: `options` for a poll, `claims` for what is stated of the whole."""

    item: Item
    stage: Item | None
    options: tuple[OptionRow, ...]
    claims: tuple[ClaimRow, ...]
    counted: str = ""
    issued: str = ""
    choices: tuple[CountedRow, ...] = ()
    is_open: bool = False
    is_closed: bool = False
    is_told: bool = False
    kinds: tuple[KindRow, ...] = ()
    unopened: str = ""


@dataclass(frozen=True, slots=True)
class LetterRow:
    """A letter: keys of its signatures and of what it asks for, with the line between nothing and the greater of both."""

    item: Item
    target: Item | None
    signatures: str
    asks: str
    lane: Lane | None
    goal: Lane | None
    claims: tuple[ClaimRow, ...]


def ballot_rows(frame: Frame) -> tuple[BallotRow, ...]:
    """All pledges and polls by date."""
    return tuple(_ballot(frame, ballot) for ballot in frame.story.items("ballots"))


def letter_rows(frame: Frame) -> tuple[LetterRow, ...]:
    """All letters by date."""
    return tuple(_letter(frame, letter) for letter in frame.story.items("letters"))


def _ballot(frame: Frame, ballot: Item) -> BallotRow:
    claims = claims_about(frame, ballot=ballot.id)
    whole = [claim for claim in claims if "option" not in claim.body]
    return BallotRow(
        ballot,
        frame.story.item("stages", ballot.body.get("stage")),
        () if ballot.body.get("taken") == "here" else _options(frame, ballot, claims),
        claim_rows(frame, whole),
        frame.key(f"ballots/{ballot.id}/counted"),
        frame.key(f"ballots/{ballot.id}/issued"),
        _choices(frame, ballot),
        _is_open(frame, ballot),
        ballot.index in frame.closed,
        bool(frame.key(f"ballots/{ballot.id}/checked-in"))
        and bool(open_for_checkin(ballot.body, frame.as_of)),
        _kinds(frame, ballot),
        frame.key(f"ballots/{ballot.id}/unopened"),
    )


def _kinds(frame: Frame, ballot: Item) -> tuple[KindRow, ...]:
    """By which ways people came, where there is more than one."""
    keys = ((kind, frame.key(f"ballots/{ballot.id}/counted/{kind}")) for kind in VOUCHERS)
    rows = tuple(KindRow(kind, key) for kind, key in keys if key)
    return rows if len(rows) > 1 else ()


def _choices(frame: Frame, ballot: Item) -> tuple[CountedRow, ...]:
    names, said = ballot.body.get("options"), ballot.words.get("options")
    words = said if isinstance(said, dict) else {}
    path = f"ballots/{ballot.id}"
    return tuple(
        CountedRow(
            words.get(name, {"en": str(name)}),
            frame.key(f"{path}/options/{name}"),
            frame.key(f"{path}/did/{name}"),
        )
        for name in (names if isinstance(names, list) else [])
    )


def _is_open(frame: Frame, ballot: Item) -> bool:
    opens, closes = ballot.body.get("opens"), ballot.body.get("closes")
    has_begun = isinstance(opens, str) and parse_day(opens).first <= frame.as_of
    is_over = isinstance(closes, str) and parse_day(closes).last < frame.as_of
    return has_begun and not is_over and ballot.index not in frame.closed


def _options(frame: Frame, ballot: Item, claims: list[Item]) -> tuple[OptionRow, ...]:
    names, said = ballot.body.get("options"), ballot.words.get("options")
    if ballot.body.get("sort") != "poll" or not isinstance(names, list):
        return ()
    chosen = [claim_rows(frame, (one for one in claims if one.body.get("option") == name)) for name in names]
    values = [
        max((frame.value(row.value) or 0 for row in rows if row.value), default=None) for rows in chosen
    ]
    lanes = lanes_of_shares(values, rtl=frame.rtl).lanes
    words = said if isinstance(said, dict) else {}
    rows = zip(names, chosen, lanes, strict=True)
    return tuple(
        OptionRow(str(name), words.get(name, {"en": str(name)}), several, lane)
        for name, several, lane in rows
    )


def _letter(frame: Frame, letter: Item) -> LetterRow:
    path = f"letters/{letter.id}"
    signatures, asks = frame.key(f"{path}/signatures"), frame.key(f"{path}/asks")
    lane, goal = lanes_of_shares([frame.value(signatures), frame.value(asks)], rtl=frame.rtl).lanes
    target = frame.story.item("targets", letter.body.get("target"))
    return LetterRow(
        letter, target, signatures, asks, lane, goal, claim_rows(frame, claims_about(frame, letter=letter.id))
    )
