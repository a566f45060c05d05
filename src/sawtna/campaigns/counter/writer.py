"""One thread that writes for all: what came while the last transaction ran goes into the next one, and is answered after it.

A disk that needs 5 ms to make a transaction durable would allow 200 people a second one by one; together they need one such wait.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, connections, transaction

from sawtna.campaigns.turned import Turned

MOST_AT_ONCE = 256
MOST_WAITING = 20_000

Answer = TypeVar("Answer")
Job = tuple[Callable[[], object], asyncio.Future[object], asyncio.AbstractEventLoop]


class Writer:
    """Owner: one process. `write` is asked from the event loop; jobs run in the writer's thread, in order."""

    def __init__(self) -> None:
        self._jobs: queue.Queue[Job | None] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    async def write(self, job: Callable[[], Answer]) -> Answer:
        """Run a job inside a shared transaction and give its answer once it is durable; what it raises is raised here.

        A job raises `Turned` before it has written anything.
        """
        self._start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        try:
            self._jobs.put_nowait((job, future, loop))
        except queue.Full:
            raise Turned(
                503, "busy", "Very many people are here at this moment. Try again in a minute."
            ) from None
        return await future  # type: ignore[return-value]

    def _start(self) -> None:
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="counter-writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            jobs = [self._jobs.get()]
            while len(jobs) < MOST_AT_ONCE:
                try:
                    jobs.append(self._jobs.get_nowait())
                except queue.Empty:
                    break
            self._run([job for job in jobs if job is not None])

    def _run(self, jobs: list[Job]) -> None:
        try:
            with transaction.atomic():
                answers = [_attempt(job) for job, _, _ in jobs]
        except DatabaseError as error:
            connections["default"].close()
            if len(jobs) == 1:
                answers = [
                    Turned(
                        503,
                        "store",
                        f"It could not be stored ({type(error).__name__}). Try again in a minute.",
                    )
                ]
            else:
                for one in jobs:
                    self._run([one])
                return
        for (_, future, loop), answer in zip(jobs, answers, strict=True):
            loop.call_soon_threadsafe(_settle, future, answer)


def _attempt(job: Callable[[], object]) -> object:
    try:
        return job()
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever it is, it is that one person's answer)
        return error


def _settle(future: asyncio.Future[object], answer: object) -> None:
    if future.done():
        return
    if isinstance(answer, Exception):
        future.set_exception(answer)
    else:
        future.set_result(answer)


WRITER = Writer()
