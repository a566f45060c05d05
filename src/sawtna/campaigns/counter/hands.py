"""A few threads for what waits, or during which OpenSSL lets go of the interpreter: the event loop goes on meanwhile.

To wake a thread costs more than most of what the counter does. So a hand takes all that lies there, and wakes the event loop
once for all of it (decision 66).
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

NUMBER = 3
MOST_AT_ONCE = 8  # so that the other hand finds something too

Answer = TypeVar("Answer")


class Work(NamedTuple):
    """Something to do, and who waits for it."""

    do: Callable[..., object]
    arguments: Sequence[object]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop


class Hands:
    """Owner: one process."""

    def __init__(self) -> None:
        self._works: queue.SimpleQueue[Work] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._starting = threading.Lock()

    async def do(self, work: Callable[..., Answer], *arguments: object) -> Answer:
        """Do something beside the event loop; gives its answer, or raises what it raises."""
        if len(self._threads) < NUMBER:
            self._start()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Answer] = loop.create_future()
        self._works.put(Work(work, arguments, future, loop))
        return await future

    def _start(self) -> None:
        with self._starting:
            while len(self._threads) < NUMBER:
                thread = threading.Thread(target=self._toil, name="counter-hand", daemon=True)
                self._threads.append(thread)
                thread.start()

    def _toil(self) -> None:
        while True:
            works = [self._works.get()]
            while len(works) < MOST_AT_ONCE and not self._works.empty():
                try:
                    works.append(self._works.get_nowait())
                except queue.Empty:
                    break
            tell_all([(work.loop, work.future, _attempt(work)) for work in works])


def _attempt(work: Work) -> object:
    try:
        return work.do(*work.arguments)
    except Exception as error:  # noqa: BLE001 (whatever it is, it is raised where somebody waits)
        return error


Told = tuple[asyncio.AbstractEventLoop, "asyncio.Future[object]", object]


def tell_all(answers: Sequence[Told]) -> None:
    """Settle futures from another thread, an exception being raised where somebody waits; each event loop is woken once."""
    for loop in {answer[0] for answer in answers}:
        loop.call_soon_threadsafe(_settle, [answer for answer in answers if answer[0] is loop])


def _settle(answers: Sequence[Told]) -> None:
    for _loop, future, answer in answers:
        if future.done():
            continue
        if isinstance(answer, Exception):
            future.set_exception(answer)
        else:
            future.set_result(answer)


HANDS = Hands()
