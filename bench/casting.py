"""How many people a second can enrol and pledge, all the way: work, code by mail, blind tokens, casts. And is any of them lost?

The site is a real `sawtna serve` with one process on SQLite, each answer durable before it is given; mail goes to a small sink by
SMTP. With --ballots 2 (a pledge and a poll) a person takes two tokens at once and hands in two casts. Counted in the clock: all
that the site does, and all that a person's machine does after its first word (the work's one or two steps, unblinding, verifying,
signing), on the same two cores. Done before: keys and blinding. The site's share of the processors is told beside it.
SAWTNA_BRAKE is the default in rounds, but one step: the site's work is the usual one, while a person's 1,000 steps are spared.

The peer, in the same minute: a bare uvicorn application that answers the same number of requests of the same size and makes the
same signatures with OpenSSL, and stores nothing.

    python bench/casting.py [PEOPLE] [--ballots 1|2] [--at-once N]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import httpx
import uvloop
from bench.load_client import Crowd, Line, mint_all, processor_seconds

from sawtna.campaigns.core.casting.register import LEARNED, Register
from sawtna.ledger.core.entry import Body, unpack_entry
from sawtna.ledger.core.tiles import TileReader

SAWTNA = [sys.executable, "-m", "sawtna.cli.main"]
PORT, MAIL_PORT, PEER_PORT = 8071, 8072, 8073
PROMISE = 300


def campaign(ballots: int) -> dict[str, object]:
    """A simulation with one pledge, and with a poll beside it when two ballots are asked for."""
    said, now = {"en": "A simulation"}, int(datetime.now(UTC).timestamp())  # noqa: TID251 (a bench stands at the edge)
    roll = {"id": "main", "opens": now - 60, "closes": now + 86_400, "kinds": ["email"], "mode": "lively"}
    ballot = {
        "taken": "here", "options": ["top-ups", "bills"], "min": 1, "opens": "2026-01-01", "roll": "main", "kinds": ["email"],
        "issuers": ["site"], "need": 1, "every": 60, "kmin": 10,
        "words": {"title": said, "options": {"top-ups": said, "bills": said}},
    }  # fmt: skip
    pledge = {"id": "stop", "sort": "pledge", "counting": "approval", "max": 2, **ballot}
    poll = {"id": "next", "sort": "poll", "counting": "single", "max": 1, **ballot}
    head = {"id": "trial", "country": "MA", "zone": "Africa/Casablanca", "mark": "simulation", "opens": "2026-01-01"}  # fmt: skip
    told = {"format": "sawtna-campaign/1", "campaign": {**head, "words": {"title": said, "summary": said}}}
    return {**told, "rolls": [roll], "ballots": [pledge, poll][:ballots]}


@contextmanager
def open_house(var: Path, port: int, mail_port: int, *more: str, **settings: str):
    """A real `sawtna serve` until the end of the block; its mail goes to the sink. The process is given."""
    told = {
        **os.environ,
        "SAWTNA_MAIL": f"smtp://127.0.0.1:{mail_port}/",
        "SAWTNA_BRAKE": "1000x1",
        **settings,
    }
    serve = [*SAWTNA, "serve", "--var", str(var), "--port", str(port), *more]
    with subprocess.Popen(serve, env=told, stdout=subprocess.PIPE, text=True) as house:
        assert house.stdout is not None
        assert any(line.startswith("Sawtna is open") for line in house.stdout)
        try:
            yield house
        finally:
            house.terminate()


def bring_in(document: dict[str, object], var: Path, settings: dict[str, str] | None = None) -> None:
    """Publish a campaign file in a house."""
    place = var.parent / "campaign.json"
    place.write_text(json.dumps(document), encoding="utf-8")
    command = [*SAWTNA, "campaign", "import", str(place), "--var", str(var)]
    told = {**os.environ, **(settings or {})}
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=told)
    assert done.returncode == 0, done.stdout + done.stderr


def read_entries(url: str, *, last: int | None = None) -> Iterator[Body]:
    """The entries of the published log in order, or so many of the last."""
    with httpx.Client(base_url=url, timeout=60) as client:
        size = int(client.get("/log/checkpoint").text.split("\n")[1])

        def read(path: str) -> bytes:
            answer = client.get(f"/log/{path}")
            if answer.status_code != 200:
                raise FileNotFoundError(path)
            return answer.content

        tiles = TileReader(read, size)
        for index in range(0 if last is None else max(0, size - last), size):
            yield unpack_entry(tiles.entry(index))


def read_register(url: str) -> Register:
    """Ballots and keys out of the published log."""
    register = Register()
    for index, body in enumerate(read_entries(url)):
        if body["k"] in LEARNED:
            register.learn(index, body)
    return register


def wait_for(url: str, wanted: dict[str, int], seconds: float = 300) -> dict[str, int]:
    """Numbers of the book, once batches have brought them to what is wanted, or after so many seconds."""
    until = time.monotonic() + seconds
    while True:
        numbers = httpx.get(f"{url}/log/numbers.json").json()["numbers"]
        found = {key: numbers.get(key, {"value": 0})["value"] for key in wanted}
        if found == wanted or time.monotonic() > until:
            return found
        time.sleep(2)


async def _ask_peer(people: int, ballots: int, at_once: int) -> float:
    loop, waiting = asyncio.get_running_loop(), iter(range(people))

    async def one_by_one() -> None:
        _, line = await loop.create_connection(Line, "127.0.0.1", PEER_PORT)
        for _ in waiting:
            for address, length in [("challenge", 0), ("code", 900), ("issue", 600)] + [
                ("cast", 2048)
            ] * ballots:
                await line.post(address, bytes(length))

    start = time.perf_counter()
    await asyncio.gather(*(one_by_one() for _ in range(at_once)))
    return time.perf_counter() - start


def peer_rate(people: int, ballots: int, at_once: int) -> tuple[float, float]:
    """(runs a second, milliseconds of its processors a run) of the bare application."""
    command = [sys.executable, "-m", "uvicorn", "bench.bare_counter:application", "--port", str(PEER_PORT)]
    quiet = ["--log-level", "error", "--no-access-log"]
    told = {**os.environ, "BALLOTS": str(ballots)}
    with subprocess.Popen([*command, *quiet], cwd=Path(__file__).parent.parent, env=told) as peer:
        _wait_for_door(f"http://127.0.0.1:{PEER_PORT}/")
        before = processor_seconds(peer.pid)
        seconds = uvloop.run(_ask_peer(people, ballots, at_once))
        spent = processor_seconds(peer.pid) - before
        peer.terminate()
    return people / seconds, spent / people * 1000


def _wait_for_door(url: str) -> None:
    for _ in range(200):
        try:
            httpx.post(url)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def main() -> None:
    """Open a house, let everyone take part, wait for the batch, audit, print one JSON line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("people", type=int, nargs="?", default=11_000)
    parser.add_argument("--ballots", type=int, default=1, choices=(1, 2))
    parser.add_argument("--at-once", type=int, default=96)
    chosen = parser.parse_args()
    people, names = chosen.people, ["stop", "next"][: chosen.ballots]
    with tempfile.TemporaryDirectory() as name:
        var, url = Path(name) / "var", f"http://127.0.0.1:{PORT}"
        with open_house(var, PORT, MAIL_PORT, "--no-example") as house:
            bring_in(campaign(chosen.ballots), var)
            register = read_register(url)
            roll = next(ballot.roll for ballot in register.ballots.values())
            crowd = Crowd(register, roll, mint_all(register, people), lambda _number, _coin: [0])
            site, mine = processor_seconds(house.pid), time.process_time()
            seconds = uvloop.run(crowd.all_take_part(PORT, MAIL_PORT, chosen.at_once))
            site, mine = processor_seconds(house.pid) - site, time.process_time() - mine
            counted = wait_for(url, {f"trial/ballots/{one}/counted": people for one in names})
            audit = [*SAWTNA, "audit", url, "--no-pages", "--json"]
            audited = subprocess.run(audit, check=False, capture_output=True)
    peer, peer_ms = peer_rate(min(people, 3_000), chosen.ballots, chosen.at_once)
    figures = {
        "people": people,
        "ballots_each": chosen.ballots,
        "seconds": round(seconds, 1),
        "runs_a_second": round(people / seconds),
        "promise": PROMISE,
        "site_ms_a_run": round(site / people * 1000, 2),
        "client_ms_a_run": round(mine / people * 1000, 2),
        "lost": people * chosen.ballots - sum(counted.values()),
        "audit": audited.returncode,
        "peer_runs_a_second": round(peer),
        "peer_ms_a_run": round(peer_ms, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
