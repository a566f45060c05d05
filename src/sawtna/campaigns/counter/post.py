"""Sends the counter's codes by Django's mail: names no campaign and no ballot, holds no link. `vouchers.post` keeps the queue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.core.mail import get_connection
from django.db import DatabaseError, connections

from sawtna.campaigns.counter.code_mail import CodeMail
from sawtna.campaigns.counter.codes import has_left
from sawtna.campaigns.models import Tag
from sawtna.campaigns.vouchers.letters import Letter, spaced
from sawtna.campaigns.vouchers.post import Post

COURIERS = 4


class DjangoLine:
    """A line of Django's mail backend.

    Who took tokens before is asked here, behind the answer to the request, so that it takes the same time for everyone.
    """

    def __init__(self) -> None:
        self._connection = get_connection()

    def open(self) -> object:
        """Connect."""
        return self._connection.open()

    def prepare(self, letters: Sequence[Letter]) -> Sequence[Letter]:
        """The same letters, each knowing whether its contact took tokens."""
        try:
            known = _known(letters)
        except DatabaseError:
            connections["default"].close()
            raise
        return [replace(letter, is_known=letter.tag in known) for letter in letters]

    def send(self, letter: Letter) -> None:
        """Send one letter."""
        self._connection.send_messages([message_of(letter)])

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def _known(letters: Sequence[Letter]) -> set[bytes]:
    """The tags of those who took tokens already."""
    ballots = {ballot for letter in letters for ballot in letter.ballots}
    rows = Tag.objects.filter(ballot__in=ballots, tag__in={letter.tag for letter in letters})
    return {bytes(tag) for tag in rows.values_list("tag", flat=True)}


def message_of(letter: Letter) -> CodeMail:
    """The mail, its code in groups of four digits."""
    return CodeMail(letter.contact, spaced(letter.code), letter.language, is_known=letter.is_known)


def open_post() -> Post:
    """A post of the counter."""
    return Post(DjangoLine, has_left, COURIERS)


POST = open_post()
