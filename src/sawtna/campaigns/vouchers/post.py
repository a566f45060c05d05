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
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Protocol

from sawtna.campaigns.vouchers.letters import Letter

logger = logging.getLogger(__name__)

MOST_WAITING = 20_000
MOST_AT_ONCE = 50
PAUSE = 10.0  # seconds after which a mail server that was away is tried again
LONGEST_PAUSE = 300.0  # between tries of one letter
KEPT = 3600.0


class Line(Protocol):
    """A connection to a mail server; each of these raises what smtplib raises, or OSError."""

    def open(self) -> object:
        """Connect."""

    def send(self, letter: Letter) -> None:
        """Send one letter."""

    def close(self) -> None:
        """Hang up."""


class Post:
    """One thread that sends. Owner: one process. `call` makes a line; `has_left` is told the seal of a code whose mail left."""

    def __init__(self, call: Callable[[], Line], has_left: Callable[[bytes], None]) -> None:
        self._call, self._has_left = call, has_left
        self._waiting: dict[bytes, Letter] = {}  # in the order in which they came
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self._closed_until = 0.0

    def send(self, letter: Letter) -> None:
        """Queue a letter; when the queue is full it is dropped, and the person asks again."""
        with self._changed:
            if len(self._waiting) >= MOST_WAITING and letter.key not in self._waiting:
                logger.warning("Too many codes wait to be sent; one was dropped.")
                return
            self._waiting.pop(letter.key, None)
            self._waiting[letter.key] = letter
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="vouchers-post", daemon=True)
                self._thread.start()
            self._changed.notify()

    def _work(self) -> None:
        while True:
            self._deliver(self._take())

    def _take(self) -> list[Letter]:
        """Wait for letters that are due, and take them out."""
        with self._changed:
            while True:
                now = time.monotonic()
                for key in [key for key, letter in self._waiting.items() if now - letter.born >= KEPT]:
                    del self._waiting[key]
                due = [letter for letter in self._waiting.values() if letter.due <= now][:MOST_AT_ONCE]
                if due and self._closed_until <= now:
                    for letter in due:
                        del self._waiting[letter.key]
                    return due
                moments = [letter.due for letter in self._waiting.values()]
                until = max(min(moments), self._closed_until) if moments else None
                self._changed.wait(None if until is None else max(0.05, until - now))

    def _put_back(self, letters: Iterable[Letter]) -> None:
        with self._changed:
            for letter in letters:
                self._waiting.setdefault(letter.key, letter)  # unless that browser has asked again meanwhile

    def _deliver(self, letters: list[Letter]) -> None:
        line = self._call()
        try:
            line.open()
            while letters:
                self._send_one(line, letters[0])
                letters.pop(0)
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
