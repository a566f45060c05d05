"""Django's SMTP backend, which asks three things at once where the server allows it (PIPELINING, RFC 2920).

A code is a mail to one person. Asked one by one it waits four times for a server that may be far away; so it waits twice.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from functools import lru_cache
from smtplib import quoteaddr
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp
from django.core.mail.message import sanitize_address

_sender = lru_cache(maxsize=8)(sanitize_address)
_PLAIN = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+")  # WHATWG HTML, "valid e-mail address"
_DOT = re.compile(rb"^\.", re.MULTILINE)


class EmailBackend(smtp.EmailBackend):
    """Owner: whoever sends; one connection."""

    def _send(self, email_message: EmailMessage) -> bool:
        line: smtplib.SMTP = self.connection  # type: ignore[assignment]
        line.ehlo_or_helo_if_needed()
        recipients = email_message.recipients()
        is_plain = len(recipients) == 1 and _PLAIN.fullmatch(recipients[0])
        if not (is_plain and line.has_extn("pipelining")):
            sent: bool = super()._send(email_message)  # type: ignore[misc]
            return sent
        send_at_once(
            line, _sender(email_message.from_email, "utf-8"), recipients[0], _bytes_of(email_message)
        )
        return True


def _bytes_of(message: EmailMessage) -> bytes:
    """The mail with lines that end in CR LF: as it writes itself, where it knows how to."""
    written: Callable[[], bytes] | None = getattr(message, "written", None)
    if written is not None:
        return written()
    mail: Any = message.message()
    told: bytes = mail.as_bytes(linesep="\r\n")
    return told


def send_at_once(line: smtplib.SMTP, sender: str, recipient: str, mail: bytes) -> None:
    """Send one mail with lines that end in CR LF; raises what `smtplib.SMTP.sendmail` raises."""
    line.send(f"MAIL FROM:{quoteaddr(sender)}\r\nRCPT TO:{quoteaddr(recipient)}\r\nDATA\r\n")
    mailed, taken, ready = line.getreply(), line.getreply(), line.getreply()
    is_taken = mailed[0] == 250 and taken[0] in (250, 251)
    if ready[0] == 354:  # an answer to DATA must be followed by a mail, be it an empty one (RFC 2920 3.1)
        line.send((_DOT.sub(b"..", mail).removesuffix(b"\r\n") if is_taken else b"") + b"\r\n.\r\n")
        ready = line.getreply()
    if is_taken and ready[0] == 250:
        return
    line.rset()
    if mailed[0] != 250:
        raise smtplib.SMTPSenderRefused(*mailed, sender)
    if not is_taken:
        raise smtplib.SMTPRecipientsRefused({recipient: taken})
    raise smtplib.SMTPDataError(*ready)
