"""The form in which people take part: the open ballots of a roll, their options, and the keys under which tokens are taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sawtna.campaigns.ballots_of_book import CountersBook
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.frame import Frame
from sawtna.ledger.core.dates import parse_day

OFFERED = ("email",)  # the ways to show to be one person that the page offers, in this order


@dataclass(frozen=True, slots=True)
class Choice:
    """One option: its number in casts, its words, and the key of its count."""

    number: int
    words: object
    count: str


@dataclass(frozen=True, slots=True)
class BallotForm:
    """One ballot as a form."""

    item: Item
    index: int
    sort: str
    counting: str
    most: int
    options: tuple[Choice, ...]
    counted: str
    issued: str

    @property
    def places(self) -> range:
        """The places of a ranking."""
        return range(1, len(self.options) + 1)


@dataclass(frozen=True, slots=True)
class RollForm:
    """All open ballots of one roll. `told` is what the browser needs, as JSON (docs/formats/cast.md).

    `mode` says when casts appear, `kinds` are the ways to show to be one person.
    """

    index: int
    ballots: tuple[BallotForm, ...]
    kinds: tuple[str, ...]
    told: str
    mode: str


def roll_forms(frame: Frame, book: CountersBook, vkey: str, policy: str) -> tuple[RollForm, ...]:
    """The rolls in which people can take part on the frame's day; the log's key and its policy are pinned in each."""
    pinned = {"origin": book.register.origin, "vkey": vkey, "policy": policy}
    open_ones = [ballot for ballot in book.register.ballots.values() if _is_open(frame, book, ballot)]
    rolls = sorted({ballot.roll for ballot in open_ones if ballot.roll is not None})
    forms = (
        _roll(frame, book, pinned, roll, [one for one in open_ones if one.roll == roll]) for roll in rolls
    )
    return tuple(form for form in forms if form is not None)


def _is_open(frame: Frame, book: CountersBook, ballot: BallotFacts) -> bool:
    item = frame.story.item("ballots", ballot.id)
    if (
        ballot.campaign != frame.story.id
        or item is None
        or item.index != ballot.index
        or ballot.index in book.gone
    ):
        return False
    opens = item.body.get("opens")
    return bool(book.own_keys(ballot)) and isinstance(opens, str) and parse_day(opens).first <= frame.as_of


def _roll(
    frame: Frame, book: CountersBook, pinned: Mapping[str, str], roll: int, ballots: list[BallotFacts]
) -> RollForm | None:
    listed = [{"index": ballot.index, "keys": _keys(book, ballot)} for ballot in ballots]
    taken = [ballot for ballot, one in zip(ballots, listed, strict=True) if one["keys"]]
    kinds = tuple(kind for kind in OFFERED if any(kind in _keys(book, ballot) for ballot in taken))
    if not taken:
        return None
    told = {
        **pinned,
        "roll": roll,
        "kinds": kinds,
        "ballots": [one for one in listed if one["keys"]],
    }
    mode = str((book.roll(roll) or {}).get("mode", "quiet"))
    return RollForm(roll, tuple(_ballot(frame, ballot) for ballot in taken), kinds, json.dumps(told), mode)


def _keys(book: CountersBook, ballot: BallotFacts) -> dict[str, list[int]]:
    """The entries of the keys of a ballot for each way that the page offers."""
    own = book.own_keys(ballot)
    return {kind: [own[kind].index] for kind in OFFERED if kind in own}


def _ballot(frame: Frame, ballot: BallotFacts) -> BallotForm:
    item = frame.story.item("ballots", ballot.id)
    assert item is not None
    path, said = f"ballots/{ballot.id}", item.words.get("options")
    words = said if isinstance(said, dict) else {}
    names = item.body.get("options")
    options = tuple(
        Choice(number, words.get(name, {"en": str(name)}), frame.key(f"{path}/options/{name}"))
        for number, name in enumerate(names if isinstance(names, list) else [])
    )
    keys = (frame.key(f"{path}/counted"), frame.key(f"{path}/issued"))
    return BallotForm(item, ballot.index, ballot.sort, ballot.counting, ballot.most, options, *keys)
