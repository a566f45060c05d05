"""The control connection to a far end: who is there, a session, what is expected. A wall in between is a result, not an error."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sawtna.checks.core.meeting import HELLO_DOMAIN, PART_BYTES, Order, seed_of, tell_order
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import Verifier, open_note

SECONDS = 5.0
LINE = 262_144


class GateError(Exception):
    """The far end could not be talked to; `is_captive` when somebody else answered in its place."""

    def __init__(self, sentence: str, *, is_captive: bool = False) -> None:
        super().__init__(sentence)
        self.is_captive = is_captive


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


@dataclass(slots=True)
class Gate:
    """An open control connection. Owner: one run."""

    address: Address
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    certificate: bytes
    seed: bytes = b""
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def ask(self, seconds: float = SECONDS, **said: object) -> Mapping[str, Any]:
        """One question and its answer; raises GateError."""
        async with self._turn:
            try:
                self.writer.write(json.dumps(said, separators=(",", ":")).encode() + b"\n")
                async with asyncio.timeout(seconds):
                    await self.writer.drain()
                    line = await self.reader.readline()
            except (OSError, TimeoutError) as error:
                raise GateError(f"The far end at {self.address.host} does not answer any more.") from error
        if not line:
            raise GateError(f"The far end at {self.address.host} hung up.")
        try:
            answer = json.loads(line)
        except ValueError:
            raise GateError("Somebody else answers in the far end's place.", is_captive=True) from None
        if not isinstance(answer, dict) or "error" in answer:
            raise GateError(
                str(answer["error"]) if isinstance(answer, dict) else "The far end talks nonsense."
            )
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
                [int(one) for one in told["neutral"]],
                [int(one) for one in told["voice"]],
                [int(one) for one in told["voice_tcp"]],
                bool(told["well"]),
                int(told["time"]),
                str(told["software"])[:60],
                str(told.get("site", ""))[:300],
            )
        except (KeyError, TypeError, ValueError, NoteError):
            raise GateError("Somebody else answers in the far end's place.", is_captive=True) from None
        if opened.text != f"{HELLO_DOMAIN}{nonce}\n{self.certificate.hex()}\n":
            raise GateError("Somebody stands between here and the far end.", is_captive=True)
        return hello

    async def begin(self) -> bytes:
        """A session; its seed."""
        part = secrets.token_bytes(PART_BYTES)
        told = await self.ask(do="open", part=part.hex())
        self.seed = seed_of(part, bytes.fromhex(str(told["part"])))
        return self.seed

    async def expect(self, orders: Sequence[Order]) -> None:
        """Announce flows."""
        await self.ask(do="expect", flows=[tell_order(one) for one in orders])

    async def seen(self, numbers: Sequence[int]) -> dict[int, list[float | None]]:
        """When the far end had the packets of some flows (ms of its session)."""
        told = await self.ask(do="seen", flows=list(numbers))
        return {
            int(number): [None if time < 0 else time for time in times]
            for number, times in told["seen"].items()
        }

    def close(self) -> None:
        """Hang up."""
        with contextlib.suppress(OSError, RuntimeError):
            self.writer.close()


@lru_cache(maxsize=1)
def plain_context() -> ssl.SSLContext:
    """TLS that trusts no certificate by itself: the far end vouches for its own under its key (`greet`)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def open_gate(address: Address, name: str, seconds: float = SECONDS) -> Gate:
    """Connect, with a server name that means nothing; raises GateError."""
    try:
        async with asyncio.timeout(seconds):
            reader, writer = await asyncio.open_connection(
                address.host, address.port, ssl=plain_context(), server_hostname=name, limit=LINE
            )
    except ssl.SSLError as error:
        is_other = "WRONG_VERSION_NUMBER" in str(error) or "RECORD_LAYER" in str(error)
        raise GateError("Something that is no far end answers there.", is_captive=is_other) from error
    except (OSError, TimeoutError) as error:
        raise GateError(f"No answer from {address.host}, port {address.port}.") from error
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return Gate(address, reader, writer, sha256(shown).digest())


def hosts_of(gate: Gate, hello: Hello) -> list[str]:
    """The addresses to send datagrams to: the one that answered, and the far end's other one when it names both."""
    peer = str(gate.writer.get_extra_info("peername")[0])
    others = [one for one in hello.addresses if one != peer and (":" in one) == (":" in peer)]
    return [peer, *others[:1]] if peer in hello.addresses else [peer]
