"""A site and an organisation that must let people in together: two real processes, and people who go to both."""

from __future__ import annotations

import json
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin
from sawtna.campaigns.caster.work import do_work
from sawtna.ledger.core.encoding import decode_base64url

from tests.campaigns.counter.conftest import Town, campaign_file, open_town
from tests.web.conftest import SAWTNA, free_port, run, surroundings

PATIENCE = 240.0


@dataclass
class Partner:
    """A co-issuer as a process of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def key(self) -> dict[str, object]:
        """What a campaign file needs of it."""
        told = run("co-issuer", "key", str(self.folder), "--url", self.url)
        assert told.returncode == 0, told.stderr
        found: dict[str, object] = json.loads(told.stdout)["issuers"][0]
        return found

    def open(self, book: str) -> None:
        """Serve the people of a site."""
        named = [
            "--book",
            book,
            "--campaign",
            "trial",
            "--port",
            str(self.port),
            "--name",
            "The Organisation",
        ]
        mail = ["--mail", "file:", "--mail-from", "codes@ngo.example", "--brake", "10", "--every", "0.5"]
        self.process = subprocess.Popen(
            [*SAWTNA, "co-issuer", "serve", str(self.folder), *named, *mail],
            stdout=subprocess.PIPE,
            stderr=(self.folder / "stderr").open("a"),
            text=True,
            env=surroundings(),
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line.startswith("The co-issuer listens on"), line + (self.folder / "stderr").read_text()

    def kill(self) -> None:
        """`kill -9`."""
        assert self.process is not None
        assert self.process.stdout is not None
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def post(self, name: str, asked: dict[str, object]) -> httpx.Response:
        """Ask it for something."""
        return httpx.post(f"{self.url}/t/v1/{name}", json=asked, timeout=60)

    def mails_to(self, contact: str) -> list[str]:
        """The mails to one contact so far, oldest first."""
        files = sorted((self.folder / "mail").glob("*.mail"), key=lambda path: path.stat().st_mtime_ns)
        return [text for path in files if f"To: {contact}\n" in (text := path.read_text(encoding="utf-8"))]

    def code_for(self, contact: str, beyond: int = 0) -> str:
        """The newest code for a contact, once more mails than `beyond` came."""
        mails = wait_for(lambda: self.mails_to(contact)[beyond:])
        found = re.search(r"\d{4}( \d{4})+", mails[-1].partition("\n\n")[2])
        assert found
        return found[0].replace(" ", "")

    def ask_for_code(self, town: Town, contact: str) -> httpx.Response:
        """Do the work and ask for a code."""
        work = do_work(self.post("challenge", {}).json())
        asked = {"roll": town.roll, "kind": "email", "contact": contact, "work": work, "language": "en"}
        return self.post("code", asked)


def wait_for(found, seconds: float = PATIENCE):
    """What is found, once it is."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if value := found():
            return value
        time.sleep(0.1)
    pytest.fail("it did not come", pytrace=False)


def joint_file(
    issuer: dict[str, object], closes_in: int = 86_400, document: dict[str, object] | None = None
) -> dict[str, object]:
    """A campaign whose ballots need two issuers: that of the counter's tests, or another one."""
    document = document or campaign_file(closes_in)
    document["issuers"] = [{**issuer, "words": {"name": {"en": "The Organisation"}}}]
    for ballot in document["ballots"]:  # type: ignore[attr-defined]
        ballot.update(issuers=["site", "ngo"], need=2)
    return document


@dataclass
class Pair:
    """The site and its partner."""

    town: Town
    partner: Partner

    def keys(self, issuer: str) -> dict[int, object]:
        """The keys of one issuer, by ballot."""
        return {key.ballot: key for key in self.town.register.keys.values() if key.issuer == issuer}

    def are_open(self) -> bool:
        """Whether the book has the keys of both."""
        self.town.learn()
        return bool(self.keys("ngo")) and bool(self.keys("site"))

    def mint(self) -> list[Coin]:
        """Fresh coins for all ballots, blinded for both."""
        register, site, ngo = self.town.register, self.keys("site"), self.keys("ngo")
        return [
            steps.mint_coin(register, ballot, site[ballot.index], ngo[ballot.index])
            for ballot in register.ballots.values()
        ]

    def enrol(self, contact: str, coins: list[Coin], issuer: str) -> httpx.Response:
        """Take the stamps of one of them."""
        town, partner = self.town, self.partner
        keys = [key.index for key in self.keys(issuer).values()]  # type: ignore[attr-defined]
        asked = {"roll": town.roll, "kind": "email", "contact": contact, "reqs": steps.ask_for(coins, keys)}
        with town.client as client:
            if issuer == "site":
                older = len(town.mails_to(contact))
                assert town.ask_for_code(client, contact).status_code == 202
                asked["code"] = town.code_for(contact, PATIENCE, beyond=older)
                answer = client.post("/t/v1/issue", json=asked)
            else:
                older = len(partner.mails_to(contact))
                assert partner.ask_for_code(town, contact).status_code == 202
                asked["code"] = partner.code_for(contact, older)
                answer = partner.post("issue", asked)
        self.stamp(coins, keys, answer)
        return answer

    def stamp(self, coins: list[Coin], keys: list[int], answer: httpx.Response) -> None:
        """Put the signatures of an answer on the coins."""
        if answer.status_code == 200:
            for coin, signature in zip(coins, answer.json()["sigs"], strict=True):
                (key,) = set(keys) & set(coin.asked)
                steps.take_stamp(self.town.register, coin, decode_base64url(signature), key)


def open_pair(folder: Path, closes_in: int = 86_400) -> Pair:
    """Open both, and wait until the book has the keys of both."""
    partner = Partner(folder / "partner", free_port())
    town = open_town(folder / "var", joint_file(partner.key(), closes_in))
    partner.open(town.house.url)
    pair = Pair(town, partner)
    wait_for(pair.are_open)
    return pair


def close_pair(pair: Pair) -> None:
    """Close both."""
    if pair.partner.process is not None and pair.partner.process.poll() is None:
        pair.partner.kill()
    pair.town.house.close()


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory):
    """A pair that the tests of a file share."""
    shared = open_pair(tmp_path_factory.mktemp("pair"))
    yield shared
    close_pair(shared)
