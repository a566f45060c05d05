"""The booth: takes tokens and hands in casts with a purse that is saved before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sawtna.campaigns.caster.offers import Offer
from sawtna.campaigns.caster.purse import Coin, Purse, save_purse
from sawtna.campaigns.caster.steps import ask_for, ask_with, make_cast, mint_coin, take_stamp
from sawtna.campaigns.caster.work import do_work
from sawtna.campaigns.core.casting.promises import (
    PromiseError,
    keep_sealed,
    open_kept,
    open_sealed,
    promise_verifier,
)
from sawtna.campaigns.core.casting.register import OWN_ISSUER, BallotFacts
from sawtna.campaigns.core.casting.sealing import seal_cast, seal_hash
from sawtna.cli.cast_counter import Counter, CounterError
from sawtna.ledger.core.encoding import decode_base64url, decode_canonical, encode_base64url
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.note import Verifier

OTHER_PROMISE = "The site took the choice, but promised another one. Keep the purse, and tell others."

REFUSED = frozenset({"double", "closed", "early", "cast", "malformed"})

Told = tuple[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Booth:
    """One proven form, the purse for it and where it lies, and the counter."""

    offer: Offer
    purse: Purse
    path: Path
    counter: Counter

    @property
    def coins(self) -> list[Coin]:
        """The coins of this form that are in the purse."""
        held = (self.purse.coins.get(ballot.index) for ballot, _ in self.offer.ballots)
        return [coin for coin in held if coin is not None]

    def has_token(self, ballot: BallotFacts) -> bool:
        """Whether this purse can cast in a ballot."""
        coin = self.purse.coins.get(ballot.index)
        return coin is not None and coin.is_stamped

    def _save(self) -> None:
        save_purse(self.purse, self.path)

    def _keep(self, coin: Coin) -> Coin:
        self.purse.coins[coin.ballot] = coin
        self._save()
        return coin

    def _person(self, contact: str) -> dict[str, object]:
        named = self.offer.named
        return {"roll": named.roll, "kind": named.kind, "contact": contact.strip()}

    def lacking(self) -> list[str]:
        """The issuers whose stamps are lacking, the site last: who is away is found before mails are sent."""
        held = self.purse.coins
        found = {
            key.issuer
            for ballot, key in self.offer.ballots
            if (coin := held.get(ballot.index)) is None
            or (not coin.is_stamped and key.index not in coin.stamps)
        }
        return sorted(found, key=lambda issuer: (issuer == OWN_ISSUER, issuer))

    def ask_for_code(self, contact: str, issuer: str = OWN_ISSUER) -> None:
        """Do the work, and have a code sent by one of the issuers."""
        counter = self._counter_of(issuer)
        counter.send_code(self._person(contact), do_work(counter.challenge()))

    def take_tokens(self, contact: str, code: str, issuer: str = OWN_ISSUER) -> None:
        """Take the tokens of one issuer that are lacking; what is under way is asked for again as it was."""
        waiting = []
        for ballot, key in self.offer.ballots:
            coin = self.purse.coins.setdefault(ballot.index, mint_coin(self.offer.register, ballot))
            if key.issuer == issuer and not coin.is_stamped and key.index not in coin.stamps:
                ask_with(self.offer.register, coin, key)
                waiting.append((coin, key.index))
        self._save()
        asked = [request for coin, key in waiting for request in ask_for([coin], [key])]
        signed = self._counter_of(issuer).sign(self._person(contact), code, asked)
        for (coin, index), signature in zip(waiting, signed, strict=True):
            take_stamp(self.offer.register, coin, decode_base64url(signature), index)
        self._save()

    def _counter_of(self, issuer: str) -> Counter:
        if issuer == OWN_ISSUER:
            return self.counter
        return replace(self.counter, address=self.offer.others[issuer].url.rstrip("/"), whose=issuer)

    def withdraw(self, name: str | None) -> int:
        """Withdraw what was cast in one ballot or in all; how many there were."""
        cast = [
            ballot
            for ballot in dict.fromkeys(ballot for ballot, _ in self.offer.ballots)
            if (coin := self.purse.coins.get(ballot.index)) and (coin.choice or coin.told)
        ]
        wanted = [ballot for ballot in cast if name in {None, ballot.id}]
        for ballot in wanted:
            self.cast(ballot, [])
        return len(wanted)

    def cast(self, ballot: BallotFacts, choice: Sequence[int], told: Told | None = None) -> None:
        """Hand in a choice. A cast whose answer was lost goes in first, as it was.

        `told` is what was done of a pledge and what was not; what was told before goes along with a later choice.
        """
        coin = self.purse.coins[ballot.index]
        if coin.told:
            self._hand_in(coin)
            coin = self.purse.coins[ballot.index]
        wanted = told or _still_told(coin, choice)
        if (coin.choice, (coin.did, coin.did_not)) != (tuple(choice), wanted) or not coin.promise:
            told_of = wanted if told or any(wanted) else None
            self._hand_in(self._keep(replace(coin, told=make_cast(coin, choice, told=told_of))))

    def vouch(self, vouching: BallotFacts, newcomer: bytes) -> None:
        """Vouch for the newcomer with that code hash, once."""
        coin = self.purse.coins[vouching.index]
        if not coin.told and not coin.promise:
            coin = self._keep(replace(coin, told=make_cast(coin, [0], newcomer)))
        named = decode_canonical(coin.told.rstrip(b" ")) if coin.told else {}
        if coin.told:
            self._hand_in(coin)
        if not isinstance(named, dict) or named.get("h") != encode_base64url(newcomer):
            raise CounterError("vouched", "This purse has vouched already. Each person vouches once.")

    def _hand_in(self, coin: Coin) -> None:
        told = coin.told.rstrip(b" ")
        try:
            promise = self._send(coin.told, leaf_hash(told))
        except CounterError as error:
            if error.code in REFUSED:  # these bytes will never be accepted
                self._keep(replace(coin, told=b"", q=coin.q + int(error.code == "double")))
            raise
        choice, did, did_not = (_options_in(told, name) for name in ("c", "d", "n"))
        self._keep(
            replace(coin, told=b"", choice=choice, did=did, did_not=did_not, q=coin.q + 1, promise=promise)
        )
        self._check(promise, leaf_hash(told))

    def _send(self, padded: bytes, leaf: bytes) -> str:
        """Hand a cast in, sealed where the roll has a relay; what is kept of the site's promise."""
        relay, register = self.offer.relay, self.offer.register
        if relay is None:
            return self.counter.hand_in(padded)
        sealed = seal_cast(padded, self.offer.named.roll, relay.point, register.origin)
        promise = self.counter.leave_sealed(sealed)
        if open_sealed(promise, [self._promise_key]).sealed != seal_hash(sealed):
            raise PromiseError(OTHER_PROMISE)
        return keep_sealed(promise, leaf)

    @property
    def _promise_key(self) -> Verifier:
        key = decode_base64url(str(self.offer.site.get("promise", "")))
        return promise_verifier(self.offer.register.origin, key)

    def _check(self, promise: str, leaf: bytes) -> None:
        found = open_kept(promise.encode(), [self._promise_key])
        if (found.origin, found.leaf) != (self.offer.register.origin, leaf):
            raise PromiseError(OTHER_PROMISE)


def _still_told(coin: Coin, choice: Sequence[int]) -> Told:
    """What was told before, as far as it is still pledged (decision 50)."""
    did, did_not = (tuple(one for one in told if one in choice) for told in (coin.did, coin.did_not))
    return did, did_not


def _options_in(cast: bytes, name: str) -> tuple[int, ...]:
    body = decode_canonical(cast)
    found = body.get(name) if isinstance(body, dict) else None
    return tuple(one for one in found if isinstance(one, int)) if isinstance(found, list) else ()
