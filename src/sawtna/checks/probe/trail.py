"""Packets with a short life, and who said that they died: the socket's error queue tells, which needs no root on Linux."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field

from sawtna.checks.core.observation import Step
from sawtna.checks.core.plan import Planned
from sawtna.checks.flows import FLOWS

IP_RECVERR = 11  # linux/in.h; Python does not name it
MSG_ERRQUEUE = 0x2000
FROM_ICMP = 2  # SO_EE_ORIGIN_ICMP, linux/errqueue.h
WAIT = 0.5  # seconds after the last packet
IS_POSSIBLE = sys.platform == "linux"


@dataclass(slots=True)
class _Sent:
    arm: str
    ttl: int
    answer: bytes
    reporter: str = ""
    answered: bool = False


@dataclass(slots=True)
class Trail:
    """One walk. A packet is known again by the port that it was sent to, and by what it said."""

    host: str
    seed: bytes
    sent: list[tuple[int, bytes, _Sent]] = field(default_factory=list)

    async def walk(self, planned: Sequence[tuple[int, Planned]]) -> list[Step]:
        """Send all, wait, and tell what became of each."""
        if not IS_POSSIBLE or ":" in self.host:
            return []
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            out.setsockopt(socket.IPPROTO_IP, IP_RECVERR, 1)
            loop.add_reader(out, self._read, out)
            try:
                for ttl, one in planned:
                    self._send(out, ttl, one)
                    await asyncio.sleep(0.006)
                await asyncio.sleep(WAIT)
            finally:
                loop.remove_reader(out)
        return [Step(one.arm, one.ttl, one.reporter, one.answered) for _, _, one in self.sent]

    def _send(self, out: socket.socket, ttl: int, one: Planned) -> None:
        exchange = next(one.order.exchanges(self.seed, FLOWS[one.order.flow]))
        note = _Sent("control" if one.arm == "control" else one.arm, ttl, exchange.answer)
        self.sent.append((one.order.port, exchange.sent, note))
        out.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, ttl)
        for _ in range(3):  # an error that waits is told once, in place of sending
            try:
                out.sendto(exchange.sent, (self.host, one.order.port))
            except OSError:
                self._read(out)
            else:
                return

    def _read(self, out: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                data, told, _, target = out.recvmsg(4096, 512, MSG_ERRQUEUE)
                self._note_error(data, told, target)
        with contextlib.suppress(OSError):
            while data := out.recv(4096):
                for _, _, note in self.sent:
                    note.answered = note.answered or note.answer == data

    def _note_error(
        self, data: bytes, told: Sequence[tuple[int, int, bytes]], target: tuple[str, int]
    ) -> None:
        for level, kind, value in told:
            if level != socket.IPPROTO_IP or kind != IP_RECVERR or len(value) < 24:
                continue
            _, origin, icmp_type = struct.unpack_from("=IBB", value)
            reporter = socket.inet_ntoa(
                value[20:24]
            )  # sock_extended_err is followed by the offender's address
            if origin == FROM_ICMP and icmp_type == 11:
                self._note_death(data, target, reporter)

    def _note_death(self, data: bytes, target: tuple[str, int], reporter: str) -> None:
        for port, sent, note in self.sent:
            if port == target[1] and not note.reporter and (not data or sent.startswith(data[: len(sent)])):
                note.reporter = reporter
                return


def what_to_trace(hit: Sequence[str]) -> tuple[str | None, int | None]:
    """The flow to follow for the arms that are hit, and the port where it is hit; (None, None) when none can be followed."""
    for arm in sorted(hit):
        kind, _, name = arm.partition(":")
        if kind == "signature":
            return name, None
        if kind == "port":
            return "safe2", int(name)
        if kind == "both":
            flow, _, port = name.partition("@")
            return flow, int(port)
    return None, None
