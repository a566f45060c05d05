"""A town whose ballots are cast through a relay, and the relay as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import httpx

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin
from sawtna.campaigns.core.casting.sealing import seal_cast
from sawtna.campaigns.relay.key_file import make_keys
from sawtna.ledger.core.merkle import leaf_hash

from tests.campaigns.counter.conftest import Town, campaign_file, open_town
from tests.web.conftest import SAWTNA, surroundings


@dataclass
class Relay:
    """A relay and, while it runs, its process."""

    var: Path
    url: str
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Serve the town."""
        words = [*SAWTNA, "relay", "run", "--var", str(self.var), "--site", self.url]
        self.process = subprocess.Popen(words, env=surroundings(), stdout=sys.stderr, stderr=sys.stderr)

    def kill(self) -> None:
        """End it as a power cut does."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None


def relayed_file(var: Path, **more: object) -> dict[str, object]:
    """The campaign of the tests, cast through the relay whose keys lie in `var`."""
    document = campaign_file(**more)  # type: ignore[arg-type]
    partner = {"id": "partner", **make_keys(var).entry, "words": {"name": {"en": "A partner"}}}
    (roll,) = document["rolls"]  # type: ignore[misc]
    document["rolls"] = [{**roll, "relay": "partner"}]  # type: ignore[dict-item]
    return {**document, "relays": [partner]}


def open_relayed_town(folder: Path, **more: object) -> tuple[Town, Relay]:
    """A house and its relay, which does not run yet."""
    town = open_town(folder / "var", relayed_file(folder / "relay", **more))
    return town, Relay(folder / "relay", town.house.url)


def seal(town: Town, coin: Coin, choice: list[int]) -> tuple[bytes, bytes]:
    """The coin's next cast, sealed; and the leaf hash of the cast."""
    cast = steps.make_cast(coin, choice)
    (relay,) = town.register.relays.values()
    sealed = seal_cast(cast, town.roll, relay.point, town.register.origin)
    return sealed, leaf_hash(cast.rstrip(b" "))


def send(town: Town, sealed: bytes) -> httpx.Response:
    """Leave a sealed cast at the counter."""
    with town.client as client:
        return client.post("/t/v1/sealed", content=sealed)
