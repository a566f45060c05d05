"""Looks after the published book while the site is open: publishes what a crash left behind, and the numbers of a new day.

Clocks such as "days without calls" move at midnight UTC although nothing was written; what was accepted but not yet under a
checkpoint when a process was killed is published by whoever looks next. Several caretakers may work at once: the book has one
writer by construction.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time

from django.db import connections
from django.utils import timezone, translation

from sawtna.campaigns.actions.tend_ballots import tend_ballots
from sawtna.campaigns.notches import cut_notch
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
from sawtna.web.jumps import ClockWatch

EVERY = 30.0  # seconds

STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_CLOCK = ClockWatch()

logger = logging.getLogger(__name__)


class Caretaker:
    """A task that looks again every thirty seconds, from `start` to `stop`."""

    def __init__(self, every: float = EVERY) -> None:
        self.every = every
        self.task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to look."""
        self.task = asyncio.create_task(self.look_for_ever())

    async def stop(self) -> None:
        """Stop, after the look that is going on."""
        if self.task:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task
            await asyncio.to_thread(look_last)

    async def look_for_ever(self) -> None:
        """Look, rest, and look again; trouble is told and tried again."""
        while True:
            await asyncio.sleep(self.every)
            await asyncio.to_thread(look_once)


def _clock_has_jumped() -> bool:
    jump = _CLOCK.look(timezone.now().timestamp(), time.clock_gettime(STEADY))
    if jump is not None:
        logger.error(
            "The clock of this machine was put forward by %d minutes. For an hour no batch and no ballot is closed, and no key "
            "destroyed. If the clock is wrong now, put it right; if it was wrong before, nothing needs to be done.",
            jump // 60,
        )
    return jump is not None


def look_last() -> None:
    """Note how far the house came, before it closes: should somebody put an older database in its place, that is noticed."""
    try:
        cut_notch()
    except Exception as fault:  # noqa: BLE001 (the house closes all the same)
        logger.warning("It could not be noted how far the house came (%s).", type(fault).__name__)
    finally:
        connections.close_all()


def look_once() -> None:
    """Publish whatever is not published yet; touches nothing when there is nothing."""
    try:
        with translation.override("en"):
            if not _clock_has_jumped():
                tend_ballots(int(timezone.now().timestamp()))
            publish_checkpoint()
    except Exception:
        logger.exception("The book could not be published; it is tried again in %d seconds.", EVERY)
    finally:
        connections.close_all()  # this thread is a guest: it leaves no connection behind
