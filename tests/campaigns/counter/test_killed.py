"""`kill -9` between code, issue, cast and batch: nothing accepted is lost, nobody counts twice, nobody is locked out."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.campaigns.counter.conftest import HOUR, campaign_file, open_town, tend
from tests.campaigns.counter.killing import Crowd, broken_words, kill_at_random, let_all_finish, town_to_kill
from tests.web.conftest import run

KILLS = 12
PEOPLE = 4  # a round


@pytest.mark.slow
def test_killed_at_random_the_counter_keeps_its_word(tmp_path: Path) -> None:
    """A house is killed a dozen times while people take part; in the end each of them counts once, and the audit agrees.

    bench/kills.py does the same two hundred times.
    """
    with town_to_kill(tmp_path / "var") as (town, box):
        crowd = Crowd(town, box)
        kill_at_random(crowd, KILLS, PEOPLE, random.Random(2016))
        let_all_finish(crowd)

        assert not broken_words(crowd)


def test_a_closed_ballot_destroys_its_keys(tmp_path: Path) -> None:
    """When a roll is over its casts enter the book, its keys, roll key and tags are gone, and a late cast is refused."""
    town = open_town(tmp_path / "var", campaign_file(closes_in=HOUR))
    pledge, _ = town.enrol("late@example.org")
    keys = town.house.var / "keys" / "ballots"
    assert list(keys.glob("*.key"))
    assert list(keys.glob("*.roll"))
    assert town.cast(pledge, [0]).status_code == 200

    tend(town.house, ahead=2 * HOUR)

    assert town.number("ballots/stop/counted") == 1
    assert not list(keys.glob("*.key"))
    assert not list(keys.glob("*.roll"))
    pledge.q = 1
    assert town.cast(pledge, [1]).json()["error"] == "closed"
    audited = run("audit", town.house.url, "--no-pages", "--json")
    assert audited.returncode == 0, audited.stdout
    town.house.close()
