"""A house is killed at random while people take part: is an accepted cast lost, is anybody locked out or counted twice?

    PYTHONPATH=. python bench/kills.py [--kills 200] [--people 4] [--seed 2016] [--minutes 60]
    PYTHONPATH=. python tests/postgres.py python bench/kills.py --kills 200

Bounded: it stops killing when the minutes are over, and says how often it did. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.campaigns.counter.killing import Crowd, broken_words, kill_at_random, let_all_finish, town_to_kill


class OutOfTimeError(Exception):
    """The minutes are over."""


def main() -> int:
    """Kill, let everybody finish, look, print one JSON line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--people", type=int, default=4, help="new persons a kill")
    parser.add_argument("--seed", type=int, default=2016)
    parser.add_argument("--minutes", type=float, default=60)
    wanted = parser.parse_args()
    begun, done = time.monotonic(), 0

    def told(kills: int) -> None:
        nonlocal done
        done = kills
        if kills % 10 == 0:
            print(
                f"{kills} kills, {len(crowd.accepted)} of {len(crowd.coins)} people done",
                file=sys.stderr,
                flush=True,
            )
        if time.monotonic() - begun > wanted.minutes * 60:
            raise OutOfTimeError

    database = os.environ.get("SAWTNA_DATABASE", "")
    with tempfile.TemporaryDirectory() as name:
        settings = {"SAWTNA_DATABASE": database} if database else {}
        with town_to_kill(Path(name) / "var", **settings) as (town, box):
            crowd = Crowd(town, box)
            try:
                kill_at_random(crowd, wanted.kills, wanted.people, random.Random(wanted.seed), told)
            except OutOfTimeError:
                print("The time is over.", file=sys.stderr)
            between = len(crowd.accepted)
            let_all_finish(crowd)
            wrong = broken_words(crowd)
    found = {"database": database.partition(":")[0] or "sqlite", "kills": done, "people": len(crowd.coins)}
    times = {"done_while_killed": between, "minutes": round((time.monotonic() - begun) / 60, 1)}
    print(json.dumps({**found, **times, "broken": wrong}))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
