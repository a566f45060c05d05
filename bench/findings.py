"""How often a change is found where there is none and how soon where there is one; what folding many checks costs.

Usage: python bench/findings.py [SERIES]. A series is a network on 120 days with one chance of a hindered day; looked at daily,
as a site does. Beside it: the usual test of two shares at each day, corrected for the number of days, looked at as often.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections.abc import Sequence
from datetime import date, timedelta
from math import erfc, sqrt

from sawtna.checks.core.changes import ALARM, changes_of
from sawtna.checks.core.fold import ChecksFold
from sawtna.ledger.core.encoding import encode_base64url

DAYS, CHECKS, NETWORKS = 120, 100_000, 20
CHANCES = (0.0, 0.02, 0.1, 0.3, 0.5, 0.8, 0.97)


def days(rng: random.Random, *stretches: tuple[int, float]) -> list[bool]:
    """Days that are hindered with one chance after another."""
    return [rng.random() < chance for count, chance in stretches for _ in range(count)]


def is_alarm_of_the_usual_test(series: Sequence[bool]) -> bool:
    """Whether on any day two shares differ at 1 in `ALARM`, corrected for the days between which they could."""
    sums = [0]
    for day in series:
        sums.append(sums[-1] + day)
    for count in range(4, len(series) + 1):
        share = sums[count] / count
        spread = share * (1 - share)
        for place in range(2, count - 1):
            gap = abs(sums[place] / place - (sums[count] - sums[place]) / (count - place))
            error = sqrt(spread * (1 / place + 1 / (count - place)))
            if error and erfc(gap / error / sqrt(2)) * (count - 3) <= 1 / ALARM:
                return True
    return False


def delay(before: int, chance: float) -> float:
    """Clean or noisy days after a change until it is found, on average; the days before it are hindered with 1 - `chance`."""
    rng, waited = random.Random(1), []
    for _ in range(40):
        series = days(rng, (before, 1 - chance), (60, chance))
        waited.append(next((after for after in range(1, 61) if changes_of(series[: before + after])), 60))
    return sum(waited) / len(waited)


def bodies() -> list[dict[str, object]]:
    """Checks of some networks over two years, forty kinds of traffic each."""
    rng, made = random.Random(1), []
    flows = {state: [f"flow{number}={state}" for number in range(40)] for state in ("open", "blocked")}
    for number in range(CHECKS):
        verdict = rng.choice(("blocked", "blocked", "not_blocked", "inconclusive"))
        made.append({
            "k": "check", "on": (date(2024, 11, 24) + timedelta(days=number * 730 // CHECKS)).isoformat(),
            "net": f"AS{64500 + rng.randrange(NETWORKS)}", "cc": "MA", "via": rng.choice(("mobile", "wifi")), "how": "probe",
            "verdict": verdict, "causes": ["signature:stun"] if verdict == "blocked" else [],
            "flows": flows["blocked" if verdict == "blocked" else "open"], "who": encode_base64url(number.to_bytes(8, "big")),
            "ev": encode_base64url(number.to_bytes(32, "big")), "far": "example/far-end+1a2b3c4d", "software": "0.1.0",
        })  # fmt: skip
    return made


def fold_many() -> None:
    """What a site does when it starts, and when one more check comes."""
    fold, made = ChecksFold(), bodies()
    began = time.process_time()
    for index, body in enumerate(made[:-1]):
        fold.take(index, body)
    print(f"reading {CHECKS:,} checks: {time.process_time() - began:.1f} s of processor time")
    for what in ("all numbers", "all numbers after one more check"):
        began = time.process_time()
        count = sum(1 for _ in fold.numbers(date(2026, 11, 24)))
        print(f"{what} ({count:,}): {time.process_time() - began:.2f} s")
        fold.take(CHECKS, made[-1])
    print(f"memory at its peak: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    """Print all of it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    rng, ours, usual = random.Random(2), 0, 0
    for number in range(count):
        series = days(rng, (DAYS, CHANCES[number % len(CHANCES)]))
        ours += bool(changes_of(series))
        usual += is_alarm_of_the_usual_test(series)
    print(
        f"{count} networks that never change, {DAYS} days: ours sees a change in {ours}, promised {count / ALARM:.1f} at most;"
    )
    print(f"the usual test, corrected and looked at daily, in {usual}")
    for before, chance in ((12, 0.0), (60, 0.0), (200, 0.0), (60, 0.05)):
        print(
            f"after {before} days, with {chance:.0%} of the days wrong: found after {delay(before, chance):.1f} days"
        )
    fold_many()


if __name__ == "__main__":
    main()
