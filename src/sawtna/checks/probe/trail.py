"""Packets with a short life, and who said that they died: the socket's error queue tells, which needs no root on Linux."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
import sys
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sawtna.checks.core.meeting import Order
from sawtna.checks.core.observation import Run, Step
from sawtna.checks.core.plan import Ground, Planned, plan_trail
from sawtna.checks.core.trail import OPENING, is_under_rule, plan_opened_trail
from sawtna.checks.flows import FLOWS
from sawtna.checks.probe.gate import Gate

MSG_ERRQUEUE = 0x2000
WAIT = 0.5  # seconds after the last packet
OPENED_EVERY, OPENING_GAP, OPENED_REST = (
    0.012,
    0.018,
    0.15,
)  # seconds: between flows, between packets, before the short lives
FULL_LIFE = 64
HOPS, TRIES = 14, 3
IS_POSSIBLE = sys.platform == "linux"


@dataclass(frozen=True, slots=True)
class Family:
    """What differs between IPv4 and IPv6; numbers of linux/in.h, linux/in6.h, linux/errqueue.h that Python does not name."""

    family: int
    level: int
    errors: int  # IP_RECVERR
    life: int  # IP_TTL
    origin: int  # SO_EE_ORIGIN_ICMP
    exceeded: int  # ICMP type
    offender: slice  # of its address, behind sock_extended_err


FOUR = Family(socket.AF_INET, socket.IPPROTO_IP, 11, socket.IP_TTL, 2, 11, slice(20, 24))
SIX = Family(socket.AF_INET6, socket.IPPROTO_IPV6, 25, socket.IPV6_UNICAST_HOPS, 3, 3, slice(24, 40))


@dataclass(slots=True)
class _Sent:
    arm: str
    ttl: int
    port: int
    sent: bytes
    answer: bytes
    reporter: str = ""
    answered: bool = False


@dataclass(slots=True)
class Trail:
    """One walk. A packet is known again by the port that it was sent to, and by what it said."""

    host: str
    seed: bytes
    sent: list[_Sent] = field(default_factory=list)

    @property
    def family(self) -> Family:
        """IPv4 or IPv6."""
        return SIX if ":" in self.host else FOUR

    async def walk(self, planned: Sequence[tuple[int, Planned]]) -> list[Step]:
        """Send all, wait, and tell what became of each."""
        if not IS_POSSIBLE:
            return []
        with self._open() as out:
            for ttl, one in planned:
                exchange = next(one.order.exchanges(self.seed, FLOWS[one.order.flow]))
                arm = "control" if one.arm == "control" else one.arm
                self._send(out, _Sent(arm, ttl, one.order.port, exchange.sent, exchange.answer))
                await asyncio.sleep(0.006)
            await asyncio.sleep(WAIT)
        return [Step(one.arm, one.ttl, one.reporter, one.answered) for one in self.sent]

    async def walk_opened(self, planned: Sequence[tuple[int, str, Order]]) -> list[Step]:
        """Open each flow, then follow it with short lives on the same five values; tell of those that came under the rule."""
        if not IS_POSSIBLE:
            return []
        with self._open() as out:
            flights = [
                self._fly(out, ttl, arm, order, place * OPENED_EVERY)
                for place, (ttl, arm, order) in enumerate(planned)
            ]
            flown = await asyncio.gather(*flights)
            await asyncio.sleep(WAIT)
        return [
            Step(one.arm, one.ttl, one.reporter, one.answered)
            for opening, short in flown
            if is_under_rule([one.answered for one in opening], is_control=opening[0].arm == "control")
            for one in short
        ]

    async def _fly(
        self, out: socket.socket, ttl: int, arm: str, order: Order, start: float
    ) -> tuple[list[_Sent], list[_Sent]]:
        await asyncio.sleep(start)
        made = []
        for place, exchange in enumerate(order.exchanges(self.seed, FLOWS[order.flow])):
            life = FULL_LIFE if place < OPENING else ttl
            made.append(_Sent(arm, life, order.port, exchange.sent, exchange.answer))
            self._send(out, made[-1])
            await asyncio.sleep(OPENED_REST if place == OPENING - 1 else OPENING_GAP)
        return made[:OPENING], made[OPENING:]

    @contextlib.contextmanager
    def _open(self) -> Iterator[socket.socket]:
        loop, family = asyncio.get_running_loop(), self.family
        with socket.socket(family.family, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            out.setsockopt(family.level, family.errors, 1)
            loop.add_reader(out, self._read, out)
            try:
                yield out
            finally:
                loop.remove_reader(out)

    def _send(self, out: socket.socket, note: _Sent) -> None:
        self.sent.append(note)
        out.setsockopt(self.family.level, self.family.life, note.ttl)
        for _ in range(3):  # an error that waits is told once, in place of sending
            try:
                out.sendto(note.sent, (self.host, note.port))
            except OSError:
                self._read(out)
            else:
                return

    def _read(self, out: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                data, told, _, target = out.recvmsg(4096, 512, MSG_ERRQUEUE)
                self._note_error(data, told, int(target[1]))
        with contextlib.suppress(OSError):
            while data := out.recv(4096):
                for note in self.sent:
                    note.answered = note.answered or note.answer == data

    def _note_error(self, data: bytes, told: Sequence[tuple[int, int, bytes]], port: int) -> None:
        family = self.family
        for level, kind, value in told:
            if (level, kind) != (family.level, family.errors) or len(value) < family.offender.stop:
                continue
            _, origin, icmp_type = struct.unpack_from("=IBB", value)
            reporter = socket.inet_ntop(family.family, value[family.offender])
            if (origin, icmp_type) == (family.origin, family.exceeded):
                self._note_death(data, port, reporter)

    def _note_death(self, data: bytes, port: int, reporter: str) -> None:
        """The router may quote nothing of what the packet said; then it was one of those to that port whose life was short."""
        for note in self.sent:
            is_alike = not data or note.sent.startswith(data[: len(note.sent)])
            if note.port == port and note.ttl < FULL_LIFE and not note.reporter and is_alike:
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


async def follow_trail(  # noqa: PLR0917
    run: Run, gate: Gate, ground: Ground, host: str, seen: tuple[Sequence[str], Collection[str]], first: int
) -> int:
    """Follow what was hit and a control; gives how many numbers of flows from `first` on it used.

    `seen` are the arms that are hit, and the names of all whose first packet passes: their rule needs more than one packet.
    """
    hit, opened = seen
    flow, port = what_to_trace(hit)
    if flow is None:
        return 0
    if (flow if port is None else f"{flow}@{port}") in opened:
        after = plan_opened_trail(ground, (flow, port), HOPS)
        await gate.expect([one for _, _, one in after])
        run.steps = await Trail(host, run.seed).walk_opened(after)
        return 0
    planned = plan_trail(ground, first, (flow, port), HOPS, TRIES)
    await gate.expect([one.order for _, one in planned])
    run.steps = await Trail(host, run.seed).walk(planned)
    return len(planned)
