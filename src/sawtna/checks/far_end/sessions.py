"""Sessions: which packets are expected, from whom, and when they came. Knows no socket; is given bytes, addresses and the time.

A packet is known by its bytes, all of which the session announced over TLS; each holds at least 8 bytes that nobody can guess.
So whoever sends a stranger's address gets nothing sent there that was not announced, and never more bytes than he sends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from itertools import islice

from sawtna.checks.core.meeting import MOST_PACKETS, Order
from sawtna.checks.flows import FLOWS, sip
from sawtna.checks.flows.talk import Exchange

MOST_SESSIONS = 4000
MOST_AWAITED = 2_000_000  # packets of all sessions: about a gigabyte
MOST_OF_A_PLACE = 400  # sessions of one /24 (of IPv6 /48): a tenth
TOO_MANY = "Very many people test at this moment. Try again in a minute."
MOST_ORDERS = 1500  # of a session
MOST_EXPECTED = 20_000  # packets of a session, answered or not
MOST_ANNOUNCED = (
    120_000  # packets of a session over its whole life: fifteen minutes in the background have half of it
)
MOST_GOING_ON = 24  # flows of a session that go on
KEPT = 100  # packets of such a flow that are still awaited when it goes on
MOST_ADDRESSES = 32  # from which the packets of a session may come: a large NAT has several
Source = tuple[str, int]


def place_of(address: str) -> str:
    """The /24 of an address, of IPv6 the /48: neighbours, who share what one place may take."""
    place = ip_address(address.partition("%")[0])
    return str(ip_network((place, 24 if place.version == 4 else 48), strict=False))


class SessionError(Exception):
    """What a probe asked for cannot be done; the sentence says why."""


@dataclass(slots=True)
class Seen:
    """What arrived of one flow: a time for each packet (ms since the session began)."""

    order: Order
    times: list[float | None]
    exchanges: list[Exchange]
    dropped: int = 0  # packets that are not awaited any more, before those in `exchanges`
    going_on: Iterator[Exchange] | None = None  # of a flow that may be asked for more


@dataclass(slots=True, eq=False)
class Session:
    """One run of one probe. Owner: its control connection; it ends with it."""

    seed: bytes
    began: float
    seen: dict[int, Seen] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    place: str = ""
    altered: set[str] = field(default_factory=set)  # flows that came rewritten
    expected: int = 0
    announced: int = 0
    replies: int = 0


@dataclass(frozen=True, slots=True)
class Awaited:
    """One packet that may come: whose, which of the flow, what answers it."""

    session: Session
    seen: Seen
    number: int
    exchange: Exchange


class Sessions:
    """All sessions of a far end. Owner: the far end's process."""

    def __init__(self, most: int = MOST_SESSIONS) -> None:
        self.most = most
        self.is_busy = False  # set by whoever watches how late this process is
        self.open: set[Session] = set()
        self._awaited: dict[bytes, Awaited] = {}
        self._marks: dict[bytes, Awaited] = {}
        self._places: Counter[str] = Counter()

    @property
    def awaited(self) -> int:
        """How many packets are awaited."""
        return len(self._awaited)

    def begin(self, seed: bytes, now: float, address: str = "") -> Session:
        """A new session for a probe at that address; raises SessionError when there are too many. Without one it is our own."""
        place = place_of(address) if address else ""
        if place and (self.is_busy or len(self.open) >= self.most or self.awaited >= MOST_AWAITED):
            raise SessionError(TOO_MANY)
        if self._places[place] >= MOST_OF_A_PLACE and place:
            raise SessionError(
                "Very many people test from your network at this moment. Try again in a minute."
            )
        session = Session(seed, now, place=place)
        self.open.add(session)
        self._places[place] += 1
        return session

    def expect(self, session: Session, orders: Sequence[Order]) -> None:
        """Await the packets of some flows; raises SessionError."""
        for order in orders:
            self._check(session, order)
            seen = session.seen[order.number] = Seen(order, [], [])
            self._await(session, seen, list(order.exchanges(session.seed, FLOWS[order.flow])))

    def _await(self, session: Session, seen: Seen, exchanges: Sequence[Exchange]) -> None:
        for number, exchange in enumerate(exchanges, len(seen.times)):
            awaited = self._awaited[exchange.sent] = Awaited(session, seen, number, exchange)
            if seen.order.flow == sip.FLOW.name and (mark := sip.mark_of(exchange.sent)):
                self._marks[mark] = awaited
        seen.exchanges += exchanges
        seen.times += [None] * len(exchanges)
        session.expected += len(exchanges)
        session.announced += len(exchanges)

    def expect_more(self, session: Session, numbers: Sequence[int], count: int) -> None:
        """Go on with flows: await the next packets of each, and forget those before the last so many. Raises SessionError."""
        if not 0 < count <= MOST_PACKETS or session.announced + count * len(numbers) > MOST_ANNOUNCED:
            raise SessionError("This session has used up its packets.")
        for number in numbers:
            seen = session.seen.get(number)
            if seen is None:
                raise SessionError(f"There is no flow {number} to go on with.")
            if seen.going_on is None:
                self._may_go_on(session)
                whole = replace(seen.order, count=MOST_ANNOUNCED)
                seen.going_on = islice(
                    whole.exchanges(session.seed, FLOWS[seen.order.flow]), seen.order.count, None
                )
            self._forget(session, seen, max(0, len(seen.exchanges) - KEPT))
            seen.order = replace(seen.order, count=seen.order.count + count)
            self._await(session, seen, list(islice(seen.going_on, count)))

    @staticmethod
    def _may_go_on(session: Session) -> None:
        if sum(seen.going_on is not None for seen in session.seen.values()) >= MOST_GOING_ON:
            raise SessionError("This session has used up its flows.")

    def _forget(self, session: Session, seen: Seen, count: int) -> None:
        for exchange in seen.exchanges[:count]:
            self._awaited.pop(exchange.sent, None)
            if seen.order.flow == sip.FLOW.name:
                self._marks.pop(sip.mark_of(exchange.sent) or b"", None)
        del seen.exchanges[:count]
        seen.dropped += count
        session.expected -= count

    def _check(self, session: Session, order: Order) -> None:
        if order.flow not in FLOWS or not 0 < order.count <= MOST_PACKETS:
            raise SessionError(f"There is no flow {order.flow!r} of {order.count} packets here.")
        if order.number in session.seen or len(session.seen) >= MOST_ORDERS:
            raise SessionError("This session has used up its flows.")
        if self.awaited >= MOST_AWAITED:
            raise SessionError(TOO_MANY)
        if session.expected + order.count > MOST_EXPECTED:
            raise SessionError("This session has used up its packets.")

    def end(self, session: Session) -> None:
        """Forget a session."""
        if session in self.open:
            self.open.discard(session)
            self._places[session.place] -= 1
            if not self._places[session.place]:
                del self._places[session.place]
        for seen in session.seen.values():
            self._forget(session, seen, len(seen.exchanges))

    def take(self, data: bytes, source: str, now: float) -> tuple[Awaited, bytes] | None:
        """A packet came from an address: what it was and what to answer; None when nobody announced it.

        A packet that comes again is answered again, but its time is that of the first.
        """
        awaited = self._awaited.get(data) or self._find_altered(data)
        if awaited is None:
            return None
        session = awaited.session
        session.addresses.add(source)
        if len(session.addresses) > MOST_ADDRESSES or session.replies >= session.announced * 2:
            return None
        session.replies += 1
        if awaited.seen.times[awaited.number] is None:
            awaited.seen.times[awaited.number] = (now - session.began) * 1000
        answer = awaited.exchange.answer
        if len(answer) > len(data) and not self._may_grow(awaited):
            answer = answer[: len(data)]
        return awaited, answer

    def _find_altered(self, data: bytes) -> Awaited | None:
        """A packet of SIP that was rewritten on the way, known by 8 bytes of its Call-ID that nobody can guess."""
        mark = sip.mark_of(data)
        awaited = self._marks.get(mark) if mark else None
        if awaited is not None:
            awaited.session.altered.add(awaited.seen.order.flow)
        return awaited

    def take_from(
        self, held: bytes, last: Awaited | None, source: str, now: float
    ) -> tuple[Awaited, bytes] | None:
        """The same for the beginning of what came over a stream; `last` is the packet before it, None for the first.

        The first must have come whole and alone, those after it may come glued together.
        """
        if last is None:
            return self.take(held, source, now)
        place = last.number + 1 - last.seen.dropped
        rest = last.seen.exchanges[place : place + 1]
        return self.take(rest[0].sent, source, now) if rest and held.startswith(rest[0].sent) else None

    @staticmethod
    def _may_grow(awaited: Awaited) -> bool:
        """An answer may be longer only where the standard has it so, and after an earlier packet of the flow was here."""
        return awaited.exchange.may_grow and awaited.number > 0 and awaited.seen.times[0] is not None
