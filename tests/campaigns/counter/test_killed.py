"""`kill -9` between code, issue, cast and batch: nothing accepted is lost, nobody counts twice, nobody is locked out."""

from __future__ import annotations

import json
import random
import signal
import threading
import time
from pathlib import Path

import httpx
import pytest

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin
from sawtna.ledger.core.encoding import decode_base64url

from tests.campaigns.counter.conftest import Town, campaign_file, open_again, open_town
from tests.web.conftest import run

KILLS = 12
PEOPLE = 4  # a round


def take_part(town: Town, contact: str, coins: list[Coin], accepted: set[str], wait: float) -> None:
    """Go as far as the house lets one; what is at hand already is used again."""
    try:
        with town.client as client:
            if not all(coin.is_stamped for coin in coins):
                older = len(town.mails_to(contact))  # codes of a house that was killed meanwhile
                town.ask_for_code(client, contact)
                code = town.code_for(contact, wait, beyond=older)
                answer = town.ask_for_tokens(client, contact, code, coins)
                for coin, signature in zip(coins, answer.json().get("sigs", []), strict=False):
                    steps.take_stamp(town.register, coin, decode_base64url(signature))
            if coins[0].is_stamped:
                answer = client.post("/t/v1/cast", content=steps.make_cast(coins[0], [0]))
                if answer.status_code == 200:
                    accepted.add(contact)
    except (httpx.HTTPError, pytest.fail.Exception, json.JSONDecodeError):
        return


@pytest.mark.slow
def test_killed_at_random_the_counter_keeps_its_word(tmp_path: Path) -> None:
    """A house is killed a dozen times while people take part; in the end each of them counts once, and the audit agrees."""
    town = open_town(tmp_path / "var", campaign_file())
    dice, accepted = random.Random(2016), set()
    people = {f"p{number}@example.org": town.mint() for number in range(KILLS * PEOPLE)}
    waiting = list(people)
    for _ in range(KILLS):
        group, waiting = waiting[:PEOPLE], waiting[PEOPLE:]
        threads = [
            threading.Thread(target=take_part, args=(town, contact, people[contact], accepted, 3))
            for contact in group
        ]
        for thread in threads:
            thread.start()
        time.sleep(dice.uniform(0.05, 1.2))
        assert town.house.process is not None
        town.house.process.send_signal(signal.SIGKILL)
        town.house.process.wait()
        town.house.process.stdout.close()
        for thread in threads:
            thread.join()
        open_again(town.house)
    for contact, coins in people.items():
        take_part(town, contact, coins, accepted, 30)

    assert accepted == set(people), "somebody was locked out"
    town.wait_for_number("ballots/stop/counted", len(people))
    audited = run("audit", town.house.url, "--no-pages", "--json")
    assert audited.returncode == 0, audited.stdout
    assert town.number("ballots/stop/issued") == len(people)
    town.house.close()


def test_a_closed_ballot_destroys_its_keys(tmp_path: Path) -> None:
    """When a roll is over its casts enter the book, its keys, roll key and tags are gone, and a late cast is refused."""
    town = open_town(tmp_path / "var", campaign_file(closes_in=120))
    pledge, _ = town.enrol("late@example.org")
    keys = town.house.var / "keys" / "ballots"
    assert list(keys.glob("*.key"))
    assert list(keys.glob("*.roll"))
    assert town.cast(pledge, [0]).status_code == 200

    town.wait_for_number("ballots/stop/counted", 1, seconds=120)
    until = time.monotonic() + 150
    while list(keys.glob("*.key")) + list(keys.glob("*.roll")) and time.monotonic() < until:
        time.sleep(0.2)

    assert not list(keys.glob("*.key"))
    assert not list(keys.glob("*.roll"))
    pledge.q = 1
    assert town.cast(pledge, [1]).json()["error"] == "closed"
    audited = run("audit", town.house.url, "--no-pages", "--json")
    assert audited.returncode == 0, audited.stdout
    town.house.close()
