"""When waiting casts become public, and in which order: what keeps time from telling who cast what (memo trust 5.6 and 6.7).

A batch closes only at a multiple of `every` and with at least `kmin` casts, or when the ballot closes; inside it casts lie in
the order of their leaf hashes, which says nothing of when they came. Pure: the moment is an argument.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from sawtna.campaigns.core.entries import MODES

QUIET, LIVELY, AT_CLOSE = MODES

Waiting = TypeVar("Waiting")


@dataclass(frozen=True, slots=True)
class Pace:
    """How often batches close: `every` in seconds, with at least `kmin` casts; None waits for the close of the ballot."""

    every: int
    kmin: int | None


PACES: Mapping[str, Pace] = {QUIET: Pace(86_400, 50), LIVELY: Pace(600, 10), AT_CLOSE: Pace(86_400, None)}


def pace_of(ballot: Mapping[str, object], roll: Mapping[str, object] | None) -> Pace:
    """The pace of a ballot: that of its roll's mode (quiet where none is said), with the `every` and `kmin` that it names."""
    mode = str((roll or {}).get("mode", QUIET))
    usual = PACES.get(mode, PACES[QUIET])
    every, kmin = ballot.get("every", usual.every), ballot.get("kmin", usual.kmin)
    least = None if mode == AT_CLOSE or not isinstance(kmin, int) else kmin
    return Pace(every if isinstance(every, int) else usual.every, least)


def promised_by(mode: object, pace: Pace) -> Pace | None:
    """What a mode promises to the people of a roll, where `pace` does not keep it; None where it does."""
    usual = PACES.get(str(mode), PACES[QUIET])
    if usual.kmin is None or pace.kmin is None:
        return None
    return usual if pace.every < usual.every or pace.kmin < usual.kmin else None


def slot_of(pace: Pace, now: int) -> int:
    """The last multiple of `every` that is not after `now` (Unix seconds)."""
    return now - now % pace.every


def batch_time(pace: Pace, decided: int, now: int, waiting: int) -> int | None:
    """The `t` of the batch that may close now, or None.

    `decided` is the last multiple for which this was asked, kept by the caller: too few casts at one multiple wait for the
    next one, as a batch that closed on its `kmin`th cast would tell when that one came. `waiting` counts casts.
    """
    slot = slot_of(pace, now)
    is_due = slot > decided and pace.kmin is not None and waiting >= max(pace.kmin, 1)
    return slot if is_due else None


def in_order(casts: Iterable[tuple[bytes, Waiting]]) -> list[Waiting]:
    """What waits, given with its leaf hash, in the order in which it enters the book."""
    return [waiting for _, waiting in sorted(casts, key=lambda cast: cast[0])]
