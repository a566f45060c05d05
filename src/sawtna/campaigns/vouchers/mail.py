"""Sends letters without Django: by SMTP, or into files, which is for tests. `console:` is for whoever tries it out."""

from __future__ import annotations

import gettext
import secrets
import smtplib
import ssl
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

from sawtna.campaigns.vouchers.letters import Letter, spaced, words_of
from sawtna.campaigns.vouchers.post import Line

SECONDS = 20
HERE = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Sender:
    """In whose name mails leave: `address` is the From, `name` the words that people read."""

    address: str
    name: str

    def message(self, letter: Letter) -> EmailMessage:
        """A letter as a mail."""
        mail = EmailMessage(policy=SMTP)
        subject, text = words_of(self.name, _sayer(letter.language), is_known=letter.is_known)
        mail["Subject"], mail["From"], mail["To"] = subject, self.address, letter.contact
        mail["Date"], mail["Message-ID"] = formatdate(), make_msgid(domain=self.address.rpartition("@")[2])
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text % {"code": spaced(letter.code)})
        return mail


@lru_cache(maxsize=8)
def _sayer(language: str) -> Callable[[str], str]:
    """Looks sentences up in a catalogue; English where there is none."""
    folder = str(files("sawtna") / "locale")
    return gettext.translation("django", folder, [language], fallback=True).gettext


def line_to(address: str, folder: Path, sender: Sender) -> Callable[[], Line]:
    """What calls the mail server of `smtp://USER:PASSWORD@HOST:PORT/`, `smtps://…`, `file:`, `file:FOLDER` or `console:`.

    smtp is always upgraded by STARTTLS, except towards this very machine.

    :raises ValueError: with a sentence, when the address is none of these.
    """
    parts = urlsplit(address)
    if parts.scheme == "console":
        return lambda: FileLine(None, sender)
    if parts.scheme == "file":
        return lambda: FileLine(folder / (parts.path or "mail"), sender)
    if parts.scheme in {"smtp", "smtps"} and parts.hostname:
        return lambda: SmtpLine(address, sender)
    raise ValueError(
        f"The mail address is {address.rpartition('@')[2]!r}; expected smtp://USER:PASSWORD@HOST:587/ or"
        " smtps://USER:PASSWORD@HOST/."
    )


@dataclass(slots=True)
class FileLine:
    """Writes each mail into a file of its own, or to standard output."""

    folder: Path | None
    sender: Sender

    def open(self) -> None:
        """Make the folder."""
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)

    def prepare(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """They know all that they need."""
        return letters

    def send(self, letter: Letter) -> None:
        """Write one mail."""
        mail = self.sender.message(letter)
        text = f"To: {mail['To']}\nSubject: {mail['Subject']}\n\n{mail.get_content()}"
        if self.folder is None:
            sys.stdout.write(text)
            sys.stdout.flush()
            return
        fresh = self.folder / f".{secrets.token_hex(8)}"
        fresh.write_text(text, encoding="utf-8")
        fresh.rename(self.folder / f"{fresh.name[1:]}.mail")

    def close(self) -> None:
        """There is nothing to close."""


@dataclass(slots=True)
class SmtpLine:
    """A connection to a mail server."""

    address: str
    sender: Sender
    server: smtplib.SMTP | None = field(default=None)

    def open(self) -> None:
        """Connect, encrypt, and log in."""
        parts, context = urlsplit(self.address), ssl.create_default_context()
        host = parts.hostname or ""
        if parts.scheme == "smtps":
            self.server = smtplib.SMTP_SSL(host, parts.port or 465, timeout=SECONDS, context=context)
        else:
            self.server = smtplib.SMTP(host, parts.port or 587, timeout=SECONDS)
            if host not in HERE:
                self.server.starttls(context=context)
        if parts.username:
            self.server.login(unquote(parts.username), unquote(parts.password or ""))

    def prepare(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """They know all that they need."""
        return letters

    def send(self, letter: Letter) -> None:
        """Send one mail."""
        assert self.server is not None
        self.server.send_message(self.sender.message(letter))

    def close(self) -> None:
        """Say good-bye."""
        if self.server is not None:
            self.server.quit()
