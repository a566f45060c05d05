"""The clock of the server jumps by a day, forward and back, while the house is open: nothing is closed too early."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaigns.counter.conftest import HOUR, Town, campaign_file, faketime, open_town
from tests.web.conftest import House, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

QUICK = """
import sys
from sawtna.cli.main import main
from sawtna.web.commands import serve

start_django = serve.start_django

def start():
    start_django()
    from sawtna.web import caretaker

    caretaker.Caretaker.__init__.__defaults__ = (0.2,)

serve.start_django = start
sys.exit(main())
"""


class QuickHouse(House):
    """A house whose caretaker looks five times a second."""

    def command(self) -> list[str]:
        """What is started."""
        return [sys.executable, "-c", QUICK]


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that must happen."""
    until = time.monotonic() + 150
    while not is_so():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.1)


def put_clock(clock: Path, jump: str) -> None:
    """Tell the library another time, at once and whole: it reads the file at each question."""
    fresh = clock.with_suffix(".new")
    fresh.write_text(f"{jump}\n")
    fresh.replace(clock)


def keys_of(town: Town) -> int:
    """How many keys of ballots there are."""
    return len(list((town.house.var / "keys" / "ballots").glob("*.key")))


def test_a_clock_that_jumps_closes_nothing_too_early(tmp_path: Path) -> None:
    """The roll is over in two hours. A day ahead, a day back: nobody is let in, but nothing is ended. Then all goes on."""
    clock = tmp_path / "clock"
    clock.write_text("+0\n")
    settings = {
        "LD_PRELOAD": faketime(),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    town = open_town(tmp_path / "var", campaign_file(closes_in=2 * HOUR), make=QuickHouse, **settings)
    pledge, poll = town.enrol("first@example.org")
    keys = keys_of(town)
    assert keys
    assert town.cast(pledge, [0]).status_code == 200
    town.wait_for_number("ballots/stop/counted", 1)

    for jump in ("+1d", "-1d"):
        put_clock(clock, jump)
        wait_until(lambda: town.cast(poll, [0]).status_code == 409)
        with town.client as client:
            assert town.ask_for_code(client, "second@example.org").json()["error"] == "closed"
        time.sleep(3)  # the caretaker looks many times
        assert keys_of(town) == keys, "keys were destroyed a day early"
        put_clock(clock, "+0")
        wait_until(lambda: town.cast(poll, [0]).status_code == 200)

    town.enrol("second@example.org")
    pledge.q = 1
    assert town.cast(pledge, [1]).status_code == 200
    town.wait_for_number("ballots/poll/counted", 1)
    town.wait_for_number("ballots/stop/options/bills", 1)
    assert run("audit", town.house.url, "--no-pages").returncode == 0
    town.house.close()
