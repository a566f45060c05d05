"""Notices that the database was restored from a backup: a notch is cut into it and into a file beside the keys, again and again.

The file lies among the keys of ballots, which no backup may hold (issuer/keyring.py). A database with fewer notches than the file
is an older one: it no longer knows who took tokens since. The file also tells how many tokens were issued under each living key,
and which keys are held: nothing is issued under those until the organisers decide (decision 75).

Whoever can change the file can have people refused, or let them take a second token; the book shows how many were issued.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db.models import Count

from sawtna.campaigns.ballots_of_book import KINDS, read_book
from sawtna.campaigns.core.casting.register import OWN_ISSUER
from sawtna.campaigns.models import Notch, Tag, WaitingCast
from sawtna.campaigns.turned import restored
from sawtna.ledger.accepted import accepted_of

LOOK_EVERY = 5.0  # seconds


@dataclass(slots=True)
class Stick:
    """The file: `issued` has a total for each living key, by its entry; `waiting` casts; `held` keys are issued under no more."""

    count: int = 0
    issued: dict[int, int] = field(default_factory=dict)
    waiting: int = 0
    held: list[int] = field(default_factory=list)


def read_stick() -> Stick:
    """The file as it is; an empty one where there is none or it is broken, because then the keys are gone too."""
    try:
        told = json.loads(_place().read_bytes())
        issued = {int(key): int(total) for key, total in told["issued"].items()}
        return Stick(int(told["count"]), issued, int(told["waiting"]), [int(key) for key in told["held"]])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Stick()


def write_stick(stick: Stick) -> None:
    """Write the file whole or not at all."""
    place = _place()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place.with_suffix(".next")
    told = {"count": stick.count, "issued": stick.issued, "waiting": stick.waiting, "held": stick.held}
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place)


def notches_of_database() -> int:
    """How many the database carries."""
    return Notch.objects.values_list("count", flat=True).first() or 0


def set_notches(count: int) -> None:
    """Make the database carry so many."""
    Notch.objects.bulk_create(
        [Notch(count=count)], update_conflicts=True, unique_fields=["id"], update_fields=["count"]
    )


def is_older() -> bool:
    """Whether the database is older than the file: nothing may be issued, and no batch closed, until `sawtna recover` was run."""
    return notches_of_database() < read_stick().count


def held_keys() -> set[int]:
    """The keys under which nothing is issued until the organisers decide."""
    return set(read_stick().held)


def check_may_issue(keys: Iterable[int]) -> None:
    """Refuse to issue under keys that are held, and under any while the database is older; raises Turned."""
    older, held = _GATE.state()
    if older or held.intersection(keys):
        raise restored()


class _Gate:
    """What was last seen of file and database, so that not each request looks. Owner: this process."""

    def __init__(self) -> None:
        self._seen: tuple[float, bool, frozenset[int]] | None = None

    def state(self) -> tuple[bool, frozenset[int]]:
        """(older, held keys), at most some seconds old."""
        seen = self._seen
        if seen is None or not self.is_fresh:
            self._seen = seen = (time.monotonic(), is_older(), frozenset(held_keys()))
        return seen[1], seen[2]

    @property
    def is_fresh(self) -> bool:
        """Whether it was looked at in the last seconds, so that asking takes no time."""
        return self._seen is not None and time.monotonic() - self._seen[0] <= LOOK_EVERY


_GATE = _Gate()


def gate_was_seen() -> bool:
    """Whether `check_may_issue` would answer at once, without looking at file and database."""
    return _GATE.is_fresh


def cut_notch() -> None:
    """Cut one more when something was issued or cast since the last one. Never into an older database."""
    with one_knife():
        stick, count = read_stick(), notches_of_database()
        living = living_keys()
        issued, waiting = issued_under(living), WaitingCast.objects.count()
        if count < stick.count or (count, issued, waiting) == (stick.count, stick.issued, stick.waiting):
            return
        fresh = Stick(
            max(count, stick.count) + 1, issued, waiting, [key for key in stick.held if key in living]
        )
        set_notches(
            fresh.count
        )  # first: a kill before the next line leaves a database that is ahead, which is no harm
        write_stick(fresh)


def living_keys() -> dict[int, int]:
    """The site's own keys that have not ended: entry of the key, entry of its ballot."""
    book = read_book(accepted_of(KINDS))
    return {
        key.index: key.ballot
        for key in book.register.keys.values()
        if key.issuer == OWN_ISSUER and not {key.index, key.ballot} & book.gone
    }


def issued_under(keys: dict[int, int]) -> dict[int, int]:
    """How many tags there are of each of these keys."""
    counted = Tag.objects.filter(key__in=list(keys)).values_list("key").annotate(total=Count("tag"))
    return {**dict.fromkeys(keys, 0), **dict(counted)}


@contextmanager
def one_knife() -> Iterator[None]:
    """Let one process at a time read and write the file."""
    place = _place().with_suffix(".lock")
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _place() -> Path:
    return Path(settings.SAWTNA_VAR) / "keys" / "ballots" / "notches"
