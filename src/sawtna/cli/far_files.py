"""Files of one far host over HTTP: bounded in bytes and time, asked again when the network stumbles, given up when it is gone.

Nothing here is trusted: whoever answers can send anything, but not more than 64 MB a file and not for longer than two minutes.
Proxies of the environment are used (HTTPS_PROXY, ALL_PROXY), as httpx does it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import httpx

MAX_FILE_BYTES = 64 * 1024 * 1024
AT_ONCE = 8
CHUNK = 64
SECONDS_A_READ, SECONDS_A_FILE = 30.0, 120.0
PAUSES = (0.5, 2.0)  # seconds before the second and the third try
LONGEST_PAUSE = 30.0  # that a Retry-After can ask for
GIVEN_UP = 48  # faults in a row, and the host counts as gone: an answer that says so is one, silence is eight
SILENCE = 8
BUSY = {429, 500, 502, 503, 504}


class FarError(Exception):
    """A file could not be had; the text says why, as a part of a sentence."""


class GoneError(FarError):
    """The host does not answer any more."""


class Answer(NamedTuple):
    """What came back. Status 304 means that the file is the one whose tag was sent."""

    status: int
    data: bytes
    tag: str
    kind: str
    location: str

    @property
    def is_there(self) -> bool:
        """Whether this is the file."""
        return self.status == httpx.codes.OK


@dataclass
class FarHost:
    """One host at the root of `address`, such as https://sawtna.example; `faults` are those in a row, over all threads."""

    address: str
    client: httpx.Client
    pauses: tuple[float, ...] = PAUSES
    faults: int = 0

    def get(self, path: str, tag: str = "") -> Answer:
        """Ask for a path, decoded, such as /ar/; with a tag, only if the file has another one.

        Raises:
            FarError: no answer, or none but faults of the server, after three tries.
            GoneError: too many files in a row could not be had.
        """
        if self.faults >= GIVEN_UP:
            raise GoneError(f"{self.address} does not answer any more")
        headers = {"cache-control": "no-cache", **({"if-none-match": tag} if tag else {})}
        trouble, weight = "", SILENCE
        for pause in (*self.pauses, None):
            try:
                answer = self._read(path, headers)
                if answer.status not in BUSY:
                    self.faults = 0
                    return answer
                trouble, weight, wait = f"status {answer.status}", 1, answer.location
            except (httpx.HTTPError, httpx.InvalidURL) as fault:
                trouble, weight, wait = str(fault) or type(fault).__name__, SILENCE, ""
            if pause is not None:
                time.sleep(_pause(wait, pause))
        self.faults += weight
        raise FarError(f"{path} could not be read ({trouble})")

    def _read(self, path: str, headers: dict[str, str]) -> Answer:
        """One try. For a busy server `location` is what it says in Retry-After."""
        end = time.monotonic() + SECONDS_A_FILE
        with self.client.stream("GET", self.address + quote(path), headers=headers) as got:
            data = bytearray()
            for chunk in got.iter_bytes():
                data += chunk
                if len(data) > MAX_FILE_BYTES:
                    raise FarError(f"{path} is larger than any file of a site")
                if time.monotonic() > end:
                    raise httpx.ReadTimeout(f"it took longer than {SECONDS_A_FILE:.0f} s")
            told = got.headers
            where = told.get("retry-after" if got.status_code in BUSY else "location", "")
            return Answer(
                got.status_code, bytes(data), told.get("etag", ""), told.get("content-type", ""), where
            )

    def get_many(self, asked: Sequence[tuple[str, str]]) -> Iterator[Answer | FarError]:
        """Ask for several (path, tag), eight at once; their answers in order, faults as values."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for start in range(0, len(asked), CHUNK):  # what was read and not yet taken stays small
                yield from threads.map(self._get_or_fault, asked[start : start + CHUNK])

    def _get_or_fault(self, asked: tuple[str, str]) -> Answer | FarError:
        try:
            return self.get(*asked)
        except FarError as fault:
            return fault


def _pause(asked: str, own: float) -> float:
    return min(float(asked), LONGEST_PAUSE) if asked.isascii() and asked.isdigit() else own


def open_client(agent: str) -> httpx.Client:
    """A client that asks politely, keeps connections, and follows no redirect by itself."""
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    return httpx.Client(timeout=SECONDS_A_READ, limits=limits, headers={"user-agent": agent})


def find_host(address: str, client: httpx.Client) -> FarHost:
    """The host behind an address, after the redirects of its first page (http to https, www or not)."""
    parts = urlsplit(address if "://" in address else f"https://{address}")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise FarError(f"{address!r} is no address; one looks like https://sawtna.example")
    root = f"{parts.scheme}://{parts.netloc}"
    try:
        with client.stream("GET", f"{root}/log/checkpoint", follow_redirects=True) as got:
            final = got.url
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        raise GoneError(f"{root} could not be reached ({str(fault) or type(fault).__name__})") from None
    netloc = final.netloc.decode("ascii")
    return FarHost(f"{final.scheme}://{netloc}", client)
