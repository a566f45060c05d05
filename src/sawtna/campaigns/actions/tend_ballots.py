"""What a house does for its ballots from time to time: logs keys, closes batches and ballots, destroys keys, forgets order."""

from __future__ import annotations

import logging

from sawtna.campaigns.actions.close_batch import close_batches, forget_order, sums_in_book
from sawtna.campaigns.actions.destroy_keys import destroy_keys
from sawtna.campaigns.ballots_of_book import KINDS, CountersBook, read_book
from sawtna.campaigns.key_opening import log_keys, open_keys
from sawtna.campaigns.notches import cut_notch, is_older
from sawtna.campaigns.other_issuers import ask_counts, ask_keys
from sawtna.ledger.accepted import accepted_of
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

logger = logging.getLogger(__name__)


def tend_ballots(now: int) -> list[int]:
    """Do all that is due at `now` (Unix seconds); the indices of new entries. Several processes may run it, and be killed."""
    if not _has_ballots():
        return []
    if is_older():
        logger.error(
            "The database was restored from an older backup, so no batch is closed and no token issued. Close the house and run: "
            "sawtna recover"
        )
        return []
    entries = open_keys(now) + log_keys(ask_keys(_book(), now))
    counts = ask_counts(_book(), sums_in_book(), now)  # over the network, so before the transaction
    entries += (moved := close_batches(now, counts))
    if entries:
        publish_checkpoint()
    if destroy_keys(now) or moved:  # asked every time: a kill may have come between the end of keys and this
        forget_order()
    cut_notch()
    return entries


def _has_ballots() -> bool:
    return bool(_book().register.ballots)


def _book() -> CountersBook:
    return read_book(accepted_of(KINDS))
