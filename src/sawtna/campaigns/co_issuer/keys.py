"""The keys of a co-issuer: made for each ballot that names it in a campaign it serves, shown to the site, then destroyed."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from sawtna.campaigns.co_issuer.identity import Identity
from sawtna.campaigns.co_issuer.store import TagStore
from sawtna.campaigns.core.casting.counters_book import CountersBook
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.core.casting.statements import count_statement, key_statement
from sawtna.campaigns.core.casting.tokens import key_id
from sawtna.campaigns.issuer.keyring import Keyring
from sawtna.campaigns.issuer.raw import BlindSigner, IssuerError
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.entry import Body, pack_entry
from sawtna.ledger.core.merkle import leaf_hash

LEFT_ALONE = 7 * 86_400  # seconds after which keys go although the book never said that they ended


@dataclass(slots=True)
class Keys:
    """Owner: one co-issuer. `campaigns` are those that the organisation has agreed to serve."""

    identity: Identity
    ring: Keyring
    store: TagStore
    campaigns: Collection[str]
    _opened: dict[tuple[bytes, str], BlindSigner] = field(default_factory=dict)

    def served(self, book: CountersBook) -> list[BallotFacts]:
        """The ballots that name this organisation."""
        return [
            ballot
            for ballot in book.register.ballots.values()
            if ballot.campaign in self.campaigns and book.own_name(ballot.campaign) in ballot.issuers
        ]

    def tend(self, book: CountersBook, now: int) -> None:
        """Make keys that are lacking, and destroy what is over. Runs again and again: a kill loses nothing."""
        for ballot in self.served(book):
            if not self._is_logged(book, ballot) and not self._is_over(book, ballot, now):
                self._make(book, ballot)
            elif self._is_over(book, ballot, now):
                self._opened.clear()
                for kind in ballot.kinds:
                    self.ring.destroy_key(ballot.leaf, kind)
        for roll in {ballot.roll for ballot in self.served(book) if ballot.roll is not None}:
            ballots = [ballot for ballot in self.served(book) if ballot.roll == roll]
            if all(self._is_over(book, ballot, now) for ballot in ballots):
                self.ring.destroy_roll_key(_leaf(book.bodies[roll]))
                if self.store.forget(ballot.index for ballot in ballots):
                    self.store.forget_order()

    def _is_logged(self, book: CountersBook, ballot: BallotFacts) -> bool:
        keys = book.register.keys_of(ballot.index).values()
        return any(key.issuer == book.own_name(ballot.campaign) for key in keys)

    def _is_over(self, book: CountersBook, ballot: BallotFacts, now: int) -> bool:
        return book.has_let_in(ballot, now) or now >= book.hours(ballot).lets_in_until + LEFT_ALONE

    def _make(self, book: CountersBook, ballot: BallotFacts) -> None:
        roll = book.roll(ballot.roll)
        if roll is not None:
            self.ring.make_roll_key(_leaf(roll))
            for kind in ballot.kinds:
                self.ring.make_key(ballot.leaf, kind)

    def roll_key(self, roll: Body) -> bytes:
        """The key of a roll; raises IssuerError when it is gone."""
        return self.ring.open_roll_key(_leaf(roll))

    def signer(self, ballot: BallotFacts, kind: str) -> BlindSigner:
        """The signer of a ballot and kind; raises IssuerError when it is gone."""
        name = (ballot.leaf, kind)
        if name not in self._opened:
            self._opened[name] = self.ring.open_key(*name)
        return self._opened[name]

    def shown(self, book: CountersBook, now: int) -> Iterator[dict[str, object]]:
        """What the site needs for the `key` entries of ballots that are not over, each signed."""
        for ballot in self.served(book):
            for kind in ballot.kinds if not self._is_over(book, ballot, now) else ():
                try:
                    public = self.signer(ballot, kind).public
                except IssuerError:
                    continue
                kid = key_id(public)
                statement = key_statement(book.register.origin, ballot.leaf, kind, kid)
                modulus = encode_base64url(public.n.to_bytes(public.size, "big"))
                told = {"b": ballot.index, "kind": kind, "n": modulus, "e": public.e}
                yield {**told, "kid": encode_base64url(kid), "g": self.identity.sign(statement)}

    def counts(self, book: CountersBook, asked_at: int) -> Iterator[dict[str, object]]:
        """How many tokens were issued under each key that has not ended, signed; once the time is over, no more are issued."""
        for ballot in self.served(book):
            if asked_at >= book.hours(ballot).lets_in_until:
                self.store.end(ballot.index)
            for key in book.own_keys(ballot).values():
                total = self.store.count(ballot.index, key.index)
                statement = count_statement(book.register.origin, key.kid, total)
                yield {"i": key.index, "sum": total, "g": self.identity.sign(statement)}


def _leaf(roll: Body) -> bytes:
    return leaf_hash(pack_entry(roll))
