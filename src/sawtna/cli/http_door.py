"""A small HTTP server for one purpose: asyncio carries the bytes, h11 reads and writes them (RFC 9112).

Whoever can reach it can make it work, and nothing more: so many bytes and 20 s a request, 256 connections. It keeps no log of who
asked for what.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import h11

SECONDS = 20.0  # for a request to arrive, for an answer to leave, and for a connection to say nothing
MOST_CONNECTIONS = 256
HEAD_BYTES = 16_384
CHUNK = 65_536
PLAIN = "text/plain; charset=utf-8"


class Answer(NamedTuple):
    """What goes back."""

    status: int
    body: str
    kind: str = PLAIN


class Asked(NamedTuple):
    """What came in; `body` is None when it was longer than any request."""

    method: str
    path: str
    body: bytes | None


@dataclass
class HttpDoor:
    """Answers requests by `answer`. `allowed` tells the methods of a path, `headers` go with each answer."""

    answer: Callable[[Asked], Awaitable[Answer]]
    allowed: Callable[[str], str]
    headers: Sequence[tuple[str, str]]
    most_bytes: int
    connections: int = 0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection, one after the other."""
        self.connections += 1
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=HEAD_BYTES)
        try:
            if self.connections > MOST_CONNECTIONS:
                return
            while await self._exchange(connection, reader, writer):
                connection.start_next_cycle()
        except (TimeoutError, OSError, h11.ProtocolError):
            pass  # a client that is slow, gone or speaks something else is not answered
        finally:
            self.connections -= 1
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def _exchange(
        self, connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bool:
        """One request and its answer; whether another one may follow."""
        async with asyncio.timeout(SECONDS):
            asked = await _read(connection, reader, writer, self.most_bytes)
        if asked is None:
            return False
        answer = await self.answer(asked)
        async with asyncio.timeout(SECONDS):
            writer.write(self._spell(connection, asked, answer))
            await writer.drain()
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE

    def _spell(self, connection: h11.Connection, asked: Asked, answer: Answer) -> bytes:
        body = answer.body.encode()
        headers = [("content-type", answer.kind), ("content-length", str(len(body))), *self.headers]
        if asked.body is None:
            headers.append(("connection", "close"))
        if answer.status == 405:  # RFC 9110 section 15.5.6
            headers.append(("allow", self.allowed(asked.path)))
        sent = connection.send(h11.Response(status_code=answer.status, headers=headers)) or b""
        if asked.method != "HEAD":
            sent += connection.send(h11.Data(data=body)) or b""
        return sent + (connection.send(h11.EndOfMessage()) or b"")


async def _read(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, most_bytes: int
) -> Asked | None:
    """The next request, or None when the other side has left."""
    head: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            if connection.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                writer.write(connection.send(go_on) or b"")
            connection.receive_data(await reader.read(CHUNK))
        elif isinstance(event, h11.Request):
            head = event
        elif isinstance(event, h11.Data):
            body += event.data
            if head and len(body) > most_bytes:
                return Asked(head.method.decode(), head.target.decode("latin-1"), None)
        elif isinstance(event, h11.EndOfMessage) and head:
            return Asked(head.method.decode(), head.target.decode("latin-1"), bytes(body))
        else:
            return None


async def serve_door(door: HttpDoor, place: socket.socket, stop: asyncio.Event) -> None:
    """Answer on a port that is already taken, until `stop`. Who is not answered any more asks again: nothing is lost."""
    listening = await asyncio.start_server(door.converse, sock=place, limit=CHUNK)
    await stop.wait()
    listening.close()


def take_port(host: str, port: int, who: str, other: int) -> socket.socket:
    """Take a port; a sentence when it cannot be had."""
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET, backlog=256
        )
    except (OSError, OverflowError) as fault:
        why = str(fault).rstrip(".")
        raise SystemExit(
            f"The {who} cannot listen on {host} port {port}: {why}. Choose another one, such as --port {other}."
        ) from None


def address_of(place: socket.socket) -> str:
    """The address of a port, for people."""
    host, port = place.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
