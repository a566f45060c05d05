"""Sends codes by mail from a queue in memory, in the person's language; names no campaign and no ballot, holds no link.

The answer to whoever asked is given before and does not depend on it. While the mail server does not answer, letters wait for an
hour; one that it refuses for good is dropped, one that it puts off is tried again by itself. None holds up the others.
"""

from __future__ import annotations

import logging
import smtplib
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import DatabaseError, connections

from sawtna.campaigns.counter.code_mail import CodeMail
from sawtna.campaigns.counter.codes import has_left
from sawtna.campaigns.models import Tag
from sawtna.campaigns.vouchers.letters import spaced

logger = logging.getLogger(__name__)

MOST_WAITING = 20_000
COURIERS = 4  # each mail waits for several answers of the mail server; so many wait at once
MOST_AT_ONCE = 16
MOST_ON_ONE_LINE = 64  # mails; servers do not like lines that never end
PAUSE = 10.0  # seconds after which a mail server that was away is tried again
LONGEST_PAUSE = 300.0  # between tries of one letter
KEPT = 3600.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A code on its way. `born` and `due` are of a monotonic clock, so that nothing of it is a time of day.

    `tag` and `ballots` (of the roll) tell whether the contact took tokens before: asked here, behind the answer, so that it takes
    the same time for everyone. `key` tells a browser that asked again: what waits for it is replaced, since its older code opens
    nothing any more.
    """

    contact: str
    code: str
    language: str
    born: float
    tag: bytes = b""
    ballots: tuple[int, ...] = ()
    seal: bytes = b""
    key: bytes = b""
    due: float = 0.0
    tries: int = 0


class Post:
    """A few threads that send. Owner: one process; what waits is lost with it, on purpose."""

    def __init__(self) -> None:
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
            is_crowded = len(self._waiting) > MOST_AT_ONCE and len(self._couriers) < COURIERS
            if not self._couriers or is_crowded:
                self._couriers.append(threading.Thread(target=self._work, name="counter-post", daemon=True))
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
        connection, room = get_connection(), MOST_ON_ONE_LINE
        try:
            connection.open()
            while letters:
                known, room = _known(letters), room - len(letters)
                while letters:
                    self._send_one(connection, letters[0], is_known=letters[0].tag in known)
                    letters.pop(0)
                with self._changed:
                    letters = self._due(time.monotonic()) if room >= MOST_AT_ONCE else []
        except Exception as error:  # noqa: BLE001 (whatever a mail server does, the counter stays open)
            logger.warning("The mail server did not take codes (%s); they are tried again.", _name_of(error))
            if isinstance(error, DatabaseError):
                connections["default"].close()
            self._closed_until = time.monotonic() + PAUSE
            self._put_back([*letters[1:], *(_later(one) for one in letters[:1])])
        finally:
            _close(connection)

    def _send_one(self, connection: BaseEmailBackend, letter: Letter, *, is_known: bool) -> None:
        """Send a letter, drop it, or keep it for later by itself; raises when the connection is of no more use."""
        try:
            connection.send_messages([message_of(letter, is_known=is_known)])
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
                has_left(letter.seal)


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


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except Exception as error:  # noqa: BLE001 (it is closed all the same)
        logger.debug("The mail server did not say good-bye (%s).", _name_of(error))


def _known(letters: list[Letter]) -> set[bytes]:
    """The tags of those who took tokens already."""
    ballots = {ballot for letter in letters for ballot in letter.ballots}
    rows = Tag.objects.filter(ballot__in=ballots, tag__in={letter.tag for letter in letters})
    return {bytes(tag) for tag in rows.values_list("tag", flat=True)}


def message_of(letter: Letter, *, is_known: bool) -> CodeMail:
    """The mail, its code in groups of four digits."""
    return CodeMail(letter.contact, spaced(letter.code), letter.language, is_known=is_known)


POST = Post()
