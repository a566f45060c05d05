"""The witness's HTTP server: asyncio carries the bytes, h11 reads and writes them (RFC 9112), a thread signs.

Requests that arrive together are remembered in one transaction, because settling the disk is what takes time.

Whoever can reach it can make it work, and nothing more: 64 kB and 20 s a request, 256 connections.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import h11

from sawtna.cli.witness_memory import Job, WitnessMemory, shows_two_histories
from sawtna.cli.witness_page import SHEET, witness_page
from sawtna.ledger.core.note import Signer, Verifier
from sawtna.ledger.core.witness import (
    CONFLICT,
    MAX_REQUEST_BYTES,
    WitnessError,
    check_signature,
    origin_hash,
    unpack_request,
)

SECONDS = 20.0  # for a request to arrive, for an answer to leave, and for a connection to say nothing
MOST_CONNECTIONS = 256
HEAD_BYTES = 16_384
CHUNK = 65_536

ADD = "/add-checkpoint"
PLAIN, SIZE, HTML, CSS = (
    "text/plain; charset=utf-8",
    "text/x.tlog.size",
    "text/html; charset=utf-8",
    "text/css",
)
SAFE = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("access-control-allow-origin", "*"),  # anyone may compare what a witness saw, from any page
]


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


class Pen:
    """Signs in a thread of its own; what waits meanwhile goes into the next transaction together."""

    def __init__(self, memory: WitnessMemory, signer: Signer, clock: Callable[[], int]) -> None:
        self._memory, self._signer, self._clock = memory, signer, clock
        self._waiting: list[tuple[Job, asyncio.Future[str | WitnessError]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def sign(self, job: Job) -> str | WitnessError:
        """The cosignature line, or why there is none; raises sqlite3.Error when it cannot be remembered."""
        answer: asyncio.Future[str | WitnessError] = asyncio.get_running_loop().create_future()
        self._waiting.append((job, answer))
        if self._writing is None:
            self._writing = asyncio.create_task(self._write())
        return await answer

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                await self._write_batch(batch)
        finally:
            self._writing = None

    async def _write_batch(self, batch: list[tuple[Job, asyncio.Future[str | WitnessError]]]) -> None:
        jobs = [job for job, _ in batch]
        try:
            found = await asyncio.to_thread(self._memory.sign, jobs, self._signer, self._clock())
        except sqlite3.Error as fault:
            for _, answer in batch:
                if not answer.cancelled():
                    answer.set_exception(fault)
            return
        for (_, answer), line in zip(batch, found, strict=True):
            if not answer.cancelled():
                answer.set_result(line)


@dataclass
class WitnessServer:
    """Answers requests; `memory` is for looking, `pen` has its own."""

    verifier: Verifier
    logs: Mapping[str, tuple[Verifier, ...]]
    memory: WitnessMemory
    pen: Pen
    connections: int = 0

    async def answer(self, asked: Asked) -> Answer:
        """Find what was asked for."""
        path = asked.path.partition("?")[0]
        if path == ADD:
            if asked.method != "POST":
                return Answer(405, "Send a checkpoint with POST, as c2sp.org/tlog-witness describes.\n")
            return await self._add(asked.body)
        if asked.method not in {"GET", "HEAD"}:
            return Answer(405, "Only GET works here.\n")
        if path == "/":
            page = witness_page(self.verifier, self.logs, self.memory.logs(), self.memory.refused())
            return Answer(200, page, HTML)
        if path == "/style.css":
            return Answer(200, SHEET, CSS)
        notes = {f"/{origin_hash(one.origin)}/checkpoint": one.note for one in self.memory.logs()}
        return Answer(200, notes[path]) if path in notes else Answer(404, "There is nothing here.\n")

    async def _add(self, body: bytes | None) -> Answer:
        if body is None:
            return Answer(413, f"A request has at most {MAX_REQUEST_BYTES} bytes.\n")
        try:
            request = unpack_request(body)
            job = Job(request, check_signature(request.note, self.logs))
            found = await self.pen.sign(job)
            if isinstance(found, WitnessError):
                if shows_two_histories(job, found):
                    _tell(f"{job.head.checkpoint.origin}: {found}")
                raise found
        except WitnessError as refusal:
            if refusal.status == CONFLICT:
                return Answer(CONFLICT, f"{refusal.size}\n", SIZE)
            return Answer(refusal.status, f"{refusal}\n")
        except sqlite3.Error as fault:
            _tell(f"Nothing was signed, because it could not be remembered: {fault}.")
            return Answer(503, "The witness cannot remember anything now, so it signs nothing.\n")
        return Answer(200, found)

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
            asked = await _read(connection, reader, writer)
        if asked is None:
            return False
        answer = await self.answer(asked)
        async with asyncio.timeout(SECONDS):
            writer.write(_spell(connection, asked, answer))
            await writer.drain()
        return connection.our_state is h11.DONE and connection.their_state is h11.DONE


async def _read(
    connection: h11.Connection, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
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
            if head and len(body) > MAX_REQUEST_BYTES:
                return Asked(head.method.decode(), head.target.decode("latin-1"), None)
        elif isinstance(event, h11.EndOfMessage) and head:
            return Asked(head.method.decode(), head.target.decode("latin-1"), bytes(body))
        else:
            return None


def _spell(connection: h11.Connection, asked: Asked, answer: Answer) -> bytes:
    body = answer.body.encode()
    headers = [("content-type", answer.kind), ("content-length", str(len(body))), *SAFE]
    if asked.body is None:
        headers.append(("connection", "close"))
    if answer.status == 405:  # RFC 9110 section 15.5.6
        headers.append(("allow", "POST" if asked.path == ADD else "GET, HEAD"))
    sent = connection.send(h11.Response(status_code=answer.status, headers=headers)) or b""
    if asked.method != "HEAD":
        sent += connection.send(h11.Data(data=body)) or b""
    return sent + (connection.send(h11.EndOfMessage()) or b"")


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


async def serve_witness(server: WitnessServer, door: socket.socket, stop: asyncio.Event) -> None:
    """Answer on a port that is already taken, until `stop`. Who is not answered any more asks again: nothing is lost."""
    listening = await asyncio.start_server(server.converse, sock=door, limit=CHUNK)
    await stop.wait()
    listening.close()
