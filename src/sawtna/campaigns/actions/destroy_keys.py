"""Destroys what is no longer needed once nobody is let in: issuers' keys, then the roll key, its tags and its codes."""

from __future__ import annotations

from django.db import transaction

from sawtna.campaigns.ballots_of_book import KINDS, CountersBook, read_book
from sawtna.campaigns.core.casting.register import OWN_ISSUER
from sawtna.campaigns.models import Invitation, SealedCast, Tag
from sawtna.campaigns.safe import forget_keys, keyring
from sawtna.ledger.accepted import accepted_of
from sawtna.ledger.core.entry import pack_entry
from sawtna.ledger.core.merkle import leaf_hash


def destroy_keys(now: int) -> int:
    """Destroy the keys that have ended, and all of a roll when its last ballot lets nobody in at `now`; how many files went.

    Check-ins need none of it: people tell what they did while nothing is left that could name them (decision 50).

    Runs again and again: what a kill left behind goes next time.
    """
    book, ring = read_book(accepted_of(KINDS)), keyring()
    before = len(ring.names())
    for ballot in book.register.ballots.values():
        if book.has_let_in(ballot, now):
            for key in book.register.keys_of(ballot.index).values():
                if key.issuer == OWN_ISSUER:
                    ring.destroy_key(ballot.leaf, key.kind)
    for roll in {ballot.roll for ballot in book.register.ballots.values() if ballot.roll is not None}:
        if all(book.has_let_in(ballot, now) for ballot in book.ballots_of(roll)):
            _destroy_roll(book, roll)
        # Safety: a close may still wait for the relay to open what was sealed, when the roll key is long gone.
        if all(ballot.index in book.gone for ballot in book.ballots_of(roll)):
            SealedCast.objects.filter(roll=roll).delete()
    forget_keys()
    return before - len(ring.names())


def _destroy_roll(book: CountersBook, roll: int) -> None:
    keyring().destroy_roll_key(leaf_hash(pack_entry(book.bodies[roll])))
    with transaction.atomic():
        Tag.objects.filter(ballot__in=[ballot.index for ballot in book.ballots_of(roll)]).delete()
        Invitation.objects.filter(roll=roll).delete()
