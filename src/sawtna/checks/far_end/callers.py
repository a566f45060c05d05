"""Browsers that test: which of their packets came, at which port. Knows no socket; is given bytes, addresses and the time.

A page opens a *call* through its site and gets a user name and a password for ICE. Each try of the call (one connection of the
browser to one port) has a number, which stands in its user name. Nothing but a signed check is answered, and with
fewer bytes than came; only tries of sound are answered in DTLS too, after such a check, and never with more than came in all.
Addresses are kept as long as the call, at most `LASTS` seconds, and in memory alone.
"""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field

from sawtna.checks.far_end.ice_lite import answer_check, is_dtls, is_hello, is_sound, read_check
from sawtna.checks.far_end.keys_of_sound import Handshake, Keys
from sawtna.checks.far_end.sessions import MOST_ADDRESSES, SessionError

LASTS = 60.0  # seconds
MOST_TRIES = 200
MOST_PACKETS = 6000  # of a call that are answered
SOUND = 192  # tries from this number on agree keys and send sound
MOST_HANDSHAKES = 400  # at once, of all calls: each takes some 50 kB
NAME = 8  # signs of a call's user name; the number of the try follows them
Way = tuple[str, int, int]  # an address, its port, our port


@dataclass(slots=True)
class Tried:
    """What came of one try: our port, signed checks, ClientHellos after one, packets of sound; bytes of both ways."""

    port: int
    checks: int = 0
    hellos: int = 0
    sounds: int = 0
    came: int = 0
    went: int = 0
    handshake: Handshake | None = None


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

    def __init__(self, most: int = 2000, keys: Keys | None = None) -> None:
        self.most = most
        self.keys = keys
        self._open: dict[str, Call] = {}
        self._ways: dict[Way, Tried] = {}
        self._handshakes = 0

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
        self._handshakes -= sum(one.handshake is not None for one in call.tries.values())
        for way in call.ways:
            self._ways.pop(way, None)

    def take(self, data: bytes, source: tuple[str, int], port: int) -> bytes | None:
        """A packet came to a port of ours: what to answer; None to be silent."""
        check = read_check(data)
        if check is None:
            return self._take_more(data, (*source, port))
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
        tried = call.tries.get(int(number)) or self._begin(call, int(number), port)
        if tried.port != port:
            return None
        tried.checks += 1
        self._remember(call, tried, (*source, port))
        tried.came += len(data)
        return _sent(tried, answer_check(check, password, *source), len(data))

    def _remember(self, call: Call, tried: Tried, way: Way) -> None:
        if self._ways.get(way) is not tried and len(call.ways) < 2 * MOST_TRIES:
            self._ways[way] = tried
            call.ways.append(way)

    def _begin(self, call: Call, number: int, port: int) -> Tried:
        tried = call.tries[number] = Tried(port)
        if self.keys and number >= SOUND and self._handshakes < MOST_HANDSHAKES:
            tried.handshake = self.keys.begin()
            self._handshakes += 1
        return tried

    def _take_more(self, data: bytes, way: Way) -> bytes | None:
        """What is no check counts only on a way on which a signed check came before."""
        tried = self._ways.get(way)
        if tried is None:
            return None
        tried.came += len(data)
        tried.hellos += is_hello(data)
        tried.sounds += is_sound(data)
        if tried.handshake is None or not is_dtls(data):
            return None
        allowed = tried.came - tried.went
        return _sent(tried, tried.handshake.take(data, allowed), allowed)


def _sent(tried: Tried, answer: bytes | None, allowed: int) -> bytes | None:
    """The answer, if no more bytes go out by it than may."""
    if answer is None or len(answer) > allowed:
        return None
    tried.went += len(answer)
    return answer


def _signs(count: int) -> str:
    """Letters and digits, + and /, as ICE allows them (RFC 8839 5.4)."""
    return base64.b64encode(secrets.token_bytes(count)).decode("ascii")[:count]
