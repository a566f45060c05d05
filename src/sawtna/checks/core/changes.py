"""Since when a network blocks, and since when it is open: where a series of days changes. A bet that may be looked at daily.

A day is hindered or open; it has one voice, however many checks it had. Were every day of it hindered with one chance,
whatever that chance is, then

    E = sum over s of 1/(s(s + 1)) · KT(days 1…s) · KT(days after s) / greatest likelihood of all days under one chance

would be at most a martingale that begins with 1: above is a probability of the days (KT: Krichevsky and Trofimov 1981, the mean
over all chances under Jeffreys' prior), below at least their true one. So a network that does not change is said to change with a
chance of at most 1 in `ALARM`, for ever, however often somebody looks (Ville 1939). The construction: Wasserman, Ramdas,
Balakrishnan, "Universal inference" (PNAS 2020); for exchangeable bits: Ramdas, Ruf, Larsson, Koolen (IJAR 2022); for changes:
Shin, Ramdas, Rinaldo, "E-detectors" (2022). After a change the same begins anew with the days after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, log

ALARM = 200  # one network in so many that never change is ever said to have changed
REACH = 120  # days back that are asked for a change; leaving out terms of the sum makes it smaller, so the bound holds
SAME = 1e-9  # likelihoods nearer than this are alike, on every machine


def changes_of(days: Sequence[bool]) -> list[int]:
    """The places at which the days change: each is the first day of what is new. `True` is a hindered day."""
    places: list[int] = []
    start = 0
    while (change := _first_change(days[start:])) is not None:
        start += change
        places.append(start)
    return places


def _first_change(days: Sequence[bool]) -> int | None:
    """The place of the change that is noticed first, None when none is."""
    hits = [0]
    kt = [0.0]  # log KT of the first s days
    since: list[float] = []  # log KT of the days after s, for s from 1
    for count, is_hit in enumerate(days):
        kt.append(kt[-1] + _kt_step(hits[-1] if is_hit else count - hits[-1], count))
        hits.append(hits[-1] + is_hit)
        first = max(1, count + 1 - REACH)
        for place in range(first, count + 1):
            seen = hits[count] - hits[place]
            since[place - 1] += _kt_step(seen if is_hit else count - place - seen, count - place)
        now = count + 1
        if _is_alarming(kt, since, hits[now], range(first, now)):
            return _likeliest(hits, range(first, now))
        since.append(0.0)
    return None


def _kt_step(alike: int, before: int) -> float:
    """The log of what KT gives to one more day, when so many of those before it were alike."""
    return log((alike + 0.5) / (before + 1))


def _is_alarming(kt: Sequence[float], since: Sequence[float], hits: int, places: range) -> bool:
    count = places.stop
    greatest = _likelihood(hits, count)
    odds = sum(exp(kt[place] + since[place - 1] - greatest) / (place * (place + 1)) for place in places)
    return odds >= ALARM


def _likelihood(hits: int, count: int) -> float:
    """The log of the greatest chance that one rate gives to so many hits."""
    return sum(part * log(part / count) for part in (hits, count - hits) if part)


def _likeliest(hits: Sequence[int], places: range) -> int:
    """The change at which two rates explain the days best; of several alike, the earliest."""
    count, best, most = places.stop, places.start, float("-inf")
    for place in places:
        after = _likelihood(hits[count] - hits[place], count - place)
        told = _likelihood(hits[place], place) + after
        if told > most + SAME:
            best, most = place, told
    return best
