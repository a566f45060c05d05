"""Rolls that are cast through a relay, as the site sees them: who serves them, what waits sealed, how long a close waits."""

from __future__ import annotations

from django.db.models import QuerySet

from sawtna.campaigns.ballots_of_book import CountersBook
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.core.casting.relays import RELAY_GRACE, RelayFacts
from sawtna.campaigns.models import SealedCast

GRACE = 86_400  # seconds after a close by which a promised cast must be in the book


def relay_of(book: CountersBook, roll: int | None) -> RelayFacts | None:
    """The relay of a roll; None where its ballots are cast at the site itself, or where its relay is void."""
    body = book.roll(roll)
    relay = book.register.relay_of(body) if body is not None else None
    return None if relay is None or relay.index in book.gone else relay


def rolls_of(book: CountersBook, key: bytes) -> list[int]:
    """The rolls with open ballots that are cast through the relay with that Ed25519 key."""
    rolls = {ballot.roll for ballot in book.register.ballots.values() if ballot.index not in book.gone}
    found = {roll: relay_of(book, roll) for roll in rolls if roll is not None}
    return sorted(roll for roll, relay in found.items() if relay is not None and relay.key == key)


def ends_of(book: CountersBook, roll: int) -> list[int]:
    """When casts of the ballots of a roll cease to count: Unix seconds, each once, in order."""
    return sorted({book.hours(ballot).counts_until for ballot in book.ballots_of(roll)})


def close_of(book: CountersBook, ballot: BallotFacts) -> int:
    """When a ballot closes at the latest: at its end, or when the site stops waiting for its relay."""
    return book.hours(ballot).counts_until + (RELAY_GRACE if relay_of(book, ballot.roll) is not None else 0)


def sealed_before(book: CountersBook, ballot: BallotFacts) -> QuerySet[SealedCast]:
    """Sealed casts that came before the end of a ballot, and so may be for it."""
    assert ballot.roll is not None
    place = ends_of(book, ballot.roll).index(book.hours(ballot).counts_until)
    return SealedCast.objects.filter(roll=ballot.roll, past__lte=place)


def waits_for_relay(book: CountersBook, ballot: BallotFacts, now: int) -> bool:
    """Whether a ballot that has ended must not close yet, as its relay has not handed in what was sealed before."""
    if relay_of(book, ballot.roll) is None or now >= close_of(book, ballot):
        return False
    return sealed_before(book, ballot).exists()
