"""The control connection to a far end: who is there, a session, what is expected. A wall in between is a result, not an error."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import socket
import ssl
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address
from typing import Any

from sawtna.checks.core.meeting import HELLO_DOMAIN, PART_BYTES, VOICE_PORTS, Order, seed_of, tell_order
from sawtna.checks.flows.dns import NAMES
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import Verifier, open_note

SECONDS = 5.0
CLOCK_OFF = 300  # seconds
LINE = 1_000_000  # bytes; what a far end saw of fifteen minutes in the background is half of it
RESOLVING = 3.0  # seconds
MOST_PORTS = 1000  # that a far end may name


class GateError(Exception):
    """The far end could not be talked to; `is_captive` when somebody else answered in its place, `is_refusal` when it said no."""

    def __init__(self, sentence: str, *, is_captive: bool = False, is_refusal: bool = False) -> None:
        super().__init__(sentence)
        self.is_captive, self.is_refusal = is_captive, is_refusal


@dataclass(frozen=True, slots=True)
class Address:
    """Where a far end is: host and port; `vkey` pins its key when it is known beforehand."""

    host: str
    port: int = 443
    vkey: str = ""


@dataclass(slots=True)
class Hello:
    """What a far end says of itself, verified under its key."""

    vkey: str
    addresses: list[str]
    neutral: list[int]
    voice: list[int]
    voice_tcp: list[int]
    is_well: bool
    time: int
    software: str
    site: str = ""

    def better_clock(self, ours: int) -> int:
        """Unix seconds by our clock, unless the far end's says something else by far: people's clocks are off more often."""
        return self.time if ours and abs(self.time - ours) > CLOCK_OFF else ours


@dataclass(slots=True)
class Gate:
    """An open control connection: many questions may be under way, answers come in their order. Owner: one run."""

    address: Address
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    certificate: bytes
    seed: bytes = b""
    _awaited: deque[asyncio.Future[bytes]] = field(default_factory=deque)
    _listening: asyncio.Task[str] | None = None

    async def ask(self, seconds: float = SECONDS, **said: object) -> Mapping[str, Any]:
        """One question and its answer; raises GateError."""
        if self._listening is None:
            self._listening = asyncio.create_task(self._listen())
        if self._listening.done():
            raise GateError(self._listening.result())
        heard = asyncio.get_running_loop().create_future()
        self._awaited.append(heard)
        try:
            self.writer.write(json.dumps(said, separators=(",", ":")).encode() + b"\n")
            async with asyncio.timeout(seconds):
                await self.writer.drain()
                line = await heard
        except (OSError, TimeoutError) as error:
            raise GateError(f"The far end at {self.address.host} does not answer any more.") from error
        if not line:
            raise GateError(await self._listening)
        return self._read(line)

    async def _listen(self) -> str:
        """Give each line to who asked first; why there are no more. One who gave up is given nothing, nor is the next."""
        said = f"The far end at {self.address.host} hung up."
        try:
            while line := await self.reader.readline():
                if not self._awaited:
                    said = "The far end talks nonsense."
                    break
                _give(self._awaited.popleft(), line)
        except OSError:
            pass
        except ValueError:  # a line longer than the limit
            said = "The far end talks without an end."
        while self._awaited:
            _give(self._awaited.popleft(), b"")
        return said

    @staticmethod
    def _read(line: bytes) -> Mapping[str, Any]:
        try:
            answer = json.loads(line)
        except (ValueError, RecursionError):
            raise GateError("Somebody else answers in the far end's place.", is_captive=True) from None
        if not isinstance(answer, dict):
            raise GateError("The far end talks nonsense.")
        if "error" in answer:
            raise GateError(str(answer["error"])[:200], is_refusal=True)
        return answer

    async def greet(self) -> Hello:
        """Who is there; raises GateError when the answer is not signed by the far end's key over this very connection."""
        nonce = secrets.token_hex(16)
        told = await self.ask(do="hello", nonce=nonce)
        try:
            vkey = self.address.vkey or str(told["vkey"])
            opened = open_note(str(told["note"]), [Verifier.parse(vkey)])
            hello = Hello(
                vkey,
                [str(one) for one in told["addresses"]],
                read_ports(told["neutral"]),
                [port for port in read_ports(told["voice"]) if port in VOICE_PORTS],
                [port for port in read_ports(told["voice_tcp"]) if port in VOICE_PORTS],
                bool(told["well"]),
                int(told["time"]),
                str(told["software"])[:60],
                str(told.get("site", ""))[:300],
            )
        except (KeyError, TypeError, ValueError, OverflowError, NoteError):
            raise GateError("Somebody else answers in the far end's place.", is_captive=True) from None
        if opened.text != f"{HELLO_DOMAIN}{nonce}\n{self.certificate.hex()}\n":
            raise GateError("Somebody stands between here and the far end.", is_captive=True)
        return hello

    async def begin(self) -> bytes:
        """A session; its seed."""
        part = secrets.token_bytes(PART_BYTES)
        told = await self.ask(do="open", part=part.hex())
        with _sense():
            self.seed = seed_of(part, bytes.fromhex(str(told["part"])))
        return self.seed

    async def expect(self, orders: Sequence[Order], seconds: float = SECONDS) -> None:
        """Announce flows."""
        await self.ask(seconds, do="expect", flows=[tell_order(one) for one in orders])

    async def more(self, numbers: Sequence[int], count: int) -> None:
        """Announce so many packets more of flows that were announced."""
        await self.ask(do="more", flows=list(numbers), count=count)

    async def seen(self, numbers: Sequence[int]) -> dict[int, list[float | None]]:
        """When the far end had the packets of some flows (ms of its session)."""
        told = await self.ask(do="seen", flows=list(numbers))
        with _sense():
            return {
                int(number): [None if time < 0 else time for time in times]
                for number, times in told["seen"].items()
            }

    async def names(self) -> dict[str, list[str]]:
        """What the far end's resolver says of the names that are compared."""
        told = await self.ask(do="resolve")
        with _sense():
            return {
                name: [str(ip_address(one)) for one in told["names"].get(name, [])[:64]] for name in NAMES
            }

    async def half(self) -> tuple[str, dict[str, list[float]], set[str]]:
        """The far end's signed half, when it had each packet (ms of its session, -1 never), and flows that came rewritten."""
        answer = await self.ask(do="close")
        told = str(answer.get("half", ""))
        with _sense():
            seen = json.loads(told.partition("\n")[2].partition("\n")[0])["seen"]
            altered = {str(flow)[:40] for flow in answer.get("altered", [])[:40]}
            times = {str(number): [float(time) for time in times] for number, times in seen.items()}
            return told, times, altered

    @property
    def peer(self) -> str:
        """The address of IP that answers."""
        return str(self.writer.get_extra_info("peername")[0])

    def close(self) -> None:
        """Hang up."""
        if self._listening is not None:
            self._listening.cancel()
        with contextlib.suppress(OSError, RuntimeError):
            self.writer.close()


def _give(heard: asyncio.Future[bytes], line: bytes) -> None:
    if not heard.done():
        heard.set_result(line)


@contextlib.contextmanager
def _sense() -> Iterator[None]:
    """Turn whatever cannot be read into one error."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise GateError("The far end talks nonsense.") from error


def read_ports(told: Any) -> list[int]:
    """Ports as a far end names them; raises ValueError or TypeError when there are too many or one is none."""
    ports = [int(one) for one in told[:MOST_PORTS]]
    if not all(0 < port < 65_536 for port in ports) or len(told) > MOST_PORTS:
        raise ValueError(f"got {len(told)} ports, expected at most {MOST_PORTS}, from 1 to 65535")
    return ports


@lru_cache(maxsize=1)
def plain_context() -> ssl.SSLContext:
    """TLS that trusts no certificate by itself: the far end vouches for its own under its key (`greet`)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def open_gate(address: Address, name: str, seconds: float = SECONDS) -> Gate:
    """Connect, with a server name that means nothing, over IPv4 where there is such an address; raises GateError."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await _connect(address, name)
    except ssl.SSLError as error:
        is_other = "WRONG_VERSION_NUMBER" in str(error) or "RECORD_LAYER" in str(error)
        raise GateError("Something that is no far end answers there.", is_captive=is_other) from error
    except (OSError, TimeoutError) as error:
        raise GateError(f"No answer from {address.host}, port {address.port}.") from error
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return Gate(address, reader, writer, sha256(shown).digest())


async def _connect(address: Address, name: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    async def connect(family: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection(
            address.host, address.port, family=family, ssl=plain_context(), server_hostname=name, limit=LINE
        )

    try:
        return await connect(socket.AF_UNSPEC if ":" in address.host else socket.AF_INET)
    except socket.gaierror:  # a name without an address of IPv4
        return await connect(socket.AF_INET6)


async def given_hosts(addresses: Iterable[Address]) -> list[str]:
    """The addresses of IP that the person named, by themselves or by a name, in that order. Nothing is sent to any other."""
    found: dict[str, None] = {}
    for one in addresses:
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(RESOLVING):
                told = await asyncio.get_running_loop().getaddrinfo(one.host, None, type=socket.SOCK_STREAM)
            found |= dict.fromkeys(str(one[4][0]) for one in told)
    return list(found)


def hosts_of(peer: str, hello: Hello, given: Sequence[str]) -> list[str]:
    """The addresses to send datagrams to: the one that answered, and another one that the far end and the person both name.

    Whatever a far end says, a probe sends nothing to an address that the person did not give: so it floods no stranger.
    """
    others = [
        one for one in given if one != peer and one in hello.addresses and (":" in one) == (":" in peer)
    ]
    return [peer, *others[:1]] if peer in hello.addresses else [peer]
