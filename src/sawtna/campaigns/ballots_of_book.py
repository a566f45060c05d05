"""What casting needs to know of the book: open ballots, their keys, their hours. Read again when the book moves."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sawtna.campaigns.core.casting.casts import CheckedCast
from sawtna.campaigns.core.casting.choices import open_for_checkin
from sawtna.campaigns.core.casting.hours import Hours, hours_of
from sawtna.campaigns.core.casting.register import LEARNED, OWN_ISSUER, BallotFacts, IssuerKey, Register
from sawtna.ledger import reads
from sawtna.ledger.core.entry import Body

KINDS = (*sorted(LEARNED), "keyend", "close", "void")


@dataclass(slots=True)
class CountersBook:
    """One published state of the book, as the counter needs it. Never changed after it was read."""

    register: Register = field(default_factory=Register)
    bodies: dict[int, Body] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)

    def roll(self, index: int | None) -> Body | None:
        """The roll of that entry."""
        return self.bodies.get(index) if index is not None else None

    def hours(self, ballot: BallotFacts) -> Hours:
        """When a ballot lets people in, and until when their casts count."""
        return hours_of(self.bodies[ballot.index], self.roll(ballot.roll))

    def lets_in(self, ballot: BallotFacts, now: int) -> bool:
        """Whether tokens are issued."""
        hours = self.hours(ballot)
        return ballot.index not in self.gone and hours.opens <= now < hours.lets_in_until

    def takes_casts(self, ballot: BallotFacts, now: int) -> bool:
        """Whether casts are accepted: of a pledge with check-ins also after nobody is let in any more."""
        hours = self.hours(ballot)
        return ballot.index not in self.gone and hours.opens <= now < hours.counts_until

    def is_told_early(self, cast: CheckedCast, now: int) -> bool:
        """Whether a cast tells of an action whose day has not come, or that is not asked for."""
        today = datetime.fromtimestamp(now, UTC).date()
        return not set(cast.did + cast.did_not).issubset(open_for_checkin(self.bodies[cast.ballot], today))

    def has_let_in(self, ballot: BallotFacts, now: int) -> bool:
        """Whether the site will never issue a token of it again: its time is over, and the book says that its keys ended."""
        is_over = now >= self.hours(ballot).lets_in_until and not self.own_keys(ballot)
        return is_over or ballot.index in self.gone

    def own_keys(self, ballot: BallotFacts) -> Mapping[str, IssuerKey]:
        """The site's own keys of a ballot that have not ended, by voucher kind."""
        keys = self.register.keys_of(ballot.index).values()
        return {key.kind: key for key in keys if key.issuer == OWN_ISSUER and key.index not in self.gone}

    def ballots_of(self, roll: int) -> list[BallotFacts]:
        """All ballots and vouchings of a roll."""
        return [ballot for ballot in self.register.ballots.values() if ballot.roll == roll]


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def read_book(entries: Iterable[tuple[int, Body]] | None = None) -> CountersBook:
    """The counter's view, afresh: of these entries, or of the published book."""
    book = CountersBook()
    published = ((index, body) for index, body, _words in reads.entries_of(kinds=KINDS))
    for index, body in published if entries is None else entries:
        if body["k"] in LEARNED:
            book.register.learn(index, body)
            book.bodies[index] = body
        else:
            struck = body.get("b") if body["k"] == "close" else body.get("i")
            book.gone.add(_whole(struck))
    return book


class _Kept:
    """The newest view, shared by all threads of this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.state: str | None = None
        self.book = CountersBook()

    def current(self) -> CountersBook:
        state = reads.state()
        if state != self.state:
            with self.lock:
                if state != self.state:
                    self.book, self.state = read_book(), state
        return self.book


_KEPT = _Kept()


def counters_book() -> CountersBook:
    """The counter's view of the book as it is published now."""
    return _KEPT.current()
