"""A real house with open ballots, and people who take part through the real protocol."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import altcha
import httpx
import pytest

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin
from sawtna.campaigns.core.casting.register import LEARNED, BallotFacts, Register
from sawtna.ledger.core.checkpoint import unpack_checkpoint
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import unpack_entry
from sawtna.ledger.core.tiles import TileReader

from tests.web.conftest import House, free_port, surroundings

HOUR = 3600


def campaign_file(closes_in: int = 24 * HOUR) -> dict[str, object]:
    """A campaign with one pledge and one poll in one lively roll; batches of one, every minute, so that tests need not wait."""
    said = {"en": "Words"}
    now = int(datetime.now(UTC).timestamp())  # noqa: TID251 (a test stands at the edge)
    campaign = {
        "id": "trial",
        "country": "MA",
        "zone": "Africa/Casablanca",
        "mark": "simulation",
        "opens": "2026-01-01",
    }
    roll = {
        "id": "main",
        "opens": now - HOUR,
        "closes": now + closes_in,
        "kinds": ["email", "invite"],
        "mode": "lively",
    }
    ballot = {
        "taken": "here", "options": ["top-ups", "bills"], "min": 1, "opens": "2026-01-01", "roll": "main", "kinds": ["email"],
        "issuers": ["site"], "need": 1, "every": 60, "kmin": 1,
        "words": {"title": said, "options": {"top-ups": said, "bills": said}},
    }  # fmt: skip
    return {
        "format": "sawtna-campaign/1",
        "campaign": {**campaign, "words": {"title": said, "summary": said}},
        "rolls": [roll],
        "ballots": [
            {"id": "stop", "sort": "pledge", "counting": "approval", "max": 2, **ballot},
            {"id": "poll", "sort": "poll", "counting": "single", "max": 1, **ballot},
        ],
    }


@dataclass
class Town:
    """A house with ballots, seen from outside."""

    house: House
    register: Register = field(default_factory=Register)

    @property
    def client(self) -> httpx.Client:
        """A connection of its own."""
        return httpx.Client(base_url=self.house.url, timeout=60)

    @property
    def roll(self) -> int:
        """The entry of the roll."""
        return next(ballot.roll for ballot in self.register.ballots.values() if ballot.roll is not None)

    def learn(self) -> None:
        """Read ballots and keys out of the published log."""
        with self.client as client:
            note = client.get("/log/checkpoint").text
            size = unpack_checkpoint(note.split("\n\n")[0] + "\n").size
            tiles = TileReader(lambda path: _file(client, path), size)
            self.register = Register()
            for index in range(size):
                body = unpack_entry(tiles.entry(index))
                if body["k"] in LEARNED:
                    self.register.learn(index, body)

    def ballot(self, name: str) -> BallotFacts:
        """One ballot by its id."""
        return next(ballot for ballot in self.register.ballots.values() if ballot.id == name)

    def ask_for_code(self, client: httpx.Client, contact: str, **more: object) -> httpx.Response:
        """Do the work and ask for a code."""
        challenge = altcha.Challenge.from_dict(client.post("/t/v1/challenge").json())
        work = altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()
        asked = {
            "roll": self.roll,
            "kind": "email",
            "contact": contact,
            "work": work,
            "language": "en",
            **more,
        }
        return client.post("/t/v1/code", json=asked)

    def mails_to(self, contact: str) -> list[str]:
        """The mails to one contact so far, oldest first."""
        return [mail for mail in self.mails() if f"To: {contact}\n" in mail]

    def code_for(self, contact: str, seconds: float = 20, beyond: int = 0) -> str:
        """The newest code that was mailed to a contact, once more mails than `beyond` came."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            mails = self.mails_to(contact)
            if len(mails) > beyond and (
                found := re.search(r"\d{4}( \d{4})+", mails[-1].partition("\n\n")[2])
            ):
                return found[0].replace(" ", "")
            time.sleep(0.05)
        pytest.fail(f"no mail came for {contact}", pytrace=False)

    def mails(self) -> list[str]:
        """All mails so far, oldest first."""
        files = sorted((self.house.var / "mail").glob("*"), key=lambda path: path.stat().st_mtime_ns)
        return [
            mail for path in files for mail in path.read_text(encoding="utf-8").split("-" * 79 + "\n") if mail
        ]

    def mint(self) -> list[Coin]:
        """Fresh coins for all ballots."""
        keys = {key.ballot: key for key in self.register.keys.values() if key.kind == "email"}
        return [
            steps.mint_coin(self.register, ballot, keys[ballot.index])
            for ballot in self.register.ballots.values()
        ]

    def ask_for_tokens(
        self, client: httpx.Client, contact: str, code: str, coins: list[Coin], **more: object
    ) -> httpx.Response:
        """Send the blinded messages."""
        asked = {
            "roll": self.roll,
            "kind": "email",
            "contact": contact,
            "code": code,
            "reqs": steps.ask_for(coins),
            **more,
        }
        return client.post("/t/v1/issue", json=asked)

    def enrol(self, contact: str) -> list[Coin]:
        """Go all the way to stamped coins."""
        with self.client as client:
            assert self.ask_for_code(client, contact).status_code == 202
            coins = self.mint()
            answer = self.ask_for_tokens(client, contact, self.code_for(contact), coins)
            assert answer.status_code == 200, answer.text
            for coin, signature in zip(coins, answer.json()["sigs"], strict=True):
                steps.take_stamp(self.register, coin, decode_base64url(signature))
            return coins

    def cast(self, coin: Coin, choice: list[int]) -> httpx.Response:
        """Hand in a cast with the coin's next number."""
        with self.client as client:
            return client.post("/t/v1/cast", content=steps.make_cast(coin, choice))

    def number(self, key: str) -> int | None:
        """A number of the campaign, as published."""
        stated = self.house.get("/log/numbers.json").json()["numbers"].get(f"trial/{key}")
        return None if stated is None else stated["value"]

    def wait_for_number(self, key: str, value: int, seconds: float = 150) -> None:
        """Wait until batches have brought a number to a value, or beyond it: others may take part meanwhile."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if (self.number(key) or 0) >= value:
                return
            time.sleep(0.5)
        pytest.fail(f"{key} is {self.number(key)}, expected {value}", pytrace=False)


def _file(client: httpx.Client, path: str) -> bytes:
    answer = client.get(f"/log/{path}")
    if answer.status_code != 200:
        raise FileNotFoundError(path)
    return answer.content


def open_town(var: Path, document: dict[str, object], make: type[House] = House, **settings: str) -> Town:
    """Open a house on a campaign; mail goes into files where `settings` do not say otherwise; the browser's work is light."""
    house = make(var, free_port(), settings=settings)
    open_again(house)
    place = var.parent / "campaign.json"
    place.write_text(json.dumps(document), encoding="utf-8")
    done = house.run("campaign", "import", str(place))
    assert done.returncode == 0, done.stderr
    town = Town(house)
    town.learn()
    return town


def faketime() -> str:
    """The library of Debian's package faketime, which tells a process another time."""
    (found,) = Path("/usr/lib").glob("*/faketime/libfaketime.so.1")
    return str(found)


TEND = """
import django
django.setup()
from django.utils import timezone
from sawtna.campaigns.actions.tend_ballots import tend_ballots
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
tend_ballots(int(timezone.now().timestamp()) + {ahead})
publish_checkpoint()
"""


def tend(house: House, ahead: int = 60) -> None:
    """Do now what the caretaker would do in `ahead` seconds: close the batches that are due then."""
    surroundings_of_house = {
        **surroundings(),
        "DJANGO_SETTINGS_MODULE": "sawtna.web.settings",
        "SAWTNA_VAR": str(house.var),
        "SAWTNA_ORIGIN": house.url,
        **house.settings,
    }
    done = subprocess.run(
        [sys.executable, "-c", TEND.format(ahead=ahead)],
        env=surroundings_of_house,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def open_again(house: House) -> None:
    """Serve with the settings of these tests."""
    house.open("--no-example", SAWTNA_MAIL="file:", SAWTNA_BRAKE="10")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory):
    """A town that the tests of a file share."""
    shared = open_town(tmp_path_factory.mktemp("town") / "var", campaign_file())
    yield shared
    shared.house.close()
