"""The pledge of Morocco 2016 at its real size, cast by invented people through the real protocol: a simulation, marked as one.

Opens a house in a folder with the true example and, beside it, the campaign `morocco-2016-cast`; lets so many people enrol,
pledge and answer the poll; waits for the batches and the close; audits all of it; prints one JSON line. `sawtna serve
--var FOLDER/var` shows the page afterwards. What people choose is assumed, and the page says so.

    python bench/example_cast.py FOLDER [--people 11000] [--closes-in SECONDS | --leave-open]
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import uvloop
from bench.casting import SAWTNA, bring_in, open_house, read_entries, read_register, wait_for
from bench.load_client import Crowd, mint_all

from sawtna.campaigns.caster.purse import Coin
from sawtna.campaigns.core.casting.register import Register

CAMPAIGN = Path(__file__).with_name("morocco_2016_cast.json")
NAME = "morocco-2016-cast"
PORT, MAIL_PORT, AT_ONCE = 8081, 8082, 96
SLOWEST = (
    0.04  # seconds a person: the ballots close after this time and a minute, unless --closes-in says when
)
PLEDGES = (
    (0,),
    (0,),
    (0,),
    (0,),
    (1,),
    (1,),
    (1,),
    (0, 1),
    (0, 1),
    (0, 1),
)  # of ten people; 0 top-ups, 1 bills
ANSWERS = ((0,), (1,), (0,), (1,), (0,), (1,), (0,), (1,), (0,), (0,))


def document(closes_in: int, *, is_left_open: bool) -> dict[str, object]:
    """The campaign, opening now."""
    now = datetime.now(UTC)  # noqa: TID251 (a bench stands at the edge)
    told = json.loads(CAMPAIGN.read_text(encoding="utf-8").replace("TODAY", now.date().isoformat()))
    opens = int(now.timestamp()) - 60
    told["rolls"][0].update(opens=opens, closes=opens + 60 + closes_in)
    if is_left_open:
        for ballot in told["ballots"]:
            ballot["every"] = 60
    return told


def choices(register: Register, number: int, coin: Coin) -> tuple[int, ...]:
    """What invented person `number` chooses: the same each time, spread over all."""
    of_ten = PLEDGES if register.ballots[coin.ballot].sort == "pledge" else ANSWERS
    return of_ten[number % 10]


def expected(people: int) -> dict[str, int]:
    """The numbers that the book must show in the end."""
    found = {}
    for ballot, of_ten in (("boycott-pledge", PLEDGES), ("which-step", ANSWERS)):
        key = f"{NAME}/ballots/{ballot}"
        found[f"{key}/counted"] = found[f"{key}/issued"] = people
        for at, option in enumerate(("top-ups", "bills")):
            found[f"{key}/options/{option}"] = sum(at in of_ten[number % 10] for number in range(people))
    return found


def wait_for_close(url: str, ballots: int, seconds: float) -> bool:
    """Whether the book has closed so many ballots, after so many seconds at most."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if sum(body["k"] == "close" for body in read_entries(url, last=40)) == ballots:
            return True
        time.sleep(5)
    return False


def main() -> int:
    """Open, let everyone take part, wait, audit, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--people", type=int, default=11_000)
    parser.add_argument("--closes-in", type=int, help="seconds until the ballots close")
    parser.add_argument("--leave-open", action="store_true", help="for a day; batches come each minute")
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument("--mail-port", type=int, default=MAIL_PORT)
    chosen = parser.parse_args()
    people, var, url = chosen.people, chosen.folder / "var", f"http://127.0.0.1:{chosen.port}"
    closes_in = 86_400 if chosen.leave_open else chosen.closes_in or int(60 + SLOWEST * people)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    with open_house(var, chosen.port, chosen.mail_port):
        bring_in(document(closes_in, is_left_open=chosen.leave_open), var)
        register = read_register(url)
        roll = next(ballot.roll for ballot in register.ballots.values())
        crowd = Crowd(register, roll, mint_all(register, people), lambda *one: choices(register, *one))
        seconds = uvloop.run(crowd.all_take_part(chosen.port, chosen.mail_port, AT_ONCE))
        wanted = expected(people)
        is_closed = chosen.leave_open or wait_for_close(url, 2, closes_in + 600)
        found = wait_for(url, wanted, 300)
        audit = subprocess.run([*SAWTNA, "audit", url], check=False, capture_output=True, text=True)
    figures = {
        "people": people,
        "seconds": round(seconds, 1),
        "runs_a_second": round(people / seconds),
        "lost": 2 * people - sum(found[key] for key in found if key.endswith("/counted")),
        "closed": is_closed,
        "numbers": {key.removeprefix(f"{NAME}/ballots/"): value for key, value in found.items()},
        "audit": audit.returncode,
        "audit_says": audit.stdout.strip().splitlines()[-1:],
        "look_at_it": f"sawtna serve --var {var}",
    }
    print(json.dumps(figures, ensure_ascii=False))
    return 0 if found == wanted and is_closed and audit.returncode == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
