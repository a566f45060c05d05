"""The mail with a code, in the person's language: says who sends it, names no campaign and no ballot, holds no link."""

from __future__ import annotations

import secrets
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import DNS_NAME, EmailMessage
from django.utils import timezone, translation
from django.utils.http import http_date
from django.utils.translation import gettext

from sawtna.campaigns.vouchers import letters

BLANK = "0000 0000"


class CodeMail(EmailMessage):
    """A mail that can also be written from a form of its language, for a backend that asks for `written`.

    Django writes each mail anew, header by header: that took an eighth of all the time that a person cost the counter.
    """

    def __init__(self, contact: str, code: str, language: str, *, is_known: bool) -> None:
        self.code, self.language, self.is_known = code, language, is_known
        subject, text = words_of(language, code, is_known=is_known)
        super().__init__(subject, text, to=[contact])

    def written(self) -> bytes:
        """All of it, with lines that end in CR LF. The contact must be a bare ASCII address."""
        before, after = _form(self.language, self.from_email, is_known=self.is_known)
        date, name = http_date(timezone.now().timestamp()), f"<{secrets.token_hex(16)}@{DNS_NAME}>"
        head = f"To: {self.to[0]}\r\nDate: {date.replace('GMT', '+0000')}\r\nMessage-ID: {name}\r\n"
        return head.encode() + before + self.code.encode() + after


@lru_cache(maxsize=32)
def _form(language: str, sender: str, *, is_known: bool) -> tuple[bytes, bytes]:
    """What stands before and behind the code, as Django writes it."""
    subject, text = words_of(language, BLANK, is_known=is_known)
    mail: Any = EmailMessage(subject, text, sender, ["nobody@example.org"]).message()
    for name in ("To", "Date", "Message-ID"):
        del mail[name]
    before, _code, after = mail.as_bytes(linesep="\r\n").partition(BLANK.encode())
    assert after, "the code stands in the mail as it is"
    return before, after


@lru_cache(maxsize=32)
def _lines(language: str, *, is_known: bool) -> tuple[str, str]:
    with translation.override(language):
        return letters.words_of(urlsplit(settings.SAWTNA_ORIGIN).netloc, gettext, is_known=is_known)


def words_of(language: str, code: str, *, is_known: bool) -> tuple[str, str]:
    """Subject and text: the code, how long it is good, who sends it, and what to do when nobody asked for it."""
    subject, text = _lines(language, is_known=is_known)
    return subject, text % {"code": code}
