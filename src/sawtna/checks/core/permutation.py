"""Exact permutation of labels: how often would chance alone put the voice flows as far below the controls as was seen?

Voice and control flows run together, and which is which was shuffled by us; so each way to give out the labels was as likely.
With five voice flows and four controls there are 126 ways, the smallest p is 1/126.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

MOST_WAYS = 200_000
EPSILON = 1e-9


def p_of_lower(voice: Sequence[float], controls: Sequence[float]) -> float:
    """One-sided p of the mean of `voice` being as low as it is; an error of rounding counts as a tie. Raises ValueError."""
    together = [*voice, *controls]
    if not voice or not controls:
        raise ValueError("got an empty side, expected flows on both")
    seen = sum(voice)
    ways = low = 0
    for chosen in combinations(range(len(together)), len(voice)):
        ways += 1
        if ways > MOST_WAYS:
            raise ValueError(f"got more than {MOST_WAYS} ways to give out the labels, expected fewer flows")
        low += sum(together[one] for one in chosen) <= seen + EPSILON
    return low / ways


def p_of_higher(voice: Sequence[float], controls: Sequence[float]) -> float:
    """One-sided p of the mean of `voice` being as high as it is."""
    return p_of_lower([-one for one in voice], [-one for one in controls])
