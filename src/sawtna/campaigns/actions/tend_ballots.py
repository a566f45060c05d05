"""What a house does for its ballots from time to time: logs keys, closes batches and ballots, destroys keys, forgets order."""

from __future__ import annotations

from sawtna.campaigns.actions.close_batch import close_batches, forget_order
from sawtna.campaigns.actions.destroy_keys import destroy_keys
from sawtna.campaigns.ballots_of_book import KINDS, read_book
from sawtna.campaigns.core.casting.register import Register
from sawtna.campaigns.key_opening import open_keys
from sawtna.ledger.accepted import accepted_of
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint


def tend_ballots(now: int) -> list[int]:
    """Do all that is due at `now` (Unix seconds); the indices of new entries. Several processes may run it, and be killed."""
    if not _has_ballots():
        return []
    entries = open_keys(now)
    entries += (moved := close_batches(now))
    if entries:
        publish_checkpoint()
    if destroy_keys(now) or moved:  # asked every time: a kill may have come between the end of keys and this
        forget_order()
    return entries


def _has_ballots() -> bool:
    register: Register = read_book(accepted_of(KINDS)).register
    return bool(register.ballots)
