"""Kills a house at random while people take part, and looks whether it kept its word. Shared by a test and by bench/kills.py.

The caretaker of such a house looks five times a second, and its clock runs two minutes a second, so that a batch closes each half
second and kills fall into batches too. Everything else is as it is served.
"""

from __future__ import annotations

import contextlib
import random
import re
import signal
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.tiles import TileReader

from tests.campaigns.counter.conftest import HOUR, Town, campaign_file, open_town
from tests.web.conftest import House, free_port, surroundings

HURRIED = """
import sys
from sawtna.cli.main import main
from sawtna.web.commands import serve

start_django = serve.start_django

def start():
    start_django()
    import time
    from datetime import UTC, datetime
    from sawtna.web import caretaker

    class Hurried:
        @staticmethod
        def now():
            return datetime.fromtimestamp(BEGUN + (time.time() - BEGUN) * 120, UTC)

    caretaker.timezone = Hurried
    caretaker._clock_has_jumped = lambda: False
    caretaker.Caretaker.__init__.__defaults__ = (0.5,)

serve.start_django = start
sys.exit(main())
"""
CODE = re.compile(r"\d{4}(?: \d{4})+")


@dataclass
class HurriedHouse(House):
    """A house whose caretaker is in a hurry. `begun` is when its clock began to run quickly (Unix seconds)."""

    begun: int = field(default_factory=lambda: int(time.time()))  # noqa: TID251 (a test stands at the edge)

    def command(self) -> list[str]:
        """What is started."""
        return [sys.executable, "-c", HURRIED.replace("BEGUN", str(self.begun))]


class CodeBox:
    """A mail server that keeps the codes of each address."""

    def __init__(self) -> None:
        self._codes: dict[str, list[str]] = defaultdict(list)
        self._came = threading.Condition()

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 (aiosmtpd's name)
        """Take a mail."""
        found = CODE.search(bytes(envelope.content or b"").decode().partition("\r\n\r\n")[2])
        with self._came:
            if found:
                self._codes[envelope.rcpt_tos[0]].append(found[0].replace(" ", ""))
            self._came.notify_all()
        return "250 taken"

    def count(self, contact: str) -> int:
        """How many codes came for an address."""
        return len(self._codes[contact])

    def newest(self, contact: str, beyond: int, seconds: float) -> str | None:
        """The newest code, once more came than `beyond`; None when none comes in time."""
        with self._came:
            self._came.wait_for(lambda: self.count(contact) > beyond, seconds)
            return self._codes[contact][-1] if self.count(contact) > beyond else None


@contextlib.contextmanager
def town_to_kill(var: Path, **settings: str) -> Iterator[tuple[Town, CodeBox]]:
    """An open house with a pledge and a poll, and the mail server of its people."""
    box = CodeBox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    mail = f"smtp://127.0.0.1:{controller.port}/"
    town = open_town(
        var, campaign_file(closes_in=1000 * HOUR), make=HurriedHouse, **{"SAWTNA_MAIL": mail, **settings}
    )
    try:
        yield town, box
    finally:
        if town.house.process is not None and town.house.process.poll() is None:
            town.house.close()
        controller.stop()


@dataclass
class Crowd:
    """The people of a town: the coins of each, and the leaves of the casts for which the house gave its word."""

    town: Town
    box: CodeBox
    coins: dict[str, list[Coin]] = field(default_factory=dict)
    accepted: dict[str, bytes] = field(default_factory=dict)
    troubles: dict[str, str] = field(default_factory=dict)

    def take_part(self, contact: str, wait: float) -> None:
        """Go as far as the house lets one; what is at hand already is used again, to the byte."""
        coins = self.coins[contact]
        try:
            with self.town.client as client:
                if not all(coin.is_stamped for coin in coins):
                    older = self.box.count(contact)
                    self.town.ask_for_code(client, contact, slip=contact)
                    code = self.box.newest(contact, older, wait) or ""
                    self.troubles[contact] = "a code came" if code else "no code came"
                    answer = self.town.ask_for_tokens(client, contact, code, coins, slip=contact)
                    self.troubles[contact] += f", tokens: {answer.text[:120].strip()}"
                    for coin, signature in zip(coins, answer.json().get("sigs", []), strict=False):
                        steps.take_stamp(self.town.register, coin, decode_base64url(signature))
                for coin in coins[:1]:
                    if coin.is_stamped:
                        coin.told = coin.told or steps.make_cast(coin, [0])
                        answer = client.post("/t/v1/cast", content=coin.told)
                        self.troubles[contact] = f"cast: {answer.text[:120].strip()}"
                        if answer.status_code == 200:
                            self.accepted[contact] = leaf_hash(coin.told.rstrip(b" "))
        except (httpx.HTTPError, ValueError) as fault:
            self.troubles[contact] = f"{self.troubles.get(contact, '')}, {fault!r}"


def kill_at_random(
    crowd: Crowd, kills: int, people: int, dice: random.Random, told: Callable[[int], None] = lambda _: None
) -> None:
    """Let `people` new persons a round take part, and kill the house somewhere between."""
    house = crowd.town.house
    for number in range(kills):
        group = [f"p{number}-{one}@example.org" for one in range(people)]
        crowd.coins.update({contact: crowd.town.mint() for contact in group})
        threads = [threading.Thread(target=crowd.take_part, args=(contact, 3)) for contact in group]
        for thread in threads:
            thread.start()
        _wait_somewhere(crowd, group, dice)
        assert house.process is not None
        house.process.send_signal(signal.SIGKILL)
        house.process.wait()
        house.process.stdout.close()
        for thread in threads:
            thread.join()
        house.open("--no-example", SAWTNA_BRAKE="10")
        told(number + 1)


def _wait_somewhere(crowd: Crowd, group: list[str], dice: random.Random) -> None:
    """Until none, some or all of a group are done, and a moment more: so kills fall between all steps, on any machine."""
    some, until = dice.randrange(len(group) + 1), time.monotonic() + 10
    while sum(contact in crowd.accepted for contact in group) < some and time.monotonic() < until:
        time.sleep(0.005)
    time.sleep(dice.uniform(0, 0.6))


def let_all_finish(crowd: Crowd, tries: int = 3) -> None:
    """Whoever is not done yet tries again, with patience."""
    for _ in range(tries):
        for contact in [contact for contact in crowd.coins if contact not in crowd.accepted]:
            crowd.take_part(contact, 60)


def broken_words(crowd: Crowd) -> list[str]:
    """What the house did not keep: people locked out, accepted casts that are not in the book, numbers, the audit."""
    town, people = crowd.town, len(crowd.coins)
    until = time.monotonic() + 150
    while (town.number("ballots/stop/counted") or 0) < len(crowd.accepted) and time.monotonic() < until:
        time.sleep(0.5)
    outside = [contact for contact in crowd.coins if contact not in crowd.accepted]
    wrong = [f"{contact} was locked out ({crowd.troubles.get(contact)})" for contact in outside]
    leaves = leaves_of_the_book(town)
    wrong += [
        f"the cast of {contact} is lost" for contact, leaf in crowd.accepted.items() if leaf not in leaves
    ]
    for name in ("counted", "issued"):
        if (found := town.number(f"ballots/stop/{name}")) != people:
            wrong.append(f"{name} is {found}, expected {people}")
    command = [sys.executable, "-m", "sawtna.cli.main", "audit", town.house.url, "--no-pages", "--json"]
    audited = subprocess.run(command, capture_output=True, text=True, check=False, env=surroundings())
    if audited.returncode:
        wrong.append(f"the audit ends with {audited.returncode}: {audited.stdout[:2000]}")
    return wrong


def leaves_of_the_book(town: Town) -> set[bytes]:
    """The leaf hashes of everything that is published."""
    with town.client as client:
        size = int(client.get("/log/checkpoint").text.split("\n")[1])

        def read(path: str) -> bytes:
            answer = client.get(f"/log/{path}")
            if answer.status_code != 200:
                raise FileNotFoundError(path)
            return answer.content

        tiles = TileReader(read, size)
        return {leaf for number in range(-(-size // 256)) for leaf in tiles.tile(0, number)}
