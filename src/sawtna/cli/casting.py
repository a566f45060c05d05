"""The booth: takes tokens and hands in casts with a purse that is saved before anything is sent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sawtna.campaigns.caster.offers import Offer
from sawtna.campaigns.caster.purse import Coin, Purse, save_purse
from sawtna.campaigns.caster.steps import ask_for, ask_with, make_cast, mint_coin, take_stamp
from sawtna.campaigns.caster.work import do_work
from sawtna.campaigns.core.casting.promises import PromiseError, open_promise, promise_verifier
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.cli.cast_counter import Counter, CounterError
from sawtna.ledger.core.encoding import decode_base64url, decode_canonical
from sawtna.ledger.core.merkle import leaf_hash


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

    @property
    def has_tokens(self) -> bool:
        """Whether every open ballot has its token."""
        return len(self.coins) == len(self.offer.ballots) and all(coin.is_stamped for coin in self.coins)

    def _save(self) -> None:
        save_purse(self.purse, self.path)

    def _keep(self, coin: Coin) -> Coin:
        self.purse.coins[coin.ballot] = coin
        self._save()
        return coin

    def _person(self, contact: str) -> dict[str, object]:
        named = self.offer.named
        return {"roll": named.roll, "kind": named.kind, "contact": contact.strip()}

    def ask_for_code(self, contact: str) -> None:
        """Do the work, and have a code sent."""
        self.counter.send_code(self._person(contact), do_work(self.counter.challenge()))

    def take_tokens(self, contact: str, code: str) -> None:
        """Take the tokens that are lacking; what is under way is asked for again as it was."""
        waiting = []
        for ballot, key in self.offer.ballots:
            coin = self.purse.coins.setdefault(ballot.index, mint_coin(self.offer.register, ballot))
            if not coin.is_stamped:
                ask_with(self.offer.register, coin, key)
                waiting.append((coin, key.index))
        self._save()
        asked = [request for coin, key in waiting for request in ask_for([coin], [key])]
        signed = self.counter.sign(self._person(contact), code, asked)
        for (coin, index), signature in zip(waiting, signed, strict=True):
            take_stamp(self.offer.register, coin, decode_base64url(signature), index)
        self._save()

    def withdraw(self, name: str | None) -> int:
        """Withdraw what was cast in one ballot or in all; how many there were."""
        cast = [
            ballot
            for ballot, _ in self.offer.ballots
            if (coin := self.purse.coins.get(ballot.index)) and (coin.choice or coin.told)
        ]
        wanted = [ballot for ballot in cast if name in {None, ballot.id}]
        for ballot in wanted:
            self.cast(ballot, [])
        return len(wanted)

    def cast(self, ballot: BallotFacts, choice: Sequence[int]) -> None:
        """Hand in a choice. A cast whose answer was lost goes in first, as it was."""
        coin = self.purse.coins[ballot.index]
        if coin.told and self._hand_in(coin) == list(choice):
            return
        coin = self.purse.coins[ballot.index]
        self._hand_in(self._keep(replace(coin, told=make_cast(coin, choice))))

    def _hand_in(self, coin: Coin) -> list[int]:
        told = coin.told.rstrip(b" ")
        try:
            promise = self.counter.hand_in(coin.told)
        except CounterError as error:
            if error.code in {"double", "closed", "cast", "malformed"}:  # these bytes will never be accepted
                self._keep(replace(coin, told=b"", q=coin.q + int(error.code == "double")))
            raise
        choice = _choice_in(told)
        self._keep(replace(coin, told=b"", choice=tuple(choice), q=coin.q + 1, promise=promise))
        self._check(promise, leaf_hash(told))
        return choice

    def _check(self, promise: str, leaf: bytes) -> None:
        register, key = self.offer.register, decode_base64url(str(self.offer.site.get("promise", "")))
        found = open_promise(promise, [promise_verifier(register.origin, key)])
        if (found.origin, found.leaf) != (register.origin, leaf):
            raise PromiseError(
                "The site took the choice, but promised another one. Keep the purse, and tell others."
            )


def _choice_in(cast: bytes) -> list[int]:
    body = decode_canonical(cast)
    choice = body["c"] if isinstance(body, dict) else None
    return [one for one in choice if isinstance(one, int)] if isinstance(choice, list) else []
