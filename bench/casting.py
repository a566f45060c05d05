"""How many people a second can enrol and pledge, all the way: work, code by mail, blind token, cast. And is any of them lost?

The site is a real `sawtna serve` with one process on SQLite; mail goes to a small sink of this program by SMTP. What a phone does
alone (making keys, blinding) is done before the clock starts; unblinding and signing run inside it, on the same two cores.
The peer is the issuer's bare signature: how many of them one core can make in the same run.

    python bench/casting.py [PEOPLE]
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from hashlib import pbkdf2_hmac
from pathlib import Path

import httpx

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin
from sawtna.campaigns.core.casting.register import LEARNED, Register
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import unpack_entry
from sawtna.ledger.core.tiles import TileReader

SAWTNA = [sys.executable, "-m", "sawtna.cli.main"]
AT_ONCE = 96
PORT, MAIL_PORT = 8071, 8072
HEAD = "POST {} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {}\r\n\r\n"


class MailSink:
    """An SMTP server that keeps the newest code of each address, in memory."""

    def __init__(self) -> None:
        self.codes: dict[str, asyncio.Future[str]] = {}

    def wait(self, address: str) -> asyncio.Future[str]:
        """The code that will come for an address."""
        return self.codes.setdefault(address, asyncio.get_running_loop().create_future())

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take mails, as many as come over one connection (RFC 5321, what is needed of it)."""
        writer.write(b"220 sink\r\n")
        address = ""
        while line := await reader.readline():
            word = line[:4].upper()
            if word == b"RCPT":
                address = line.split(b"<")[1].split(b">")[0].decode()
            if word == b"DATA":
                writer.write(b"354 go\r\n")
                data = await reader.readuntil(b"\r\n.\r\n")
                found = re.search(rb"(\d{4}) (\d{4})", data.partition(b"\r\n\r\n")[2])
                waiting = self.wait(address)
                if found and not waiting.done():
                    waiting.set_result((found[1] + found[2]).decode())
            if word == b"QUIT":
                break
            writer.write(b"250 ok\r\n")
        writer.close()


class Line:
    """One connection to the site that is kept open."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def post(self, path: str, body: bytes) -> dict[str, object]:
        """Send and read one answer."""
        self.writer.write(HEAD.format(path, len(body)).encode() + body)
        head = await self.reader.readuntil(b"\r\n\r\n")
        length = int(re.search(rb"content-length: (\d+)", head, re.IGNORECASE)[1])
        answer = json.loads(await self.reader.readexactly(length))
        assert head[9:12] in (b"200", b"202"), (path, head[:40], answer)
        return answer


def solve(challenge: dict[str, dict[str, object]]) -> str:
    """The work that a browser does, as ALTCHA's PBKDF2 asks."""
    import base64

    asked = challenge["parameters"]
    nonce, salt = bytes.fromhex(str(asked["nonce"])), bytes.fromhex(str(asked["salt"]))
    for counter in range(1000):
        key = pbkdf2_hmac(
            "sha256", nonce + counter.to_bytes(4, "big"), salt, int(str(asked["cost"])), 32
        ).hex()
        if key.startswith(str(asked["keyPrefix"])):
            solution = {"counter": counter, "derivedKey": key}
            return base64.b64encode(
                json.dumps({"challenge": challenge, "solution": solution}).encode()
            ).decode()
    raise AssertionError("the work has no solution")


async def one_person(line: Line, sink: MailSink, register: Register, contact: str, coin: Coin) -> None:
    """All the way from the e-mail address to an accepted cast."""
    roll = register.ballots[coin.ballot].roll
    work = solve(await line.post("/t/v1/challenge", b""))  # type: ignore[arg-type]
    asked = {"roll": roll, "kind": "email", "contact": contact}
    await line.post("/t/v1/code", json.dumps({**asked, "work": work, "language": "ar"}).encode())
    code = await sink.wait(contact)
    answer = await line.post(
        "/t/v1/issue", json.dumps({**asked, "code": code, "reqs": steps.ask_for([coin])}).encode()
    )
    signatures = answer["sigs"]
    assert isinstance(signatures, list)
    steps.take_stamp(register, coin, decode_base64url(signatures[0]))
    await line.post("/t/v1/cast", steps.make_cast(coin, [0]))


def read_register(url: str) -> Register:
    """Ballots and keys out of the published log."""
    register = Register()
    with httpx.Client(base_url=url) as client:
        size = int(client.get("/log/checkpoint").text.split("\n")[1])

        def read(path: str) -> bytes:
            answer = client.get(f"/log/{path}")
            if answer.status_code != 200:
                raise FileNotFoundError(path)
            return answer.content

        tiles = TileReader(read, size)
        for index in range(size):
            body = unpack_entry(tiles.entry(index))
            if body["k"] in LEARNED:
                register.learn(index, body)
    return register


def _mint(job: tuple[Register, int]) -> list[bytes]:
    from sawtna.campaigns.caster.purse import Purse, pack_purse

    register, count = job
    ballot, key = next(iter(register.ballots.values())), next(iter(register.keys.values()))
    return [pack_purse(Purse("", {0: steps.mint_coin(register, ballot, key)})) for _ in range(count)]


def mint_all(register: Register, people: int) -> list[Coin]:
    """Keys and blinded messages of everyone, with all cores."""
    from sawtna.campaigns.caster.purse import unpack_purse

    with ProcessPoolExecutor() as pool:
        jobs = [(register, min(250, people - first)) for first in range(0, people, 250)]
        packed = [one for part in pool.map(_mint, jobs) for one in part]
    return [next(iter(unpack_purse(one).coins.values())) for one in packed]


async def run_all(register: Register, coins: list[Coin]) -> float:
    """Everyone takes part, many at once; the seconds that it took."""
    sink = MailSink()
    server = await asyncio.start_server(sink.talk, "127.0.0.1", MAIL_PORT, limit=2**20)
    waiting = iter(enumerate(coins))

    async def queue_of_people() -> None:
        line = Line(*await asyncio.open_connection("127.0.0.1", PORT, limit=2**20))
        for number, coin in waiting:
            await one_person(line, sink, register, f"person{number}@example.org", coin)

    start = time.perf_counter()
    await asyncio.gather(*(queue_of_people() for _ in range(AT_ONCE)))
    seconds = time.perf_counter() - start
    server.close()
    return seconds


def campaign() -> dict[str, object]:
    """A simulation with one pledge."""
    said, now = {"en": "A simulation"}, int(datetime.now(UTC).timestamp())  # noqa: TID251 (a bench stands at the edge)
    roll = {"id": "main", "opens": now - 60, "closes": now + 86_400, "kinds": ["email"], "mode": "lively"}
    pledge = {
        "id": "stop", "sort": "pledge", "taken": "here", "counting": "approval", "options": ["top-ups", "bills"], "min": 1,
        "max": 2, "opens": "2026-01-01", "roll": "main", "kinds": ["email"], "issuers": ["site"], "need": 1, "every": 60,
        "kmin": 10, "words": {"title": said, "options": {"top-ups": said, "bills": said}},
    }  # fmt: skip
    head = {
        "id": "trial",
        "country": "MA",
        "zone": "Africa/Casablanca",
        "mark": "simulation",
        "opens": "2026-01-01",
    }
    told = {"format": "sawtna-campaign/1", "campaign": {**head, "words": {"title": said, "summary": said}}}
    return {**told, "rolls": [roll], "ballots": [pledge]}


def signing_rate() -> float:
    """Bare signatures a second on one core, with a key of the same size."""
    from sawtna.campaigns.issuer.backend import open_backend

    backend = open_backend()
    signer = backend.open(backend.create())
    message = bytes(1) + os.urandom(255)
    start, count = time.perf_counter(), 1000
    for _ in range(count):
        signer.sign_raw(message)
    return count / (time.perf_counter() - start)


def main() -> None:
    """Open a house, let everyone take part, wait for the batch, audit, print one JSON line."""
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 11_000
    with tempfile.TemporaryDirectory() as name:
        var, url = Path(name) / "var", f"http://127.0.0.1:{PORT}"
        settings = {**os.environ, "SAWTNA_MAIL": f"smtp://127.0.0.1:{MAIL_PORT}/", "SAWTNA_BRAKE": "1"}
        serve = [*SAWTNA, "serve", "--var", str(var), "--port", str(PORT), "--no-example"]
        with subprocess.Popen(serve, env=settings, stdout=subprocess.PIPE, text=True) as house:
            assert house.stdout is not None
            assert any(line.startswith("Sawtna is open") for line in house.stdout)
            place = Path(name) / "campaign.json"
            place.write_text(json.dumps(campaign()), encoding="utf-8")
            subprocess.run(
                [*SAWTNA, "campaign", "import", str(place), "--var", str(var)],
                check=True,
                capture_output=True,
            )
            register = read_register(url)
            coins = mint_all(register, people)
            seconds = asyncio.run(run_all(register, coins))
            counted = _wait_for(url, people)
            audited = subprocess.run(
                [*SAWTNA, "audit", url, "--no-pages", "--json"], check=False, capture_output=True
            )
            house.terminate()
    rate = people / seconds
    figures = {"people": people, "seconds": round(seconds, 1), "runs_a_second": round(rate), "promise": 300}
    found = {
        "counted": counted,
        "audit": audited.returncode,
        "signatures_a_second": round(signing_rate()),
    }
    print(json.dumps({**figures, **found}))


def _wait_for(url: str, people: int) -> int:
    until, counted = time.monotonic() + 300, 0
    while time.monotonic() < until and counted < people:
        time.sleep(2)
        numbers = httpx.get(f"{url}/log/numbers.json").json()["numbers"]
        counted = numbers.get("trial/ballots/stop/counted", {"value": 0})["value"]
    return counted


if __name__ == "__main__":
    main()
