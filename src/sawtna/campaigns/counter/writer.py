"""One thread that writes for all: what came while the last transaction ran goes into the next one, and is answered after it.

A disk that needs 5 ms to make a transaction durable would allow 200 people a second one by one; together they need one such wait.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar, cast

from django.db import DatabaseError, connections, transaction

from sawtna.campaigns.counter.hands import tell_all
from sawtna.campaigns.turned import Turned

GATHER = 0.005  # seconds in which others may join a transaction before it begins
MOST_AT_ONCE = 256
MOST_WAITING = 20_000

Action = Callable[[Sequence[Any]], Sequence[object]]
Guard = Callable[[], Exception | None]
Settled = list[tuple["Job", object]]
Answer = TypeVar("Answer")

logger = logging.getLogger(__name__)


class Job(NamedTuple):
    """One thing to be written by an action that takes many, and who waits for it."""

    action: Action
    thing: object
    guard: Guard
    future: asyncio.Future[object]
    loop: asyncio.AbstractEventLoop


class Writer:
    """Owner: one process. `write` is asked from the event loop; actions run in the writer's thread, each on all that waits."""

    def __init__(self) -> None:
        self._jobs: queue.Queue[Job] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    async def write(self, work: Callable[[], Answer]) -> Answer:
        """Do some work in a shared transaction and give its answer once it is durable; what it raises is raised here.

        It raises `Turned` before it has written anything.
        """
        return cast("Answer", await self.write_with(_do_each, work, _let_in))

    async def write_with(self, action: Action, thing: object, guard: Guard) -> object:
        """Let an action write a thing in a shared transaction; gives its answer once it is durable, or raises it.

        `guard` is asked inside the transaction and may turn the thing away. An action answers each of its things; where the
        answer is an exception, it has written nothing of that thing.
        """
        self._start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[object] = loop.create_future()
        try:
            self._jobs.put_nowait(Job(action, thing, guard, future, loop))
        except queue.Full:
            raise Turned(
                503, "busy", "Very many people are here at this moment. Try again in a minute."
            ) from None
        return await future

    def _start(self) -> None:
        if self._thread is not None and self._thread.is_alive():
            return
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="counter-writer", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            jobs = [self._jobs.get()]
            time.sleep(GATHER)
            while len(jobs) < MOST_AT_ONCE:
                try:
                    jobs.append(self._jobs.get_nowait())
                except queue.Empty:
                    break
            tell_all([(job.loop, job.future, answer) for job, answer in write_all(jobs)])


def write_all(jobs: Sequence[Job]) -> Settled:
    """Write all in one transaction; when that fails, each in one of its own, so that nobody suffers from another's trouble."""
    try:
        with transaction.atomic():
            return _each_action(jobs)
    except Exception as error:  # noqa: BLE001 (whatever it is, somebody waits for an answer)
        if isinstance(error, DatabaseError):
            connections["default"].close()
        if len(jobs) > 1:
            return [settled for job in jobs for settled in write_all([job])]
        return [(jobs[0], _as_answer(error))]


def _let_in() -> None:
    """Turn nobody away."""


def _do_each(works: Sequence[Callable[[], object]]) -> list[object]:
    return [_done(work) for work in works]


def _done(work: Callable[[], object]) -> object:
    try:
        return work()
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 (whatever it is, it is that one person's answer)
        return error


def _each_action(jobs: Sequence[Job]) -> Settled:
    guarded = [(job, job.guard()) for job in jobs]
    settled: Settled = [(job, refusal) for job, refusal in guarded if refusal is not None]
    let_in = [job for job, refusal in guarded if refusal is None]
    for action in dict.fromkeys(job.action for job in let_in):
        mine = [job for job in let_in if job.action is action]
        settled += zip(mine, action([job.thing for job in mine]), strict=True)
    return settled


def _as_answer(error: Exception) -> Exception:
    if not isinstance(error, DatabaseError):
        return error
    logger.warning("The counter could not store something (%s).", type(error).__name__)
    return Turned(503, "store", f"It could not be stored ({type(error).__name__}). Try again in a minute.")


WRITER = Writer()
