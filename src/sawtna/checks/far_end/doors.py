"""The ports of a far end: UDP sockets and TCP listeners on its neutral ports and on the usual ports of voice, as many as it gets.

A port that another program has, or that needs a right that this user lacks, is left out and told to probes.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import secrets
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from sawtna.checks.core.meeting import VOICE_PORTS, neutral_ports
from sawtna.checks.far_end.callers import Callers
from sawtna.checks.far_end.reached import NEUTRAL as NEUTRAL_GROUP
from sawtna.checks.far_end.reached import Reached
from sawtna.checks.far_end.sessions import Sessions
from sawtna.checks.far_end.streams import MOST_STREAM_BYTES, Clock, answer_stream

NEUTRAL = 320
NEUTRAL_TCP = 16  # of the neutral ports, the first so many listen for TCP as well
MOST_STREAMS = 2000


@dataclass(slots=True)
class Doors:
    """What is open. `choice` is the seed of the neutral ports. Owner: the far end's process."""

    sessions: Sessions
    clock: Clock
    choice: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    neutral: list[int] = field(default_factory=list)
    voice: list[int] = field(default_factory=list)
    voice_tcp: list[int] = field(default_factory=list)
    lowest: int = 1  # no port below it is opened
    callers: Callers = field(default_factory=Callers)
    reached: Reached | None = None
    datagrams: int = 0
    strangers: int = 0
    _sockets: list[socket.socket] = field(default_factory=list)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _streams: int = 0

    async def open(self, addresses: Sequence[str], count: int = NEUTRAL) -> None:
        """Open all that can be opened on these addresses; a port counts when each address has it."""
        _allow_files(len(addresses) * (count + 64))
        for port in neutral_ports(self.choice, count):
            if self._open_udp(addresses, port):
                self.neutral.append(port)
        usual = [port for port in VOICE_PORTS if port >= self.lowest]
        self.voice = [port for port in usual if self._open_udp(addresses, port)]
        for port in self.neutral[:NEUTRAL_TCP]:
            await self._open_tcp(addresses, port)
        for port in usual:
            if port != 443 and await self._open_tcp(addresses, port):
                self.voice_tcp.append(port)

    def close(self) -> None:
        """Close all."""
        loop = asyncio.get_running_loop()
        for one in self._sockets:
            loop.remove_reader(one)
            one.close()
        for server in self._servers:
            server.close()

    def _open_udp(self, addresses: Sequence[str], port: int) -> bool:
        opened: list[socket.socket] = []
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            one = socket.socket(family, socket.SOCK_DGRAM)
            one.setblocking(False)
            try:
                if family == socket.AF_INET6:  # else :: would take the port of 0.0.0.0 too
                    one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                one.bind((address, port))
            except OSError:
                one.close()
                for other in opened:
                    other.close()
                return False
            opened.append(one)
        for one in opened:
            asyncio.get_running_loop().add_reader(one, partial(self._read, one, port))
        self._sockets += opened
        return True

    def _read(self, one: socket.socket, port: int) -> None:
        for _ in range(64):
            try:
                data, source = one.recvfrom(4096)
            except (BlockingIOError, InterruptedError):
                return
            except OSError:  # an ICMP error of somebody who has left
                continue
            self.datagrams += 1
            answer = self._answer_datagram(data, (str(source[0]), int(source[1])), port)
            if answer is None:
                self.strangers += 1
                continue
            with contextlib.suppress(OSError):
                one.sendto(answer, source)

    def _answer_datagram(self, data: bytes, source: tuple[str, int], port: int) -> bytes | None:
        """What a probe or a browser is answered; None for anybody else."""
        found = self.sessions.take(data, source[0], self.clock())
        answer = found[1] if found else self.callers.take(data, source, port)
        if answer is not None and self.reached:
            self.reached.note(str(port) if port in VOICE_PORTS else NEUTRAL_GROUP, source[0])
        return answer

    async def _open_tcp(self, addresses: Sequence[str], port: int) -> bool:
        opened = []
        for address in addresses:
            try:
                opened.append(await asyncio.start_server(self._serve, address, port, limit=MOST_STREAM_BYTES))
            except OSError:
                for other in opened:
                    other.close()
                return False
        self._servers += opened
        return True

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the packets of a flow over TCP."""
        if self._streams >= MOST_STREAMS:
            writer.close()
            return
        self._streams += 1
        try:
            await answer_stream(self.sessions, self.clock, reader, writer)
        finally:
            self._streams -= 1
            writer.close()


def _allow_files(wanted: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted + 256:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, wanted + 4096), hard))
