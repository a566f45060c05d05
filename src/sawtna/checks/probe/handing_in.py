"""Hands evidence in at a site, after a check and never during one: what the network does not let through now waits."""

from __future__ import annotations

import gzip
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import httpx

from sawtna.checks.probe.spool import Spool, Waiting

ADDRESS = "/evidence/"
SECONDS = 10.0  # for one file
ALTOGETHER = 20.0
LATER = "later"  # the code of what could not be handed in now


@dataclass(frozen=True, slots=True)
class Handed:
    """What came of a file: `page` and `file` are public addresses when it counts, else `code` and `sentence` say why not."""

    text: str
    page: str = ""
    file: str = ""
    code: str = ""
    sentence: str = ""

    @property
    def counts(self) -> bool:
        """Whether it became an entry."""
        return not self.code


def is_site(url: str) -> bool:
    """Whether this can be the address of a site."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def hand_in_all(spool: Spool, now: float, language: str = "en") -> Iterator[Handed]:
    """Hand in what waits, the newest first, within some seconds; whatever counts or is refused waits no more."""
    until = time.monotonic() + ALTOGETHER
    headers = {"user-agent": "sawtna-check", "accept-language": language}
    with httpx.Client(timeout=SECONDS, headers=headers) as client:
        for one in spool.waiting(now):
            if time.monotonic() > until:
                return
            handed = hand_in(one, client)
            if handed.code != LATER:
                spool.drop(one.path)
            yield handed


def hand_in(one: Waiting, client: httpx.Client) -> Handed:
    """Hand in one file; raises nothing."""
    try:
        answer = client.post(
            one.site.rstrip("/") + ADDRESS,
            content=gzip.compress(one.text.encode(), mtime=0),
            headers={"content-type": "application/json", "content-encoding": "gzip"},
        )
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        return Handed(one.text, code=LATER, sentence=f"{one.site}: {str(error) or type(error).__name__}")
    if not isinstance(told, dict):
        told = {}
    if answer.status_code == httpx.codes.CREATED:
        page, file = (one.site.rstrip("/") + _plain(told.get(name, "")) for name in ("page", "file"))
        return Handed(one.text, page, file)
    sentence = _plain(told.get("sentence", f"{one.site} answered {answer.status_code}."))
    is_final = 400 <= answer.status_code < 500 and "error" in told
    return Handed(one.text, code=_plain(told["error"]) if is_final else LATER, sentence=sentence)


def _plain(said: object) -> str:
    """What a site says, without signs that would steer a terminal."""
    return "".join(sign for sign in str(said)[:300] if sign.isprintable())
