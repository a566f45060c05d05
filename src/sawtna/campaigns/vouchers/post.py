"""Sends codes by mail from a queue in memory; what waits is lost with the process, on purpose.

The answer to whoever asked is given before and does not depend on it. While the mail server does not answer, letters wait for an
hour; one that it refuses for good is dropped, one that it puts off is tried again by itself. None holds up the others.
"""

from __future__ import annotations

import contextlib
import logging
import smtplib
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Protocol

from sawtna.campaigns.vouchers.letters import Letter

logger = logging.getLogger(__name__)

MOST_WAITING = 20_000
MOST_AT_ONCE = 16
MOST_ON_ONE_LINE = 64  # mails; servers do not like lines that never end
PAUSE = 10.0  # seconds after which a mail server that was away is tried again
LONGEST_PAUSE = 300.0  # between tries of one letter
KEPT = 3600.0


class Line(Protocol):
    """A connection to a mail server; each of these raises what smtplib raises, or OSError."""

    def open(self) -> object:
        """Connect."""

    def prepare(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """The same letters, with what has to be known before they leave."""

    def send(self, letter: Letter) -> None:
        """Send one letter."""

    def close(self) -> None:
        """Hang up."""


class Post:
    """A few threads that send. Owner: one process; what waits is lost with it, on purpose.

    `call` makes a line; `has_left` is told the seal of a code whose mail left; each mail waits for several answers of the mail
    server, and so many `couriers` wait at once.
    """

    def __init__(
        self, call: Callable[[], Line], has_left: Callable[[bytes], None], couriers: int = 1
    ) -> None:
        self._call, self._has_left, self._most = call, has_left, couriers
        self._waiting: dict[bytes, Letter] = {}  # in the order in which they came
        self._changed = threading.Condition()
        self._couriers: list[threading.Thread] = []
        self._closed_until = 0.0

    def send(self, letter: Letter) -> None:
        """Queue a letter; when the queue is full it is dropped, and the person asks again."""
        with self._changed:
            if len(self._waiting) >= MOST_WAITING and letter.key not in self._waiting:
                logger.warning("Too many codes wait to be sent; one was dropped.")
                return
            self._waiting.pop(letter.key, None)
            self._waiting[letter.key] = letter
            is_crowded = len(self._waiting) > MOST_AT_ONCE and len(self._couriers) < self._most
            if not self._couriers or is_crowded:
                self._couriers.append(threading.Thread(target=self._work, name="post", daemon=True))
                self._couriers[-1].start()
            self._changed.notify()

    @property
    def waiting(self) -> int:
        """How many letters wait."""
        return len(self._waiting)

    def _work(self) -> None:
        while True:
            self._deliver(self._take())

    def _take(self) -> list[Letter]:
        """Wait for letters that are due, and take them out."""
        with self._changed:
            while True:
                now = time.monotonic()
                if due := self._due(now):
                    return due
                for key in [key for key, letter in self._waiting.items() if now - letter.born >= KEPT]:
                    del self._waiting[key]
                moments = [letter.due for letter in self._waiting.values()]
                until = max(min(moments), self._closed_until) if moments else None
                self._changed.wait(None if until is None else max(0.05, until - now))

    def _due(self, now: float) -> list[Letter]:
        """Take out the first letters that are due; the caller holds the lock."""
        fresh = (one for one in self._waiting.values() if one.due <= now and now - one.born < KEPT)
        due = list(islice(fresh, MOST_AT_ONCE)) if self._closed_until <= now else []
        for letter in due:
            del self._waiting[letter.key]
        return due

    def _put_back(self, letters: Iterable[Letter]) -> None:
        with self._changed:
            for letter in letters:
                self._waiting.setdefault(letter.key, letter)  # unless that browser has asked again meanwhile

    def _deliver(self, letters: list[Letter]) -> None:
        """Send letters over one line, and more while more are due."""
        line, room = self._call(), MOST_ON_ONE_LINE
        try:
            line.open()
            while letters:
                letters, room = list(line.prepare(letters)), room - len(letters)
                while letters:
                    self._send_one(line, letters[0])
                    letters.pop(0)
                with self._changed:
                    letters = self._due(time.monotonic()) if room >= MOST_AT_ONCE else []
        except Exception as error:  # noqa: BLE001 (whatever a mail server does, the counter stays open)
            logger.warning("The mail server did not take codes (%s); they are tried again.", _name_of(error))
            self._closed_until = time.monotonic() + PAUSE
            self._put_back([*letters[1:], *(_later(one) for one in letters[:1])])
        finally:
            with contextlib.suppress(Exception):  # it is closed all the same
                line.close()

    def _send_one(self, line: Line, letter: Letter) -> None:
        """Send a letter, drop it, or keep it for later by itself; raises when the line is of no more use."""
        try:
            line.send(letter)
        except (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused) as error:
            code = _reply_code(error)
            if code == 421 or isinstance(error, (smtplib.SMTPConnectError, smtplib.SMTPAuthenticationError)):
                raise
            if 400 <= code < 500:
                self._put_back([_later(letter)])
            else:
                logger.warning("The mail server refused a code for good (%d); it was dropped.", code)
        except (ValueError, smtplib.SMTPNotSupportedError) as error:
            logger.warning("A code could not be put into a mail (%s); it was dropped.", _name_of(error))
        else:
            if letter.seal:
                self._has_left(letter.seal)


def _later(letter: Letter) -> Letter:
    pause = min(LONGEST_PAUSE, PAUSE * 2**letter.tries)
    return replace(letter, due=time.monotonic() + pause, tries=letter.tries + 1)


def _reply_code(error: smtplib.SMTPException) -> int:
    """The reply of the server, such as 550 (RFC 5321 4.2); to one recipient there is one."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return next(iter(error.recipients.values()))[0]
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _name_of(error: Exception) -> str:
    """What may be logged of a fault: never its words, since servers repeat addresses."""
    return type(error).__name__
