"""Invitation codes as people get them: cards to print, ten a page, and lists to keep apart. Nothing of it is stored anywhere.

The code stands behind the # of the address, which a browser never sends: no log of the server can hold it.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import segno
from django.utils.safestring import SafeString, mark_safe

from sawtna.campaigns.core.casting.invitations import read_invitation
from sawtna.campaigns.forms.questions import TONGUES

CARDS_A_PAGE = 10
# Choosing the best of eight masks takes three quarters of the time; any of them can be read (ISO/IEC 18004, 7.8).
MASK = 3
QUIET_ZONE = 2


@dataclass(frozen=True, slots=True)
class Card:
    """One invitation: its code in groups of four, and its address as a QR code."""

    code: str
    picture: SafeString


@dataclass(frozen=True, slots=True)
class Line:
    """The title of the campaign in one language."""

    language: str
    direction: str
    words: str


def pages_of(codes: Sequence[str], address: str) -> list[list[Card]]:
    """The cards in pages; `address` is the page where people take part, without a fragment."""
    cards = [Card(code, draw_address(address_of(address, code))) for code in codes]
    return [cards[start : start + CARDS_A_PAGE] for start in range(0, len(cards), CARDS_A_PAGE)]


def address_of(address: str, code: str) -> str:
    """Where a code leads."""
    return f"{address}#invite={read_invitation(code)}"


def draw_address(address: str) -> SafeString:
    """A QR code as SVG without style attributes, which the policy of the pages would refuse."""
    picture = segno.make(address, error="m", micro=False, mask=MASK)
    drawn = picture.svg_inline(svgclass=None, lineclass=None, omitsize=True, border=QUIET_ZONE)
    return mark_safe(drawn)  # noqa: S308 (drawn by segno out of our own address; it holds numbers only)


def titles_in(campaign: Mapping[str, object]) -> list[Line]:
    """The title in the languages that it has."""
    words = campaign.get("words")
    title = words.get("title") if isinstance(words, Mapping) else None
    said = title if isinstance(title, Mapping) else {}
    return [
        Line(code, direction, str(said[code])) for code, (_, direction) in TONGUES.items() if said.get(code)
    ]


def list_as_text(codes: Sequence[str]) -> str:
    """One code a line."""
    return "".join(f"{code}\n" for code in codes)


def list_as_csv(codes: Sequence[str], address: str) -> str:
    """RFC 4180: code and address. Neither holds a comma, a quote or a sign with which a formula begins."""
    rows = (f"{code},{address_of(address, code)}\r\n" for code in codes)
    return "code,address\r\n" + "".join(rows)


def as_download(text: str, kind: str) -> str:
    """A `data:` address, so that a file can be kept without asking the server, which does not know the codes any more."""
    return f"data:{kind};charset=utf-8;base64,{base64.b64encode(text.encode()).decode()}"
