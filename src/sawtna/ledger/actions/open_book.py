"""Opens the book: makes its keys and writes entry 0, which says whose book it is. Doing it again changes nothing."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from sawtna import __version__
from sawtna.ledger.actions.append_entries import NewEntry, append_entries, reserve_indices
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.fold import FOLD_VERSION
from sawtna.ledger.keys import LOG, PROMISE, book_origin, load_key, load_log_key, make_missing_keys
from sawtna.ledger.publishing import one_publisher
from sawtna.ledger.refusals import faults_as_sentences
from sawtna.ledger.rows import site_body


def open_book() -> None:
    """Make sure that there is a book with its keys; publishes nothing.

    :raises Refused: the keys are gone or are not those of entry 0, or the database lost a book that is published.
    """
    site = site_body()
    if site is not None:
        load_log_key(site["vkey"])
        return
    with faults_as_sentences(), one_publisher():
        make_missing_keys(book_origin())
        with transaction.atomic():
            if reserve_indices(0) == 0:  # taking no index takes the lock: whoever comes second finds entry 0
                append_entries([NewEntry(_site_entry())])


def _site_entry() -> dict[str, object]:
    log, promise = load_key(LOG), load_key(PROMISE)
    return {
        "k": "site",
        "origin": log.name,
        "vkey": log.verifier.vkey,
        "promise": encode_base64url(promise.verifier.public),
        "fold": FOLD_VERSION,
        "policy": f"log {log.verifier.vkey} {settings.SAWTNA_ORIGIN}/log\nquorum none\n",
        "software": __version__,
    }
