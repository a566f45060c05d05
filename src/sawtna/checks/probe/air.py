"""Datagrams out and in: eight sockets, a schedule, and a note of the time of each packet. Knows no plan and no verdict."""

from __future__ import annotations

import asyncio
import contextlib
import heapq
import random
import socket
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sawtna.checks.core.observation import Flown
from sawtna.checks.core.plan import PAUSE, SHAKE, TOGETHER
from sawtna.checks.flows import sip
from sawtna.checks.flows.talk import Exchange

SOCKETS = 8
APART = 2  # of them, kept for signatures at usual ports, so that no other flow there has the same five values
Clock = Callable[[], float]


@dataclass(order=True, slots=True)
class Departure:
    """One packet that waits for its time (ms of the run)."""

    due: float
    place: int
    flown: Flown = field(compare=False)
    number: int = field(compare=False)
    exchange: Exchange = field(compare=False)
    socket: socket.socket = field(compare=False)


def _apart(flown: Flown) -> int:
    """One of the sockets kept apart: two flows to one port never share it."""
    pair = (flown.order.flow, flown.order.port)
    return TOGETHER.index(pair) % APART if pair in TOGETHER else 0


def _note(back: list[float | None], number: int, now: float) -> None:
    """The first answer to a packet counts, if its flow was not ended before it."""
    if number < len(back) and back[number] is None:
        back[number] = now


class Air:
    """Owner: one run. `clock` gives ms since the run began."""

    def __init__(self, hosts: Sequence[str], clock: Clock) -> None:
        self.hosts = hosts
        self.clock = clock
        self.bytes = 0
        self.keeps_apart = False  # true while blocks of signatures at usual ports are scheduled
        self._waiting: list[Departure] = []
        self._awaited: dict[bytes, tuple[Flown, int]] = {}
        self._marks: dict[bytes, tuple[Flown, int]] = {}
        self.altered: set[str] = set()  # flows whose answers came rewritten
        self._sockets = [self._open() for _ in range(SOCKETS)]
        self._ways: dict[int, socket.socket] = {}
        self._forgotten: deque[tuple[float, Exchange]] = deque()
        self._turns = 0
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._send())

    def _open(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self.hosts[0] else socket.AF_INET
        one = socket.socket(family, socket.SOCK_DGRAM)
        one.setblocking(False)
        one.bind(("", 0))
        asyncio.get_running_loop().add_reader(one, self._read, one)
        return one

    def schedule(self, flown: Flown, exchanges: Sequence[Exchange], start: float, gap: float | None) -> None:
        """Send the packets of a flow from `start` (ms of the run), `gap` ms apart, or by the flow's own gaps.

        In a block the last one waits longer; in a round of long flows each is somewhat late, by chance.
        """
        out = self._sockets[self._place(flown)]
        self._turns += 1
        self._ways[id(flown)] = out
        self._put(flown, exchanges, start, gap)

    def extend(
        self, flown: Flown, exchanges: Sequence[Exchange], gap: float, forget: Sequence[Exchange] = ()
    ) -> None:
        """Go on with a flow, on the same five values; `forget` are packets whose answers are not awaited any more then."""
        self._put(flown, exchanges, flown.sent[-1] + gap, gap)
        for one in forget:
            self._forgotten.append((flown.sent[-1], one))
        while self._forgotten and self._forgotten[0][0] < self.clock():
            answer = self._forgotten.popleft()[1].answer
            self._awaited.pop(answer, None)

    def _put(self, flown: Flown, exchanges: Sequence[Exchange], start: float, gap: float | None) -> None:
        out, due, first = self._ways[id(flown)], start, len(flown.sent)
        shake = SHAKE * (gap or 0.0) if flown.phase == "long" else 0.0
        for number, exchange in enumerate(exchanges, first):
            self._awaited[exchange.answer] = self._awaited[exchange.answer[: len(exchange.sent)]] = (
                flown,
                number,
            )
            if flown.order.flow == sip.FLOW.name and (mark := sip.mark_of(exchange.answer)):
                self._marks[mark] = (flown, number)
            at = due + random.uniform(0, shake)  # noqa: S311 (nobody gains by guessing)
            flown.sent.append(at)
            flown.back.append(None)
            heapq.heappush(
                self._waiting, Departure(at, self._turns * 1000 + number, flown, number, exchange, out)
            )
            due += exchange.gap if gap is None else gap
            due += PAUSE if flown.phase == "block" and number == len(exchanges) - 2 else 0.0
        self._news.set()

    def _place(self, flown: Flown) -> int:
        """Which socket a flow leaves by. Controls of a block share theirs with its arms: a NAT may treat sockets unlike."""
        if flown.arm.startswith("both:"):
            return _apart(flown)
        return self._turns % APART if self.keeps_apart else APART + self._turns % (SOCKETS - APART)

    async def _send(self) -> None:
        while True:
            self._news.clear()
            wait = self._waiting[0].due - self.clock() if self._waiting else 60_000.0
            if wait > 0.5:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait / 1000):
                        await self._news.wait()
                continue
            self._depart(heapq.heappop(self._waiting))

    def _depart(self, one: Departure) -> None:
        one.flown.sent[one.number] = self.clock()
        target = (self.hosts[one.flown.order.server], one.flown.order.port)
        self.bytes += len(one.exchange.sent) + 28
        for _ in range(2):  # an ICMP error of an earlier packet is told once, in place of sending
            with contextlib.suppress(OSError):
                one.socket.sendto(one.exchange.sent, target)
                return

    def _read(self, one: socket.socket) -> None:
        now = self.clock()
        for _ in range(64):
            try:
                data = one.recv(4096)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:
                continue
            self.bytes += len(data) + 28
            found = self._awaited.get(data) or self._find_altered(data)
            if found is not None:
                _note(found[0].back, found[1], now)

    def _find_altered(self, data: bytes) -> tuple[Flown, int] | None:
        """An answer of SIP that a router on the way rewrote."""
        mark = sip.mark_of(data)
        found = self._marks.get(mark) if mark else None
        if found is not None:
            self.altered.add(found[0].order.flow)
        return found

    def stop(self, flown: Sequence[Flown]) -> None:
        """Send nothing more of these flows: what was not sent is forgotten."""
        ended = {id(one) for one in flown}
        left = [one for one in self._waiting if id(one.flown) in ended]
        self._waiting = [one for one in self._waiting if id(one.flown) not in ended]
        heapq.heapify(self._waiting)
        for one in left:
            del one.flown.sent[one.number :], one.flown.back[one.number :]

    def close(self) -> None:
        """Close the sockets."""
        self._task.cancel()
        for one in self._sockets:
            asyncio.get_running_loop().remove_reader(one)
            one.close()
