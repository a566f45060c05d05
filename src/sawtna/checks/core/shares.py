"""How large a share is, and how surely: Wilson's interval in whole basis points, rounded alike on every machine.

E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 22 (1927). Of the usual intervals it is
the one that keeps its promise for few trials and for shares near nothing and near all (Brown, Cai, DasGupta, Statistical Science
2001).
"""

from __future__ import annotations

from math import isqrt
from typing import NamedTuple

WHOLE = 10_000  # basis points
ENOUGH = 10  # trials below which no share is said: with fewer, half of all shares could be meant
SQUARE = 38_416  # of 1.96, the normal quantile for 95 %, times ten thousand


class Interval(NamedTuple):
    """A share and the ends of its 95 % interval, in basis points."""

    share: int
    low: int
    high: int


def wilson(hits: int, trials: int) -> Interval | None:
    """The share of `hits` among `trials`, None below `ENOUGH`. The share and its lower end are rounded down, the upper end up.

    With z² = 3.8416, k hits of n: (k + z²/2 ± z·sqrt(k(n - k)/n + z²/4)) / (n + z²).
    """
    if trials < ENOUGH:
        return None
    # Everything times 2n·10⁴, so that only the root is not whole.
    middle = trials * (2 * hits * WHOLE + SQUARE)
    inner = SQUARE * trials * (4 * hits * (trials - hits) * WHOLE + trials * SQUARE)
    reach = isqrt(inner)
    below = 2 * trials * (trials * WHOLE + SQUARE)
    low = (middle - reach - (reach * reach < inner)) * WHOLE // below
    high = -(-(middle + reach + (reach * reach < inner)) * WHOLE // below)
    return Interval(hits * WHOLE // trials, max(0, low), min(WHOLE, high))
