"""The form in which people take part: the open ballots of a roll, their options, and the keys under which tokens are taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sawtna.campaigns.ballots_of_book import CountersBook
from sawtna.campaigns.core.casting.choices import open_for_checkin
from sawtna.campaigns.core.casting.hours import midnight_before
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.sealed_casts import relay_of
from sawtna.ledger.core.dates import parse_day

PEER = "peer"
OFFERED = ("email", "invite", PEER)  # the ways to show to be one person that the page offers, in this order


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
class CheckinForm:
    """A pledge of which people may tell whether they did it; `actions` are the options that may be told of on this day."""

    item: Item
    index: int
    actions: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class RollForm:
    """What can be done in one roll. `told` is what the browser needs, as JSON (docs/formats/cast.md).

    `others` are the other issuers that must let people in, `awaited` those whose keys are still lacking.
    `mode` says when casts appear, `kinds` are the ways to show to be one person, `vouches` says how many people admit a newcomer.
    `relay` is who opens and mixes the casts, which are sealed then. `by_mail_alone` says that the roll knows other ways,
    which another issuer does not take.
    """

    index: int
    ballots: tuple[BallotForm, ...]
    checkins: tuple[CheckinForm, ...]
    kinds: tuple[str, ...]
    vouches: int
    told: str
    mode: str
    relay: Item | None = None
    others: tuple[Item, ...] = ()
    awaited: tuple[Item, ...] = ()
    by_mail_alone: bool = False


def roll_forms(frame: Frame, book: CountersBook, vkey: str, policy: str) -> tuple[RollForm, ...]:
    """The rolls in which people can take part, or tell what they did, on the frame's day.

    The log's key and its policy are pinned in each.
    """
    pinned = {"origin": book.register.origin, "vkey": vkey, "policy": policy}
    mine = [ballot for ballot in book.register.ballots.values() if ballot.campaign == frame.story.id]
    rolls = sorted({ballot.roll for ballot in mine if ballot.roll is not None})
    forms = (_roll(frame, book, pinned, roll, [one for one in mine if one.roll == roll]) for roll in rolls)
    return tuple(form for form in forms if form.ballots or form.checkins or form.awaited)


def _roll(
    frame: Frame, book: CountersBook, pinned: Mapping[str, str], roll: int, ballots: list[BallotFacts]
) -> RollForm:
    taken = [ballot for ballot in ballots if _is_open(frame, book, ballot) and _keys(book, ballot)]
    vouching = _vouching(book, ballots) if taken else None
    offered = {kind for ballot in taken for kind in _keys(book, ballot)}
    kinds = [kind for kind in OFFERED if kind in offered and (kind != PEER or vouching)]
    listed: list[dict[str, object]] = [
        {"index": ballot.index, "keys": _keys(book, ballot)} for ballot in taken
    ]
    if vouching:
        listed.append({"index": vouching.index, "keys": _keys(book, vouching), "vouches": vouching.vouches})
    names = {name for ballot in taken for name in ballot.issuers[: ballot.need]}
    others = [item for item in frame.story.items("issuers") if item.id in names]
    awaited = {name for ballot in ballots for name in _awaited(frame, book, ballot)}
    checkins = tuple(form for ballot in ballots if (form := _checkin(frame, book, ballot)) is not None)
    relay = relay_of(book, roll)
    told = {
        **pinned,
        "issuers": [_issuer(book, taken, other) for other in others],
        "roll": roll,
        "kinds": kinds,
        "ballots": listed,
        "checkins": [
            {"index": form.index, "options": [choice.number for choice in form.actions]} for form in checkins
        ],
        **({"relay": relay.index} if relay is not None else {}),
    }
    return RollForm(
        roll,
        tuple(_ballot(frame, ballot) for ballot in taken),
        checkins,
        tuple(kinds),
        vouching.vouches if vouching else 0,
        json.dumps(told),
        str((book.roll(roll) or {}).get("mode", "quiet")),
        frame.story.item("relays", relay.id) if relay is not None else None,
        tuple(others),
        tuple(item for item in frame.story.items("issuers") if item.id in awaited),
        bool(others) and bool(set(OFFERED[1:]) & set(_kinds_of(book, roll))) and set(kinds) <= {OFFERED[0]},
    )


def _kinds_of(book: CountersBook, roll: int) -> list[str]:
    kinds = (book.roll(roll) or {}).get("kinds")
    return [str(kind) for kind in kinds] if isinstance(kinds, list) else []


def _item_of(frame: Frame, book: CountersBook, ballot: BallotFacts) -> Item | None:
    """The ballot as the campaign tells it, where it stands and is not closed."""
    item = frame.story.item("ballots", ballot.id) if ballot.sort != "vouch" else None
    stands = item is not None and item.index == ballot.index and ballot.index not in book.gone
    return item if stands else None


def _is_open(frame: Frame, book: CountersBook, ballot: BallotFacts) -> bool:
    item = _item_of(frame, book, ballot)
    opens = item.body.get("opens") if item else None
    return isinstance(opens, str) and parse_day(opens).first <= frame.as_of


def _keys(book: CountersBook, ballot: BallotFacts) -> dict[str, list[int]]:
    """The entries of the keys of a ballot for each way that the page offers."""
    if book.awaited(ballot):
        return {}
    issuers = [book.keys_by(name, ballot) for name in ballot.issuers[: ballot.need]]
    return {
        kind: [keys[kind].index for keys in issuers]
        for kind in OFFERED
        if all(kind in keys for keys in issuers)
    }


def _issuer(book: CountersBook, ballots: list[BallotFacts], item: Item) -> dict[str, object]:
    """What a client needs of another issuer: the entry that says where it answers, and which keys are its own."""
    keys = [key.index for ballot in ballots for key in book.keys_by(item.id, ballot).values()]
    return {"id": item.id, "index": item.index, "keys": keys}


def _awaited(frame: Frame, book: CountersBook, ballot: BallotFacts) -> list[str]:
    """The issuers for whose keys an open ballot waits."""
    is_over = book.hours(ballot).lets_in_until <= midnight_before(frame.as_of.isoformat())
    return book.awaited(ballot) if _is_open(frame, book, ballot) and not is_over else []


def _vouching(book: CountersBook, ballots: list[BallotFacts]) -> BallotFacts | None:
    """The newest vouching of a roll: vouches of two of them do not add up, so people are shown one."""
    open_ones = [
        one for one in ballots if one.sort == "vouch" and one.index not in book.gone and _keys(book, one)
    ]
    return max(open_ones, key=lambda one: one.index, default=None)


def _checkin(frame: Frame, book: CountersBook, ballot: BallotFacts) -> CheckinForm | None:
    item = _item_of(frame, book, ballot)
    asked = open_for_checkin(item.body, frame.as_of) if item and ballot.sort == "pledge" else ()
    if item is None or not asked:
        return None
    return CheckinForm(item, ballot.index, tuple(one for one in _choices(frame, item) if one.number in asked))


def _choices(frame: Frame, item: Item) -> tuple[Choice, ...]:
    said, names = item.words.get("options"), item.body.get("options")
    words = said if isinstance(said, dict) else {}
    return tuple(
        Choice(number, words.get(name, {"en": str(name)}), frame.key(f"ballots/{item.id}/options/{name}"))
        for number, name in enumerate(names if isinstance(names, list) else [])
    )


def _ballot(frame: Frame, ballot: BallotFacts) -> BallotForm:
    item = frame.story.item("ballots", ballot.id)
    assert item is not None
    path = f"ballots/{ballot.id}"
    keys = (frame.key(f"{path}/counted"), frame.key(f"{path}/issued"))
    options = _choices(frame, item)
    return BallotForm(item, ballot.index, ballot.sort, ballot.counting, ballot.most, options, *keys)
