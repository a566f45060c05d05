"""What is open for casting: named by the page of a site, which is not trusted, and proven under the signed checkpoint.

A key that the book does not hold, or that is of another ballot or kind, is refused before anything is blinded (memo trust 6.4).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from sawtna.campaigns.core.casting.register import OWN_ISSUER, BallotFacts, Issuer, IssuerKey, Register
from sawtna.campaigns.core.casting.relays import RelayFacts
from sawtna.campaigns.core.casting.taking import MOST_BALLOTS
from sawtna.ledger.core.checkpoint import Checkpoint, unpack_checkpoint
from sawtna.ledger.core.entry import Body, unpack_entry
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.merkle import inclusion_path, leaf_hash, verify_inclusion
from sawtna.ledger.core.policy import Policy
from sawtna.ledger.core.tiles import TileReader


class OfferError(BookError):
    """A page or a book under which nothing may be cast."""

    code = "offer"


@dataclass(frozen=True, slots=True)
class Named:
    """One form of a page, taken with one voucher kind: the roll, and (ballot entry, key entry) for each key of each ballot.

    `issuers` are the entries of the other issuers whose keys are among them. `checkins` are (ballot entry, options) of the
    pledges of which may be told whether they were done; `kind` is empty where a form has nothing else.
    `relay` is the entry of the relay through which the page says that the roll is cast; 0 for none.
    """

    roll: int
    kind: str
    pairs: tuple[tuple[int, int], ...]
    checkins: tuple[tuple[int, tuple[int, ...]], ...] = ()
    relay: int = 0
    issuers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Offer:
    """A form whose every entry is proven. `bodies` are the ballots' entries; `site` is entry 0."""

    named: Named
    register: Register
    site: Body
    bodies: Mapping[int, Body]

    @property
    def relay(self) -> RelayFacts | None:
        """The relay to whose key casts are sealed; None where they are handed in as they are."""
        return self.register.relay_of(self.bodies[self.named.roll])

    @property
    def ballots(self) -> list[tuple[BallotFacts, IssuerKey]]:
        """The open ballots and vouchings, each with the key under which its token is taken."""
        return [(self.register.ballots[one], self.register.keys[key]) for one, key in self.named.pairs]

    def ballot(self, name: str) -> BallotFacts | None:
        """One open ballot by its id."""
        return next(
            (ballot for ballot, _ in self.ballots if ballot.id == name and ballot.sort != "vouch"), None
        )

    @property
    def vouching(self) -> BallotFacts | None:
        """The vouching in which people of the roll admit newcomers."""
        return next((ballot for ballot, _ in self.ballots if ballot.sort == "vouch"), None)

    @property
    def others(self) -> dict[str, Issuer]:
        """The other issuers that must let people in, by their id."""
        found = {key.issuer for _, key in self.ballots} - {OWN_ISSUER}
        campaigns = {ballot.campaign for ballot, _ in self.ballots}
        known = self.register.issuers.values()
        return {one.id: one for one in known if one.id in found and one.campaign in campaigns}

    @property
    def checkins(self) -> list[tuple[BallotFacts, tuple[int, ...]]]:
        """The pledges of which may be told whether they were done, each with the options that may be told of."""
        return [(self.register.ballots[one], options) for one, options in self.named.checkins]

    def options(self, ballot: BallotFacts) -> list[str]:
        """The names of a ballot's options, in the order of their numbers."""
        names = self.bodies[ballot.index].get("options")
        return [str(name) for name in names] if isinstance(names, list) else []


class _Forms(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep what a casting form carries for scripts."""
        told = dict(attrs).get("data-casting")
        if tag == "form" and told:
            self.found.append(told)


def forms_of(page: str) -> Iterator[Named]:
    """The casting forms of a page, each once for every kind that it takes; raises OfferError when one cannot be read."""
    forms = _Forms()
    forms.feed(page)
    for told in forms.found:
        try:
            yield from _by_kind(json.loads(told))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise OfferError("The page of the site holds a form that cannot be read.") from None


def _by_kind(form: Mapping[str, Any]) -> Iterator[Named]:
    told = [(int(one["index"]), tuple(map(int, one["options"]))) for one in form.get("checkins", [])]
    checkins = tuple(told[:MOST_BALLOTS])
    issuers = tuple(int(one["index"]) for one in form.get("issuers", [])[:MOST_BALLOTS])
    for kind in form["kinds"] or [""]:
        pairs = [
            (int(one["index"]), int(key))
            for one in form["ballots"][:MOST_BALLOTS]
            for key in one["keys"].get(kind, [])
        ]
        relay = int(form.get("relay", 0))
        yield Named(int(form["roll"]), str(kind), tuple(pairs), checkins, relay, issuers)


def prove_offer(named: Named, policy: Policy, read: Callable[[str], bytes]) -> Offer:
    """Prove a form; `read` gives files of the log. Raises BookError with a sentence."""
    opened = policy.open(read("checkpoint"))
    if not policy.is_met_by(opened):
        raise OfferError(
            "Too few witnesses have signed the book yet, so no key of it is used. Try again later."
        )
    head = unpack_checkpoint(opened.text)
    tiles = TileReader(read, head.size)
    register, bodies = Register(), {}
    told = {ballot for ballot, _ in named.checkins}
    asked = {one for pair in named.pairs for one in pair}
    for index in sorted({0, named.roll, named.relay, *told, *named.issuers, *asked}):
        body, leaf = _proven(index, head, tiles)
        register.learn(index, body, leaf)
        bodies[index] = body
    if bodies[0].get("k") != "site" or register.origin != head.origin:
        raise OfferError(f"Entry 0 does not say that this is the book of {head.origin}. Nothing was sent.")
    for ballot, key in named.pairs:
        _check(named, register, ballot, register.keys.get(key))
    if any(one not in register.ballots or register.ballots[one].roll != named.roll for one in told):
        raise OfferError(
            "The site asks what became of a pledge that is not in the public book. Nothing was sent."
        )
    # Safety: a page that leaves the relay out must not get a cast that the site can read.
    if "relay" in bodies[named.roll] and register.relay_of(bodies[named.roll]) is None:
        raise OfferError(
            "This roll is cast through a relay, and the page names none, or another. Nothing was sent. Tell the organisers."
        )
    return Offer(named, register, bodies[0], bodies)


def _proven(index: int, head: Checkpoint, tiles: TileReader) -> tuple[Body, bytes]:
    data = tiles.entry(index)
    leaf = leaf_hash(data)
    verify_inclusion(index, head.size, leaf, inclusion_path(index, head.size, tiles.node), head.root)
    return unpack_entry(data), leaf


def _check(named: Named, register: Register, index: int, key: IssuerKey | None) -> None:
    ballot = register.ballots.get(index)
    issuers = {
        register.keys[other].issuer for one, other in named.pairs if one == index and other in register.keys
    }
    fits = (
        ballot is not None
        and key is not None
        and (ballot.roll, key.ballot) == (named.roll, ballot.index)
        and key.issuer in ballot.issuers
        and key.kind == named.kind
        and key.is_sound
        and register.is_own(key)
        and len(issuers) >= ballot.need
    )
    if not fits:
        raise OfferError(
            "The key that the site shows is not the one in the public book, so it was not used. Nothing was sent."
            " Tell the organisers."
        )
