"""Makes and logs the keys of ballots that are taken here, before anybody can take a token."""

from __future__ import annotations

from django.db import transaction

from sawtna.campaigns.ballots_of_book import KINDS, CountersBook, read_book
from sawtna.campaigns.core.casting.entries import ALGORITHM
from sawtna.campaigns.core.casting.register import OWN_ISSUER, BallotFacts
from sawtna.campaigns.core.casting.tokens import key_id
from sawtna.campaigns.safe import keyring
from sawtna.ledger.accepted import accepted_of, hold_pen
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.entry import pack_entry
from sawtna.ledger.core.merkle import leaf_hash


def open_keys(now: int) -> list[int]:
    """Log the site's key of every ballot and voucher kind that has none yet and is not over; the indices of new entries.

    A key is made, or found again after a kill, before its entry is written. The caller publishes afterwards.
    """
    with transaction.atomic():
        hold_pen()
        book = read_book(accepted_of(KINDS))
        missing = [pair for ballot in book.register.ballots.values() for pair in _missing(book, ballot, now)]
        return append_entries([_entry_of(ballot, kind) for ballot, kind in missing])


def log_keys(entries: list[NewEntry]) -> list[int]:
    """Log the keys of other issuers, each unless it is there already; the indices of new entries."""
    if not entries:
        return []
    with transaction.atomic():
        hold_pen()
        register = read_book(accepted_of(KINDS)).register
        known = {(key.ballot, key.issuer, key.kind) for key in register.keys.values()}
        return append_entries(
            [one for one in entries if (one.body["b"], one.body["issuer"], one.body["kind"]) not in known]
        )


def _missing(book: CountersBook, ballot: BallotFacts, now: int) -> list[tuple[BallotFacts, str]]:
    roll = book.roll(ballot.roll)
    if (
        roll is None
        or ballot.index in book.gone
        or now >= book.hours(ballot).lets_in_until
        or OWN_ISSUER not in ballot.issuers
    ):
        return []
    keys = [key for key in book.register.keys_of(ballot.index).values() if key.issuer == OWN_ISSUER]
    lacking = [kind for kind in ballot.kinds if kind not in {key.kind for key in keys}]
    if lacking and not keys:
        keyring().make_roll_key(leaf_hash(pack_entry(roll)))
    return [(ballot, kind) for kind in lacking if not keys]


def _entry_of(ballot: BallotFacts, kind: str) -> NewEntry:
    public = keyring().make_key(ballot.leaf, kind).public
    body = {
        "k": "key",
        "b": ballot.index,
        "issuer": OWN_ISSUER,
        "kind": kind,
        "alg": ALGORITHM,
        "e": public.e,
    }
    modulus = encode_base64url(public.n.to_bytes(public.size, "big"))
    return NewEntry({**body, "n": modulus, "kid": encode_base64url(key_id(public))})
