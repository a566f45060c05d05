"""Opens a far end and keeps it open: control over TLS, UDP and TCP on many ports, a look at its own health once a minute."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

from sawtna.checks.core.meeting import Order
from sawtna.checks.far_end.control import LINE, Control
from sawtna.checks.far_end.doors import NEUTRAL, Doors
from sawtna.checks.far_end.identity import load_identity
from sawtna.checks.far_end.kept_port import USUAL, keep_port, read_port
from sawtna.checks.far_end.keys_of_sound import make_keys
from sawtna.checks.far_end.networks import open_networks
from sawtna.checks.far_end.reached import Reached
from sawtna.checks.far_end.sessions import Sessions
from sawtna.checks.far_end.streams import Clock
from sawtna.checks.far_end.vantages import Vantages
from sawtna.checks.far_end.window import Window, open_window
from sawtna.checks.flows import FLOWS

LOOK_AFTER = 60.0  # seconds
HANDSHAKE = 10.0  # seconds, for TLS
PULSE, TOO_LATE = 0.25, 0.4  # seconds: between looks at how late this process is, and how late is too late
SMOOTH = 0.2  # weight of the newest look
PORTS = (443, 7443)  # of the control connection: the first that can be had
HIGH_PORTS = (USUAL, 0)  # beside a web server, which needs 443 for itself; 0 is any that is free
ALL_PORTS, ABOVE = 1, 1024


@dataclass(frozen=True, slots=True)
class FarEndSettings:
    """Where it listens and keeps its key. `port` 0 takes the first of 443 and 7443 that is free.

    `public` are the addresses under which others reach it, where those are not of this machine (behind a NAT). `high` leaves
    ports below 1024 to others. `window` is the path of the socket at which a site asks for browsers.
    `networks` are files that tell networks by address; `site` is the address of the site that takes its evidence.
    """

    folder: Path
    addresses: tuple[str, ...]
    port: int = 0
    neutral: int = NEUTRAL
    public: tuple[str, ...] = ()
    high: bool = False
    window: Path | None = None
    networks: tuple[Path, ...] = ()
    site: str = ""

    @property
    def ports(self) -> tuple[int, ...]:
        """Ports for the control connection, in the order in which they are tried."""
        if self.high:
            return (self.port or read_port(self.folder), *HIGH_PORTS)
        return (self.port,) if self.port else PORTS


@dataclass(slots=True)
class FarEnd:
    """A far end that is open."""

    control: Control
    doors: Doors
    port: int
    servers: list[asyncio.Server]
    listens_on: tuple[str, ...]

    async def close(self) -> None:
        """Close all doors."""
        for server in self.servers:
            server.close()
        self.doors.close()


async def open_far_end(
    settings: FarEndSettings, now: datetime, clock: Clock, unix_time: Callable[[], float]
) -> FarEnd:
    """Open it; raises OSError with a sentence when no port for its control connection can be had, or NetworksError."""
    networks = open_networks(settings.networks)
    settings.folder.mkdir(parents=True, exist_ok=True)
    reached = Reached(settings.folder, unix_time)
    doors = Doors(Sessions(), clock, lowest=ABOVE if settings.high else ALL_PORTS, reached=reached)
    doors.callers.keys = make_keys(now)
    await doors.open(settings.addresses, settings.neutral)
    identity = load_identity(settings.folder, now)
    told = settings.public or settings.addresses
    reached.own = frozenset([*told, *settings.addresses])
    vantages = Vantages(settings.folder / "vantage.key", unix_time)
    control = Control(identity, doors, list(told), unix_time, vantages, networks, site=settings.site)
    for port in settings.ports:
        with contextlib.suppress(OSError):
            servers = await _listen(control, settings.addresses, port)
            got = int(servers[0].sockets[0].getsockname()[1])
            if settings.high:
                keep_port(settings.folder, got)
            far_end = FarEnd(control, doors, got, servers, settings.addresses)
            if settings.window:
                servers.append(await open_window(Window(control, got), settings.window))
            return far_end
    doors.close()
    raise OSError(
        f"None of the ports {settings.ports} is free for the control connection. Name another with --port."
    )


async def _listen(control: Control, addresses: Sequence[str], port: int) -> list[asyncio.Server]:
    servers: list[asyncio.Server] = []
    try:
        for address in addresses:
            server = await asyncio.start_server(
                control.serve,
                address,
                port,
                ssl=control.identity.context,
                limit=LINE,
                backlog=1024,
                ssl_handshake_timeout=HANDSHAKE,
            )
            servers.append(server)
            port = int(
                server.sockets[0].getsockname()[1]
            )  # any that was free shall be the same on each address
    except OSError:
        for server in servers:
            server.close()
        raise
    return servers


async def keep_open(far_end: FarEnd) -> None:
    """Look after its health until cancelled: when its own UDP does not answer itself, it says so to probes."""
    async with asyncio.TaskGroup() as group:
        group.create_task(watch_pulse(far_end.doors.sessions))
        while True:
            far_end.control.is_well = await answers_itself(far_end)
            await asyncio.sleep(LOOK_AFTER)


async def watch_pulse(sessions: Sessions) -> None:
    """Let nobody more in while this process is late with everything: a measurement would suffer, and so would the others'."""
    loop, late = asyncio.get_running_loop(), 0.0
    while True:
        before = loop.time()
        await asyncio.sleep(PULSE)
        late += SMOOTH * (loop.time() - before - PULSE - late)
        sessions.is_busy = late > TOO_LATE


async def answers_itself(far_end: FarEnd) -> bool:
    """Send one control packet to a neutral port of our own, and see whether it is answered."""
    doors, loop = far_end.doors, asyncio.get_running_loop()
    if not doors.neutral:
        return False
    session = doors.sessions.begin(secrets.token_bytes(32), doors.clock())
    order = Order(0, "safe2", doors.neutral[0], 1)
    try:
        doors.sessions.expect(session, [order])
        exchange = next(order.exchanges(session.seed, FLOWS["safe2"]))
        answered: asyncio.Future[bytes] = loop.create_future()
        address = far_end.listens_on[0]
        if ip_address(address).is_unspecified:
            address = "::1" if ":" in address else "127.0.0.1"
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Ear(answered), remote_addr=(address, order.port)
        )
        try:
            transport.sendto(exchange.sent)
            async with asyncio.timeout(2):
                return await answered == exchange.answer
        finally:
            transport.close()
    except (OSError, TimeoutError):
        return False
    finally:
        doors.sessions.end(session)


class _Ear(asyncio.DatagramProtocol):
    def __init__(self, answered: asyncio.Future[bytes]) -> None:
        self.answered = answered

    def datagram_received(self, data: bytes, _source: object) -> None:
        """The answer of our own."""
        if not self.answered.done():
            self.answered.set_result(data)

    def error_received(self, error: Exception) -> None:
        """Refused."""
        if not self.answered.done():
            self.answered.set_exception(error)
