"""Moves waiting casts into the book, in the order of their leaf hashes: when their batch is due, or when their ballot closes.

Tokens that were issued are counted in the book at once, between batches too (decision 76), and in any case before the
casts, so that counted never exceeds issued. A ballot has two ends (core/casting/hours.py): at the first its keys end, after
all that they issued; at the second it closes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection, transaction

from sawtna.campaigns.ballots_of_book import KINDS, CountersBook, read_book
from sawtna.campaigns.core.casting.batches import batch_time, in_order, slot_of
from sawtna.campaigns.core.casting.register import OWN_ISSUER, BallotFacts, IssuerKey
from sawtna.campaigns.models import BatchClock, Tag, WaitingCast
from sawtna.campaigns.other_issuers import Counts, is_joint, living_keys
from sawtna.campaigns.sealed_casts import relay_of, sealed_before, waits_for_relay
from sawtna.ledger.accepted import accepted_of, hold_pen
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.core.entry import unpack_entry

COUNTED = ("issued",)
SETTLING = 10  # seconds after an end within which what was begun before it is stored
AT_ONCE = 500  # as many values as any database takes in one statement


@dataclass(slots=True)
class Sums:
    """How many tokens were issued: `known` to the book, by the entry of the key; and what `others` say."""

    known: dict[int, int]
    others: Counts

    def of(self, ballot: BallotFacts, key: IssuerKey) -> tuple[int, dict[str, str]]:
        """The sum of a key now, and the signature of another issuer as a field."""
        if key.issuer == OWN_ISSUER:
            return Tag.objects.filter(ballot=ballot.index, key=key.index).count(), {}
        total, signature = self.others.sums.get(key.index, (0, ""))
        return total, {"g": signature}

    def waiting(self, ballot: BallotFacts) -> int:
        """How many casts of a ballot may go into a batch."""
        waited = self.others.waited.get(ballot.index)
        return WaitingCast.objects.filter(ballot=ballot.index).count() if waited is None else len(waited)


def close_batches(now: int, counts: Counts | None = None) -> list[int]:
    """Close every batch that is due at `now` (Unix seconds), and every ballot whose time is over; the indices of new entries.

    `counts` are those of other issuers; a ballot for which they are lacking waits.
    The caller publishes afterwards, then calls `forget_order`.
    """
    with transaction.atomic():
        hold_pen()
        book = read_book(accepted_of(KINDS))
        sums, new = Sums(sums_in_book(), counts or Counts()), list[NewEntry]()
        for ballot in book.register.ballots.values():
            if ballot.index not in book.gone:
                new.extend(_of_ballot(book, ballot, sums, now))
        return append_entries(new)


def _of_ballot(book: CountersBook, ballot: BallotFacts, sums: Sums, now: int) -> Iterator[NewEntry]:
    hours = book.hours(ballot)
    if now < hours.opens or not book.register.keys_of(ballot.index):
        return
    if is_joint(book, ballot) and ballot.index not in sums.others.waited:
        return
    if now >= hours.lets_in_until + SETTLING and (living := living_keys(book, ballot)):
        yield from _issued(book, ballot, sums)
        for key in living:
            yield NewEntry({"k": "keyend", "i": key.index, "why": "closed"})
    if now < hours.counts_until:
        yield from _due(book, ballot, sums, now)
    elif now >= hours.counts_until + SETTLING and not waits_for_relay(book, ballot, now):
        yield from _batch(book, ballot, sums, hours.counts_until)
        yield NewEntry({"k": "close", "b": ballot.index, "t": hours.counts_until, **_unopened(book, ballot)})


def _unopened(book: CountersBook, ballot: BallotFacts) -> dict[str, object]:
    """How many sealed casts the relay has left behind, where it was waited for in vain."""
    many = sealed_before(book, ballot).count() if relay_of(book, ballot.roll) is not None else 0
    return {"sealed": many} if many else {}


def _due(book: CountersBook, ballot: BallotFacts, sums: Sums, now: int) -> Iterator[NewEntry]:
    """The batch of an open ballot, where one is due; else how many people were let in since, which may be known at once."""
    clock, _ = BatchClock.objects.get_or_create(
        ballot=ballot.index, defaults={"decided": slot_of(ballot.pace, book.hours(ballot).opens)}
    )
    waiting = sums.waiting(ballot)
    time = batch_time(ballot.pace, clock.decided, now, waiting)
    BatchClock.objects.filter(ballot=ballot.index).update(decided=slot_of(ballot.pace, now))
    if time is not None and time > _last_batch(ballot.index):
        yield from _batch(book, ballot, sums, time)
    else:
        yield from _issued(book, ballot, sums)


def _issued(book: CountersBook, ballot: BallotFacts, sums: Sums) -> Iterator[NewEntry]:
    """What each key issued since the book last said so; `sums` then knows of it."""
    for key in book.register.keys_of(ballot.index).values():
        total, signed = sums.of(ballot, key)
        news = total - sums.known.get(key.index, 0)
        if news > 0:
            sums.known[key.index] = total
            yield NewEntry({"k": "issued", "i": key.index, "n": news, "sum": total, **signed})


def _batch(book: CountersBook, ballot: BallotFacts, sums: Sums, time: int) -> Iterator[NewEntry]:
    yield from _issued(book, ballot, sums)
    rows = _rows(ballot.index, sums)
    for body in in_order(rows):
        fields = {name: value for name, value in unpack_entry(body).items() if name != "v"}
        yield NewEntry(fields)
    if rows:
        _let_go(ballot, rows, sums)
        yield NewEntry({"k": "batch", "b": ballot.index, "t": time, "n": len(rows)})


def _let_go(ballot: BallotFacts, rows: list[tuple[bytes, bytes]], sums: Sums) -> None:
    """Delete the casts of a batch."""
    table = WaitingCast.objects.filter(ballot=ballot.index)
    if ballot.index not in sums.others.waited:
        table.delete()
        return
    for start in range(0, len(rows), AT_ONCE):
        table.filter(leaf__in=[leaf for leaf, _ in rows[start : start + AT_ONCE]]).delete()


def _last_batch(ballot: int) -> int:
    """When the last batch of a ballot was, as the book says: a clock that was put back must not close an earlier one."""
    return max((_whole(body["t"]) for _, body in accepted_of(("batch",)) if body["b"] == ballot), default=-1)


def _rows(ballot: int, sums: Sums) -> list[tuple[bytes, bytes]]:
    """The casts that wait, each with its leaf hash; of a joint ballot those that waited before the others counted."""
    rows = WaitingCast.objects.filter(ballot=ballot).values_list("leaf", "body")
    waited = sums.others.waited.get(ballot)
    return [(bytes(leaf), bytes(body)) for leaf, body in rows if waited is None or bytes(leaf) in waited]


def sums_in_book() -> dict[int, int]:
    """How many tokens were issued under each key, as the book says so far."""
    return {_whole(body["i"]): _whole(body["sum"]) for _, body in accepted_of(COUNTED)}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def forget_order() -> None:
    """Take from the tables of casting what tells in which order rows came (memo trust 5.7). Outside of transactions."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table in (
                "campaigns_tag",
                "campaigns_waitingcast",
                "campaigns_voice",
                "campaigns_sealedcast",
            ):
                cursor.execute(f"VACUUM FULL {table}")
