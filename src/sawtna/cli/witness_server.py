"""The witness's HTTP server: what is asked of it, and a thread that signs.

Requests that arrive together are remembered in one transaction, because settling the disk is what takes time.
"""

from __future__ import annotations

import asyncio
import socket
import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sawtna.cli.http_door import Answer, Asked, HttpDoor, serve_door
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

ADD = "/add-checkpoint"
SIZE, HTML, CSS = "text/x.tlog.size", "text/html; charset=utf-8", "text/css"
SAFE = [
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("access-control-allow-origin", "*"),  # anyone may compare what a witness saw, from any page
]


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


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


async def serve_witness(server: WitnessServer, place: socket.socket, stop: asyncio.Event) -> None:
    """Answer on a port that is already taken, until `stop`."""
    door = HttpDoor(
        server.answer, lambda path: "POST" if path == ADD else "GET, HEAD", SAFE, MAX_REQUEST_BYTES
    )
    await serve_door(door, place, stop)
