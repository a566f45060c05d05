"""Sends codes by mail from a queue in memory, in the person's language; names no campaign and no ballot, holds no link.

The answer to whoever asked is given before and does not depend on it. Mail that cannot be sent is tried again for an hour, then
dropped: a code is good for 15 minutes only, so the person asks again.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from dataclasses import dataclass, replace

from django.core.mail import EmailMessage, get_connection
from django.utils import translation
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)

MOST_WAITING = 20_000
PAUSE = 20.0
KEPT = 3600.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A code on its way. `born` is a monotonic clock, so that nothing of it is a time of day."""

    contact: str
    code: str
    language: str
    is_known: bool
    born: float


class Post:
    """One thread that sends. Owner: one process; what waits is lost with it, on purpose."""

    def __init__(self) -> None:
        self._letters: queue.Queue[Letter] = queue.Queue(MOST_WAITING)
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def send(self, letter: Letter) -> None:
        """Queue a letter; when the queue is full it is dropped, and the person asks again."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._work, name="counter-post", daemon=True)
                self._thread.start()
        try:
            self._letters.put_nowait(letter)
        except queue.Full:
            logger.warning("Too many codes wait to be sent; one was dropped.")

    @property
    def waiting(self) -> int:
        """How many letters wait."""
        return self._letters.qsize()

    def _work(self) -> None:
        while True:
            letters = [self._letters.get()]
            while len(letters) < 50 and not self._letters.empty():
                letters.append(self._letters.get_nowait())
            self._deliver(letters)

    def _deliver(self, letters: list[Letter]) -> None:
        try:
            get_connection().send_messages([message_of(letter) for letter in letters])
        except Exception as error:  # noqa: BLE001 (whatever a mail server does, the counter stays open)
            logger.warning("Codes could not be sent (%s); they are tried again.", type(error).__name__)
            time.sleep(PAUSE)
            now = time.monotonic()
            for letter in letters:
                if now - letter.born < KEPT:
                    self.send(replace(letter))


def message_of(letter: Letter) -> EmailMessage:
    """The mail: the code, how long it is good, and what to do when nobody asked for it."""
    with translation.override(letter.language):
        lines = [
            _("Your code: %(code)s") % {"code": f"{letter.code[:4]} {letter.code[4:]}"},
            _("It is good for 15 minutes. Type it on the page that asked for it, and tell nobody."),
        ]
        if letter.is_known:
            lines.append(
                _("This address has taken part already. The code helps only the device on which that began.")
            )
        lines.append(_("If you did not ask for a code, do nothing: without it nothing happens."))
        return EmailMessage(_("Your code"), "\n\n".join(lines) + "\n", to=[letter.contact])


POST = Post()
