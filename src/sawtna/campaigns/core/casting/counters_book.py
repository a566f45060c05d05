"""What a counter needs to know of the book: open ballots, their keys, their hours. The site fills one, a co-issuer too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sawtna.campaigns.core.casting.casts import CheckedCast
from sawtna.campaigns.core.casting.choices import open_for_checkin
from sawtna.campaigns.core.casting.hours import Hours, hours_of
from sawtna.campaigns.core.casting.register import LEARNED, OWN_ISSUER, BallotFacts, IssuerKey, Register
from sawtna.ledger.core.entry import Body, pack_entry
from sawtna.ledger.core.merkle import leaf_hash

KINDS = (*sorted(LEARNED), "keyend", "close", "void")


@dataclass(slots=True)
class CountersBook:
    """One state of the book, as a counter needs it. Never changed after it was read.

    `vk` is the public key of the co-issuer whose counter this is; None is the site's own.
    """

    register: Register = field(default_factory=Register)
    bodies: dict[int, Body] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    vk: bytes | None = None
    _leaves: dict[int, bytes] = field(default_factory=dict)
    _hours: dict[int, Hours] = field(default_factory=dict)

    def take(self, index: int, body: Body) -> None:
        """Read one entry of a kind in `KINDS`, in index order."""
        if body["k"] in LEARNED:
            self.register.learn(index, body)
            self.bodies[index] = body
        else:
            struck = body.get("b") if body["k"] == "close" else body.get("i")
            self.gone.add(_whole(struck))

    def roll(self, index: int | None) -> Body | None:
        """The roll of that entry."""
        return self.bodies.get(index) if index is not None else None

    def hours(self, ballot: BallotFacts) -> Hours:
        """When a ballot lets people in, and until when their casts count."""
        if ballot.index not in self._hours:  # asked several times for each request
            self._hours[ballot.index] = hours_of(self.bodies[ballot.index], self.roll(ballot.roll))
        return self._hours[ballot.index]

    def leaf(self, index: int) -> bytes:
        """The leaf hash of a roll, reckoned once."""
        if index not in self._leaves:
            self._leaves[index] = leaf_hash(pack_entry(self.bodies[index]))
        return self._leaves[index]

    def lets_in(self, ballot: BallotFacts, now: int) -> bool:
        """Whether tokens are issued: not before every issuer that the ballot names has its keys in the book."""
        hours = self.hours(ballot)
        is_time = hours.opens <= now < hours.lets_in_until
        return is_time and ballot.index not in self.gone and not self.awaited(ballot)

    def awaited(self, ballot: BallotFacts) -> list[str]:
        """The issuers that the ballot names and whose keys are not in the book yet."""
        keys = {(key.issuer, key.kind) for key in self.register.keys_of(ballot.index).values()}
        return [name for name in ballot.issuers if not {(name, kind) for kind in ballot.kinds} <= keys]

    def takes_casts(self, ballot: BallotFacts, now: int) -> bool:
        """Whether casts are accepted: of a pledge with check-ins also after nobody is let in any more."""
        hours = self.hours(ballot)
        return ballot.index not in self.gone and hours.opens <= now < hours.counts_until

    def is_told_early(self, cast: CheckedCast, now: int) -> bool:
        """Whether a cast tells of an action whose day has not come, or that is not asked for."""
        today = datetime.fromtimestamp(now, UTC).date()
        return not set(cast.did + cast.did_not).issubset(open_for_checkin(self.bodies[cast.ballot], today))

    def has_let_in(self, ballot: BallotFacts, now: int) -> bool:
        """Whether this counter will never issue a token of it again: its time is over, and the book says that its keys ended."""
        is_over = now >= self.hours(ballot).lets_in_until and not self.own_keys(ballot)
        return is_over or ballot.index in self.gone

    def own_keys(self, ballot: BallotFacts) -> Mapping[str, IssuerKey]:
        """The counter's own keys of a ballot that have not ended, by voucher kind."""
        return self.keys_by(self.own_name(ballot.campaign), ballot)

    def keys_by(self, issuer: str | None, ballot: BallotFacts) -> Mapping[str, IssuerKey]:
        """The keys of one issuer that have not ended, by voucher kind."""
        keys = self.register.keys_of(ballot.index).values()
        return {key.kind: key for key in keys if key.issuer == issuer and key.index not in self.gone}

    def own_name(self, campaign: str) -> str | None:
        """What a campaign calls the issuer whose counter this is; None where it does not know it."""
        if self.vk is None:
            return OWN_ISSUER
        issuers = self.register.issuers.values()
        return next((one.id for one in issuers if one.campaign == campaign and one.vk == self.vk), None)

    def ballots_of(self, roll: int) -> list[BallotFacts]:
        """All ballots and vouchings of a roll."""
        return [ballot for ballot in self.register.ballots.values() if ballot.roll == roll]


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
