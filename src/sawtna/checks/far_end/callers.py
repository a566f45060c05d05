"""Browsers that test: which of their packets came, at which port. Knows no socket; is given bytes, addresses and the time.

A page opens a *call* through its site and gets a user name and a password for ICE. Each try of the call (one connection of the
browser to one port) has a number, which stands in its user name. Nothing but a signed check is answered, and with
fewer bytes than came.
Addresses are kept as long as the call, at most `LASTS` seconds, and in memory alone.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field

from sawtna.checks.far_end.ice_lite import answer_check, is_hello, read_check
from sawtna.checks.far_end.sessions import MOST_ADDRESSES, SessionError

LASTS = 60.0  # seconds
MOST_TRIES = 200
MOST_PACKETS = 6000  # of a call that are answered
NAME = 8  # signs of a call's user name; the number of the try follows them
Way = tuple[str, int, int]  # an address, its port, our port


@dataclass(slots=True)
class Tried:
    """What came of one try: our port, signed checks, ClientHellos after one."""

    port: int
    checks: int = 0
    hellos: int = 0


@dataclass(slots=True, eq=False)
class Call:
    """One test of one page. Owner: `Callers`; forgotten after `LASTS` seconds."""

    name: str
    password: str
    began: float
    tries: dict[int, Tried] = field(default_factory=dict)
    addresses: set[str] = field(default_factory=set)
    ways: list[Way] = field(default_factory=list)
    packets: int = 0


class Callers:
    """All calls of a far end. Owner: the far end's process."""

    def __init__(self, most: int = 2000) -> None:
        self.most = most
        self._open: dict[str, Call] = {}
        self._ways: dict[Way, Tried] = {}

    def begin(self, now: float) -> Call:
        """A new call; raises SessionError when too many are open."""
        self.forget_old(now)
        if len(self._open) >= self.most:
            raise SessionError("Very many people test at this moment. Try again in a minute.")
        call = Call(_signs(NAME), _signs(24), now)
        self._open[call.name] = call
        return call

    def find(self, name: str, now: float) -> Call:
        """The call of that name; raises SessionError when it is over."""
        self.forget_old(now)
        if name not in self._open:
            raise SessionError("This test is over.")
        return self._open[name]

    def forget_old(self, now: float) -> None:
        """Forget what is over, with its addresses. Calls stand in the order in which they began."""
        while self._open and (call := next(iter(self._open.values()))).began < now - LASTS:
            self.end(call)

    def end(self, call: Call) -> None:
        """Forget a call."""
        self._open.pop(call.name, None)
        for way in call.ways:
            self._ways.pop(way, None)

    def take(self, data: bytes, source: tuple[str, int], port: int) -> bytes | None:
        """A packet came to a port of ours: what to answer; None to be silent."""
        check = read_check(data)
        if check is None:
            self._note_hello(data, (*source, port))
            return None
        call, number = self._open.get(check.user[:NAME]), check.user[NAME:]
        if call is None or not (number.isascii() and number.isdecimal()) or int(number) >= MOST_TRIES:
            return None
        password = call.password.encode()
        if call.packets >= MOST_PACKETS or not check.is_signed(password):
            return None
        call.addresses.add(source[0])
        if len(call.addresses) > MOST_ADDRESSES:
            return None
        call.packets += 1
        tried = call.tries.setdefault(int(number), Tried(port))
        if tried.port != port:
            return None
        tried.checks += 1
        self._remember(call, tried, (*source, port))
        answer = answer_check(check, password, *source)
        return answer if len(answer) <= len(data) else None

    def _remember(self, call: Call, tried: Tried, way: Way) -> None:
        if self._ways.get(way) is not tried and len(call.ways) < 2 * MOST_TRIES:
            self._ways[way] = tried
            call.ways.append(way)

    def _note_hello(self, data: bytes, way: Way) -> None:
        tried = self._ways.get(way)
        if tried is not None and is_hello(data):
            tried.hellos += 1


def _signs(count: int) -> str:
    """Letters and digits, + and /, as ICE allows them (RFC 8839 5.4)."""
    return base64.b64encode(secrets.token_bytes(count)).decode("ascii")[:count]
