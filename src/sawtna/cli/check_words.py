"""What a person may write after the options of `sawtna check`: read, or refused with a sentence before anything is sent."""

from __future__ import annotations

import contextlib
import re
from argparse import ArgumentTypeError
from pathlib import Path
from urllib.parse import urlsplit

from sawtna.checks.core.late_kills import MOST_MINUTES
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import Verifier

OF_FAR_END = "the site that the far end names"  # what argparse reads where --submit stands alone
NETWORK = re.compile(r"AS(0|[1-9][0-9]{0,9})")
COUNTRY = re.compile(r"[A-Z]{2}")


def read_minutes(text: str) -> float:
    """Minutes of the background."""
    with contextlib.suppress(ValueError):
        if 0 < float(text) <= MOST_MINUTES:
            return float(text)
    raise ArgumentTypeError(f"got {text!r}, expected minutes, more than 0 and at most {MOST_MINUTES:g}")


def read_key(text: str) -> str:
    """The key of a far end as `sawtna far-end` prints it; an empty text is none."""
    try:
        return Verifier.parse(text).vkey if text else ""
    except NoteError as error:
        raise ArgumentTypeError(str(error)) from None


def read_network(text: str) -> str:
    """An AS number, with or without its two letters."""
    network = text if text[:2].upper() == "AS" else f"AS{text}"
    if NETWORK.fullmatch(network.upper()):
        return network.upper()
    raise ArgumentTypeError(f"got {text!r}, expected an AS number such as AS36903")


def read_country(text: str) -> str:
    """Two letters of ISO 3166."""
    if COUNTRY.fullmatch(text.upper()):
        return text.upper()
    raise ArgumentTypeError(f"got {text!r}, expected two letters such as MA")


def read_site(text: str) -> str:
    """The address of a site that takes evidence."""
    parts = urlsplit(text)
    if text == OF_FAR_END or (parts.scheme in {"http", "https"} and parts.hostname):
        return text
    raise ArgumentTypeError(f"got {text!r}, expected the address of a site such as https://sawtna.example")


def read_place(text: str) -> Path:
    """A file that can be made."""
    place = Path(text)
    if place.is_dir() or not place.parent.is_dir():
        raise ArgumentTypeError(f"got {text!r}, expected a file in a folder that is there")
    return place
