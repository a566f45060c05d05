"""The control connection of a probe: one JSON object a line over TLS, a few verbs, hard limits.

`hello` who is there, `open` a session, `expect` flows, `more` packets of them, `seen` what came of them, `resolve` the fixed list
of names, `ping`, `close` with the signed half of the evidence.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sawtna import __version__
from sawtna.checks.core.half import Half, hash_orders, hash_ports, pack_half
from sawtna.checks.core.meeting import PART_BYTES, VERSION, read_order, seed_of
from sawtna.checks.far_end.doors import Doors
from sawtna.checks.far_end.identity import Identity
from sawtna.checks.far_end.networks import Networks
from sawtna.checks.far_end.sessions import Session, SessionError
from sawtna.checks.far_end.streams import answer_stream
from sawtna.checks.far_end.vantages import Vantages
from sawtna.checks.flows.dns import NAMES

LINE = 65_536
SECONDS = 90.0  # of silence
FIRST_WORD = 15.0  # seconds
JSON_BEGINS = b"{"  # what begins otherwise is a flow inside TLS
LONGEST = 2400.0  # of a session: thirty minutes in the background, and some

Message = Mapping[str, Any]


@dataclass(slots=True)
class Control:
    """Answers control connections. Owner: the far end's process."""

    identity: Identity
    doors: Doors
    addresses: list[str]
    unix_time: Callable[[], float]
    vantages: Vantages
    networks: Networks = field(default_factory=Networks)
    site: str = ""
    is_well: bool = True
    connections: int = 0
    _names: dict[str, list[str]] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end: of a probe's questions, or of a flow that one announced, which says other bytes first."""
        self.connections += 1
        visit = Visit(self, str(writer.get_extra_info("peername")[0]))
        try:
            async with asyncio.timeout(LONGEST):
                first = await asyncio.wait_for(reader.read(1), FIRST_WORD)
                if first != JSON_BEGINS:
                    await answer_stream(self.doors.sessions, self.doors.clock, reader, writer, first)
                    return
                while line := first + await asyncio.wait_for(reader.readline(), SECONDS):
                    first = b""
                    answer = await visit.answer(line)
                    writer.write(json.dumps(answer, separators=(",", ":")).encode() + b"\n")
                    await writer.drain()
                    if "error" in answer:
                        break
        except (OSError, TimeoutError, ValueError):  # ValueError: a line longer than the limit
            pass
        finally:
            self.connections -= 1
            visit.end()
            writer.close()

    async def resolve(self) -> dict[str, list[str]]:
        """The addresses of the names that probes compare, as this far end's resolver tells them; asked once a run of it."""
        if not self._names:
            loop = asyncio.get_running_loop()
            found = await asyncio.gather(
                *(loop.getaddrinfo(name, 443, type=socket.SOCK_STREAM) for name in NAMES),
                return_exceptions=True,
            )
            self._names = {
                name: sorted({str(one[4][0]) for one in answer}) if isinstance(answer, list) else []
                for name, answer in zip(NAMES, found, strict=True)
            }
        return self._names


class Visit:
    """One probe's connection and its session; `address` is forgotten with it."""

    def __init__(self, control: Control, address: str) -> None:
        self.control = control
        self.address = address
        self.session: Session | None = None

    async def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one line; with `error` the connection ends."""
        doings: dict[str, Callable[[Message], Awaitable[dict[str, Any]]]] = {
            "hello": self._hello,
            "open": self._open,
            "expect": self._expect,
            "more": self._more,
            "seen": self._seen,
            "resolve": self._resolve,
            "ping": self._ping,
            "close": self._close,
        }
        try:
            asked = json.loads(line)
            return await doings[asked["do"]](asked)
        except SessionError as error:
            return {"error": str(error)}
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return {"error": "This is not understood here. Is the probe of a newer version?"}

    async def _hello(self, asked: Message) -> dict[str, Any]:
        nonce, control = bytes.fromhex(asked["nonce"]).hex(), self.control
        doors = control.doors
        return {
            "version": VERSION,
            "software": f"sawtna {__version__}",
            "vkey": control.identity.signer.verifier.vkey,
            "note": control.identity.vouch(nonce[:64]),
            "time": round(control.unix_time()),
            "addresses": control.addresses,
            "neutral": doors.neutral,
            "voice": doors.voice,
            "voice_tcp": doors.voice_tcp,
            "well": control.is_well,
            "site": control.site,
        }

    async def _open(self, asked: Message) -> dict[str, Any]:
        if self.session is not None:
            raise SessionError("This connection has a session already.")
        part = bytes.fromhex(asked["part"])
        if len(part) != PART_BYTES:
            raise SessionError("The probe's part of the seed has 16 bytes.")
        own = secrets.token_bytes(PART_BYTES)
        doors = self.control.doors
        self.session = doors.sessions.begin(seed_of(part, own), doors.clock(), self.address)
        return {"part": own.hex()}

    async def _expect(self, asked: Message) -> dict[str, Any]:
        orders = [read_order(one) for one in asked["flows"]]
        for order in orders:
            self.control.doors.sessions.expect(self._opened(), [order])
            await asyncio.sleep(0)  # others are waiting: making bytes takes time
        return {"ok": len(orders)}

    async def _more(self, asked: Message) -> dict[str, Any]:
        numbers, count = [int(one) for one in asked["flows"]], int(asked["count"])
        self.control.doors.sessions.expect_more(self._opened(), numbers, count)
        return {"ok": len(numbers)}

    async def _seen(self, asked: Message) -> dict[str, Any]:
        session = self._opened()
        return {
            "seen": {
                str(number): times_of(session, number) for number in asked["flows"] if number in session.seen
            }
        }

    async def _resolve(self, _asked: Message) -> dict[str, Any]:
        return {"names": await self.control.resolve()}

    async def _ping(self, _asked: Message) -> dict[str, Any]:
        return {"ok": 1}

    async def _close(self, _asked: Message) -> dict[str, Any]:
        session, control = self._opened(), self.control
        place = control.networks.find(self.address)
        half = Half(
            seed=session.seed.hex(),
            time=round(control.unix_time()),
            seen={number: times_of(session, number) for number in session.seen},
            orders=hash_orders(seen.order for seen in session.seen.values()),
            ports=hash_ports(control.doors.neutral, control.doors.voice),
            servers=len(control.addresses),
            is_well=control.is_well,
            vantage=control.vantages.name(self.address),
            asn=place.asn,
            cc=place.cc,
            addresses=len(session.addresses),
        )
        return {"half": pack_half(half, control.identity.signer), "altered": sorted(session.altered)}

    def _opened(self) -> Session:
        if self.session is None:
            raise SessionError("Open a session first.")
        return self.session

    def end(self) -> None:
        """Forget the session."""
        if self.session is not None:
            self.control.doors.sessions.end(self.session)


def times_of(session: Session, number: int) -> list[float]:
    """When the packets of a flow came, ms since the session began; -1 for one that did not come."""
    return [-1 if time is None else round(time, 2) for time in session.seen[number].times]
