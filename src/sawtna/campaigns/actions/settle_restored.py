"""Makes the tables of casting fit the book again after its entries were taken back into an older database (decision 75).

Casts that are in the book wait no more and are not accepted twice; tokens that were issued since the backup stay counted; under
the keys that may be concerned nothing is issued until the organisers say so: whoever took a token could take another.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from sawtna.campaigns.ballots_of_book import KINDS, read_book
from sawtna.campaigns.core.casting.tokens import nonce_of, nullifier_of
from sawtna.campaigns.models import Tag, Voice, WaitingCast
from sawtna.campaigns.notches import (
    is_older,
    issued_under,
    living_keys,
    one_knife,
    read_stick,
    set_notches,
    write_stick,
)
from sawtna.ledger.accepted import accepted_of
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import pack_entry
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.schema import LANGUAGES

AT_ONCE = 500


@dataclass(slots=True)
class Settled:
    """By key entry, how many tokens went to people whom nobody knows now; how many waiting casts are lost; held keys."""

    unknown: dict[int, int] = field(default_factory=dict)
    lost_casts: int = 0
    held: list[int] = field(default_factory=list)


def settle_restored() -> Settled:
    """Settle the tables; twice is harmless. Call it when the house is closed and entries have been taken back."""
    with one_knife(), transaction.atomic():
        stick, settled, was_older = read_stick(), Settled(), is_older()
        settled.unknown = _count_unknown()
        _know_casts_of_the_book()
        if was_older:
            settled.lost_casts = max(0, stick.waiting - WaitingCast.objects.count())
        held = {*stick.held, *settled.unknown, *(living_keys() if was_older else ())}
        stick.held = settled.held = sorted(held & set(living_keys()))
        stick.issued = issued_under(living_keys())
        set_notches(max(stick.count, 1))
        write_stick(stick)
        return settled


def issue_again(unknown: int) -> None:
    """Let tokens be issued again under all held keys, and say so in the book; `unknown` is how many could be taken twice."""
    with one_knife(), transaction.atomic():
        stick = read_stick()
        if stick.held:
            append_entries([NewEntry({"k": "note"}, {"text": _statement(unknown)})])
            stick.held = []
            write_stick(stick)


def unknown_tokens() -> int:
    """The most tokens of one held key that went to people whom the house no longer knows."""
    held = {key: ballot for key, ballot in living_keys().items() if key in read_stick().held}
    strangers = Tag.objects.filter(key__in=list(held), blinded=UNKNOWN)
    return max((strangers.filter(key=key).count() for key in held), default=0)


UNKNOWN = bytes(32)  # in place of the blinded message of somebody whom the database no longer knows


def _count_unknown() -> dict[int, int]:
    """Put a tag of nobody in the place of each that is lost, so that what was issued stays counted; how many, by key."""
    stick, keys = read_stick(), living_keys()
    sums = {body["i"]: body["sum"] for _, body in accepted_of(("issued",))}
    here, unknown = issued_under(keys), {}
    for key, ballot in keys.items():
        told = sums.get(key)
        lost = max(told if isinstance(told, int) else 0, stick.issued.get(key, 0)) - here[key]
        if lost > 0:
            unknown[key] = lost
            nobody = [
                Tag(ballot=ballot, tag=secrets.token_bytes(32), key=key, blinded=UNKNOWN) for _ in range(lost)
            ]
            Tag.objects.bulk_create(nobody, batch_size=AT_ONCE // 4)
    return unknown


def _know_casts_of_the_book() -> None:
    """No cast of the book waits for it, and none is accepted again: the book is public, so anybody could hand it in once more."""
    book = read_book(accepted_of(KINDS))
    voices: list[Voice] = []
    for _index, body in accepted_of(("cast",)):
        ballot = book.register.ballots.get(body["b"]) if isinstance(body["b"], int) else None
        if ballot is not None and ballot.index not in book.gone:
            nullifier = nullifier_of(ballot.leaf, nonce_of(decode_base64url(str(body["p"]))))
            voices.append(Voice(nullifier=nullifier, q=int(str(body["q"])), leaf=leaf_hash(pack_entry(body))))
        if len(voices) == AT_ONCE:
            _know(voices)
            voices = []
    _know(voices)


def _know(voices: list[Voice]) -> None:
    Voice.objects.bulk_create(voices, batch_size=AT_ONCE // 2, ignore_conflicts=True)
    WaitingCast.objects.filter(leaf__in=[voice.leaf for voice in voices]).delete()


def _statement(unknown: int) -> dict[str, str]:
    said = {}
    for language in LANGUAGES:
        with translation.override(language):
            said[language] = _(
                "The database of this house was restored from an older backup. It no longer knows who took tokens since: at most "
                "%(many)s people could take a second one. What was cast is counted as before."
            ) % {"many": unknown}
    return said
