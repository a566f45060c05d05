"""The clock of the server jumps by a day, forward and back, while the house is open: nothing is ended early, no cast is lost."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.campaigns.counter.conftest import HOUR, Town, campaign_file, open_town, tend
from tests.web.conftest import House, run

DAY = 24 * HOUR
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

# libfaketime hangs threads that sleep while it reads its file, so the house is told another time from inside of its process.
IN_ANOTHER_TIME = """
import datetime, pathlib, sys, time
from django.utils import timezone

clock, really = pathlib.Path(sys.argv.pop(1)), time.time

def told():
    return really() + int(clock.read_text())

time.time = told
timezone.now = lambda: datetime.datetime.fromtimestamp(told(), datetime.UTC)

from sawtna.cli.main import main
from sawtna.web.commands import serve

start_django = serve.start_django

def start():
    start_django()
    from sawtna.web import caretaker

    caretaker.Caretaker.__init__.__defaults__ = (0.5,)

serve.start_django = start
sys.exit(main())
"""


class HouseOfAnotherTime(House):
    """A house that asks a file how wrong its clock is, in seconds, and whose caretaker looks twice a second."""

    @property
    def clock(self) -> Path:
        """That file."""
        return self.var.parent / "clock"

    def command(self) -> list[str]:
        """What is started."""
        if not self.clock.exists():
            self.clock.write_text("0")
        return [sys.executable, "-c", IN_ANOTHER_TIME, str(self.clock)]


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait for something that must happen."""
    until = time.monotonic() + 150
    while not is_so():
        assert time.monotonic() < until, what
        time.sleep(0.2)


def put_clock(town: Town, seconds: int, answer: int) -> None:
    """Tell the house another time, and wait until it answers by it. The caretaker then looks a few times."""
    clock = town.house.var.parent / "clock"
    fresh = clock.with_suffix(".new")
    fresh.write_text(str(seconds))
    fresh.replace(clock)
    wait_until(
        lambda: _state(town) == answer, f"the house does not notice that its clock is wrong by {seconds}"
    )
    time.sleep(3)


def _state(town: Town) -> int:
    """202 where people are let in, 409 where it is too early or too late."""
    with town.client as client:
        return town.ask_for_code(client, "somebody@example.org").status_code


def keys_of(town: Town) -> list[str]:
    """The keys of ballots, and that of the roll, that there are."""
    return sorted(path.name for path in (town.house.var / "keys" / "ballots").iterdir())


def test_a_clock_that_jumps_loses_nothing_and_ends_nothing_early(tmp_path: Path) -> None:
    """The roll is over in four hours. A day ahead, a day behind: meanwhile nobody is let in, and afterwards all goes on."""
    town = open_town(tmp_path / "var", campaign_file(closes_in=4 * HOUR), make=HouseOfAnotherTime)
    pledge, poll = town.enrol("first@example.org")
    keys = keys_of(town)
    assert town.cast(pledge, [0]).status_code == 200

    put_clock(town, DAY, 409)
    assert town.cast(poll, [0]).json()["error"] == "closed"
    assert keys_of(town) == keys, "keys were destroyed a day early"
    put_clock(town, 0, 202)
    assert town.cast(poll, [0]).status_code == 200
    town.wait_for_number("ballots/stop/counted", 1)  # the house closes this batch itself, at the next minute
    town.wait_for_number("ballots/poll/counted", 1)

    pledge.q = 1
    put_clock(town, -DAY, 409)
    assert town.cast(pledge, [1]).json()["error"] == "closed"
    put_clock(town, 0, 202)
    assert keys_of(town) == keys
    town.enrol("second@example.org")
    assert town.cast(pledge, [1]).status_code == 200

    # Back and ahead again is a jump too: for an hour the house closes nothing by itself.
    tend(town.house, ahead=120)
    town.wait_for_number("ballots/stop/options/bills", 1)
    assert town.number("ballots/stop/counted") == 1
    town.wait_for_number("ballots/stop/issued", 2)
    done = run("audit", town.house.url, "--no-pages")
    assert done.returncode == 0, done.stdout + done.stderr
    assert town.house.close() == 0
