"""The database is replaced by a backup of yesterday: the house notices, takes back what was published, issues nothing twice."""

from __future__ import annotations

import json
import shutil
import sqlite3
from pathlib import Path

import pytest

from sawtna.campaigns.caster.purse import Coin
from sawtna.ledger.core.tiles import TileReader

from tests.campaigns.counter.conftest import Town, campaign_file, open_again, open_town, tend
from tests.web.conftest import House, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def back_up(house: House, to: Path) -> None:
    """As `sqlite3 sawtna.sqlite3 ".backup FILE"` does."""
    with sqlite3.connect(house.var / "sawtna.sqlite3") as database, sqlite3.connect(to) as copy:
        database.backup(copy)


def restore(house: House, copy: Path) -> None:
    """Put a backup in the place of the database."""
    for journal in house.var.glob("sawtna.sqlite3-*"):
        journal.unlink()
    shutil.copy(copy, house.var / "sawtna.sqlite3")


def rows_of(house: House) -> list[tuple[object, ...]]:
    """The book as the database holds it."""
    with sqlite3.connect(house.var / "sawtna.sqlite3") as database:
        return database.execute("SELECT * FROM ledger_entry ORDER BY 1").fetchall()


def audit(house: House) -> dict[str, object]:
    """The audit finds nothing wrong; its report."""
    done = run("audit", house.url, "--no-pages", "--json")
    assert done.returncode == 0, done.stdout
    report: dict[str, object] = json.loads(done.stdout)
    return report


def casts_of_the_book(house: House) -> list[bytes]:
    """The bytes of all casts, as anybody can read them."""
    size = int(house.get("/log/checkpoint").text.split("\n")[1])

    def read(path: str) -> bytes:
        answer = house.get(f"/log/{path}")
        if answer.status_code != 200:
            raise FileNotFoundError(path)
        return answer.content

    tiles = TileReader(read, size)
    entries = [tiles.entry(index) for index in range(size)]
    return [entry for entry in entries if b'"k":"cast"' in entry]


def take_part(town: Town, contact: str) -> Coin:
    """Enrol and pledge."""
    pledge, _poll = town.enrol(contact)
    assert town.cast(pledge, [0]).status_code == 200
    return pledge


def ask(town: Town, contact: str) -> tuple[int, str]:
    """Ask for a code: status and error code."""
    with town.client as client:
        answer = town.ask_for_code(client, contact)
    return answer.status_code, str(answer.json().get("error", ""))


def test_a_database_of_yesterday_is_noticed_and_made_whole(tmp_path: Path) -> None:
    """First, second: before the backup; third: published since; fourth: still waiting when the database is replaced."""
    town = open_town(tmp_path / "var", campaign_file())
    house, copy = town.house, tmp_path / "yesterday.sqlite3"
    take_part(town, "first@example.org")
    tend(house, 60)
    take_part(town, "second@example.org")
    back_up(house, copy)
    third = take_part(town, "third@example.org")
    tend(house, 120)
    assert town.number("ballots/stop/counted") == 3
    fourth = take_part(town, "fourth@example.org")
    house.close()  # polite: the house notes how far it came
    published, rows = (house.var / "log" / "checkpoint").read_bytes(), rows_of(house)
    restore(house, copy)

    it_refuses_to_open(house)
    assert (house.var / "log" / "checkpoint").read_bytes() == published

    done = house.run("recover")
    assert done.returncode == 0, done.stderr
    assert "entries were taken back" in done.stdout
    assert "up to 2 people" in done.stdout, "the third and the fourth"
    assert "About 1 casts" in done.stdout
    assert rows_of(house) == rows

    open_again(house)
    town.learn()
    assert town.number("ballots/stop/counted") == 3
    assert ask(town, "fifth@example.org") == (503, "closed_counter")
    with town.client as client:
        for cast in casts_of_the_book(house):  # anybody can hand in again what is public
            assert client.post("/t/v1/cast", content=cast).status_code == 200
    third.q = 1
    assert town.cast(third, [0, 1]).status_code == 200
    assert town.cast(fourth, [0]).status_code == 200, "what was lost can be cast again"
    tend(house, 180)
    assert town.number("ballots/stop/counted") == 4
    assert town.number("ballots/stop/issued") == 4
    audit(house)
    house.close()

    done = house.run("recover", "--issue-again")
    assert done.returncode == 0, done.stderr
    open_again(house)
    take_part(town, "fifth@example.org")
    shutil.copytree(house.var / "log", tmp_path / "log")
    tend(house, 240)
    assert town.number("ballots/stop/counted") == 5
    audit(house)
    the_files_are_older(house, tmp_path / "log")


def it_refuses_to_open(house: House) -> None:
    """The sentence says what happened and what to do."""
    refused = house.run("serve", "--port", str(house.port), "--no-example")
    assert refused.returncode == 1
    assert "restored from an older backup" in refused.stderr
    assert "sawtna recover" in refused.stderr


def the_files_are_older(house: House, yesterday: Path) -> None:
    """The other way round: the next start publishes what the database has, and the book goes on."""
    today = (house.var / "log" / "checkpoint").read_bytes()
    house.close()
    shutil.rmtree(house.var / "log")
    shutil.move(yesterday, house.var / "log")
    open_again(house)
    assert (house.var / "log" / "checkpoint").read_bytes() == today
    audit(house)
    house.close()


def test_an_older_database_of_the_same_book_is_noticed_too(tmp_path: Path) -> None:
    """Nothing was published since the backup, so the book cannot tell; the notches do: nothing is issued and no batch closed."""
    town = open_town(tmp_path / "var", campaign_file())
    house, copy = town.house, tmp_path / "yesterday.sqlite3"
    back_up(house, copy)
    pledge = take_part(town, "first@example.org")
    house.close()
    restore(house, copy)

    open_again(house)
    town.learn()
    assert ask(town, "first@example.org") == (503, "closed_counter")
    assert town.cast(pledge, [0]).status_code == 200
    tend(house)
    assert town.number("ballots/stop/counted") is None or town.number("ballots/stop/counted") == 0
    house.close()
    done = house.run("recover")
    assert done.returncode == 0, done.stderr
    assert "up to 1 people" in done.stdout
    open_again(house)
    tend(house, 120)
    assert town.number("ballots/stop/counted") == 1
    it_rises_again_from_a_mirror(town, pledge, tmp_path)


def it_rises_again_from_a_mirror(town: Town, first: Coin, tmp_path: Path) -> None:
    """Database and files are lost; the key was kept, and a mirror has the book: it goes on in a new folder."""
    house, mirror = town.house, tmp_path / "mirror"
    assert run("mirror", house.url, str(mirror), "--once").returncode == 0
    house.close()
    keys = tmp_path / "kept.key"
    shutil.copy(house.var / "keys" / "log.key", keys)
    promise = (house.var / "keys" / "promise.key").read_bytes()
    shutil.rmtree(house.var)
    assert "no key" in house.run("recover", "--from", str(mirror)).stderr
    (house.var / "keys").mkdir(parents=True, mode=0o700)
    shutil.copy(keys, house.var / "keys" / "log.key")
    (house.var / "keys" / "promise.key").write_bytes(promise)

    done = house.run("recover", "--from", str(mirror))
    assert done.returncode == 0, done.stderr
    open_again(house)
    town.learn()
    assert town.number("ballots/stop/counted") == 1
    assert ask(town, "second@example.org")[0] == 503, "the keys of the ballots are gone with the house"
    first.q = 1
    assert town.cast(first, [1]).status_code == 200, "whoever has a token can cast"
    tend(house, 180)
    audit(house)
    house.close()
