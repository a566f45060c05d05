"""The people of a load test: each takes part through the real protocol, over a connection that is kept open, many at once.

What a person's own machine does alone before it speaks (keys, blinding) is done beforehand by `mint_all`; unblinding, verifying
and signing the casts is done while the clock runs, in this process, as is taking the mails.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin, Purse, pack_purse, unpack_purse
from sawtna.campaigns.caster.work import do_work
from sawtna.campaigns.core.casting.register import Register
from sawtna.ledger.core.encoding import decode_base64url

HEAD = "POST /t/v1/{} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: {}\r\n\r\n"
PORTION = 250
CODE = re.compile(rb"\r\n\r\n.*?([0-9]{4}) ([0-9]{4})", re.DOTALL)
LENGTH = re.compile(rb"content-length: ([0-9]+)", re.IGNORECASE)

Choice = Sequence[int]
Mint = tuple[Register, Sequence[tuple[int, int]], int]


class MailSink(asyncio.Protocol):
    """One connection to an SMTP server (RFC 5321, what is needed of it) that gives each code to whoever waits for it."""

    def __init__(self, codes: dict[str, asyncio.Future[str]]) -> None:
        self.codes, self.held, self.address, self.is_mail = codes, b"", "", False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Take commands and mails as they come, in pieces of any size."""
        self.held += data
        end = b"\r\n.\r\n" if self.is_mail else b"\r\n"
        while end in self.held:
            line, _, self.held = self.held.partition(end)
            self.transport.write(self.answer(line))
            end = b"\r\n.\r\n" if self.is_mail else b"\r\n"

    def answer(self, line: bytes) -> bytes:
        """What to say to one command or mail."""
        if self.is_mail:
            self.is_mail = False
            found, waiting = CODE.search(line), self.codes[self.address]
            if found and not waiting.done():
                waiting.set_result((found[1] + found[2]).decode())
        elif line[:4].upper() == b"RCPT":
            self.address = line.partition(b"<")[2].partition(b">")[0].decode()
        elif line[:4].upper() == b"EHLO":
            return b"250-sink\r\n250-8BITMIME\r\n250 PIPELINING\r\n"  # as every usual mail server
        elif line[:4].upper() == b"DATA":
            self.is_mail = True
            return b"354 go\r\n"
        return b"250 ok\r\n"


class Line(asyncio.Protocol):
    """One connection to the site that is kept open, for one question at a time."""

    def __init__(self) -> None:
        self.held, self.answer = b"", None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way out."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Give the answer to whoever asked, once it is whole."""
        self.held += data
        head, gap, body = self.held.partition(b"\r\n\r\n")
        if gap and len(body) >= int(LENGTH.search(head)[1]):
            self.held = b""
            self.answer.set_result((head[9:12], body))

    def connection_lost(self, error: Exception | None) -> None:
        """Whoever waits is told."""
        if self.answer is not None and not self.answer.done():
            self.answer.set_exception(ConnectionResetError(str(error)))

    async def post(self, address: str, body: bytes) -> dict[str, object]:
        """Send and read one answer; anything but success ends the load test."""
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(HEAD.format(address, len(body)).encode() + body)
        status, answer = await self.answer
        found = json.loads(answer)
        assert status in (b"200", b"202"), (address, status, found)
        return found


@dataclass
class Crowd:
    """All people of a load test: a coin for each ballot and person, and what each chooses (options by ballot)."""

    register: Register
    roll: int
    coins: list[list[Coin]]
    choose: Callable[[int, Coin], Choice]
    codes: dict[str, asyncio.Future[str]] = field(default_factory=dict)

    async def take_part(self, line: Line, number: int) -> None:
        """All the way of one person: work, code by mail, tokens for all ballots of the roll, a cast in each."""
        contact, coins = f"person{number}@example.org", self.coins[number]
        code = self.codes[contact] = asyncio.get_running_loop().create_future()
        asked = {
            "roll": self.roll,
            "kind": "email",
            "contact": contact,
            "slip": f"slip-of-{number:012}",
            "language": "ar",
        }
        work = do_work(await line.post("challenge", b""))
        await line.post("code", json.dumps({**asked, "work": work}).encode())
        wanted = {**asked, "code": await code, "reqs": steps.ask_for(coins)}
        signatures = (await line.post("issue", json.dumps(wanted).encode()))["sigs"]
        assert isinstance(signatures, list)
        for coin, signature in zip(coins, signatures, strict=True):
            steps.take_stamp(self.register, coin, decode_base64url(signature))
            await line.post("cast", steps.make_cast(coin, self.choose(number, coin)))
        del self.codes[contact]

    async def all_take_part(self, port: int, mail_port: int, at_once: int) -> float:
        """Everyone takes part, so many at once; the seconds that it took."""
        loop, waiting = asyncio.get_running_loop(), iter(range(len(self.coins)))
        sink = await loop.create_server(lambda: MailSink(self.codes), "127.0.0.1", mail_port)

        async def one_by_one() -> None:
            _, line = await loop.create_connection(Line, "127.0.0.1", port)
            for number in waiting:
                await self.take_part(line, number)
            line.transport.close()

        start = time.perf_counter()
        await asyncio.gather(*(one_by_one() for _ in range(at_once)))
        seconds = time.perf_counter() - start
        sink.close()
        return seconds


def _mint(job: Mint) -> list[bytes]:
    register, pairs, count = job
    places = [(register.ballots[ballot], register.keys[key]) for ballot, key in pairs]
    return [
        pack_purse(Purse("", {one.index: steps.mint_coin(register, one, key) for one, key in places}))
        for _ in range(count)
    ]


def mint_all(register: Register, people: int) -> list[list[Coin]]:
    """Keys and blinded messages of everyone for all ballots, made by all cores before the clock starts."""
    pairs = [(key.ballot, key.index) for key in register.keys.values() if key.kind == "email"]
    jobs = [(register, pairs, min(PORTION, people - first)) for first in range(0, people, PORTION)]
    with ProcessPoolExecutor() as pool:
        packed = [one for part in pool.map(_mint, jobs) for one in part]
    return [list(unpack_purse(one).coins.values()) for one in packed]


def processor_seconds(process: int) -> float:
    """What a process has used of all cores so far (Linux: /proc/PID/stat)."""
    with open(f"/proc/{process}/stat", encoding="ascii") as file:  # noqa: PTH123 (no file of the disk)
        told = file.read().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
