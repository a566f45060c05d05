"""What this network's resolver says of names, beside what the far end's says."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Mapping, MutableMapping
from functools import partial

from sawtna.checks.core.observation import Run
from sawtna.checks.flows.dns import NAMES
from sawtna.checks.probe.gate import Gate, GateError

AFTER = 0.7  # seconds after the first block
Answer = list[str] | None  # addresses; an empty list: there is no such name; None: no answer


async def ask_both(gate: Gate, run: Run, has_begun: Callable[[], bool]) -> None:
    """Ask both resolvers, but not before the sockets of the run have the mappings that a tight NAT may allow."""
    while not has_begun():  # noqa: ASYNC110 (a number of the run, and nobody else waits for it)
        await asyncio.sleep(0.05)
    await asyncio.sleep(AFTER)
    asking = asyncio.create_task(ask_resolver(run.names_here))
    with contextlib.suppress(GateError):
        run.names_there = await gate.names()
    await asking


async def ask_resolver(into: MutableMapping[str, list[str]]) -> None:
    """Ask the system's resolver for all names at once; what it says goes `into` as it comes, a name without answer stays out.

    Each name has a thread of its own, which nobody waits for: a resolver that is silent may keep it long after the run.
    """
    loop = asyncio.get_running_loop()
    asked = {name: loop.create_future() for name in NAMES}

    def ask(name: str, heard: asyncio.Future[Answer]) -> None:
        answer = look_up(name)
        with contextlib.suppress(RuntimeError):  # the run is over, and its loop closed
            loop.call_soon_threadsafe(_tell, heard, answer)

    for name, heard in asked.items():
        threading.Thread(target=ask, args=(name, heard), daemon=True).start()
        heard.add_done_callback(partial(_note, into, name))
    await asyncio.gather(*asked.values())


def look_up(name: str) -> Answer:
    """The addresses of a name by the system's resolver."""
    try:
        found = socket.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return [] if error.errno == socket.EAI_NONAME else None
    except OSError:
        return None
    return sorted({str(one[4][0]) for one in found})


def _tell(heard: asyncio.Future[Answer], answer: Answer) -> None:
    if not heard.done():
        heard.set_result(answer)


def _note(into: MutableMapping[str, list[str]], name: str, done: asyncio.Future[Answer]) -> None:
    if not done.cancelled() and (answer := done.result()) is not None:
        into[name] = answer


def heard_enough(here: Mapping[str, list[str]]) -> bool:
    """Whether every name has been answered."""
    return len(here) == len(NAMES)
