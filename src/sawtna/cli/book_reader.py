"""Where an audit reads from: a folder, or a site over HTTP. Both give files by their path under the log, and pages."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx

MAX_FILE_BYTES = 64 * 1024 * 1024
AT_ONCE = 8
EVIDENCE, DIGEST = "evidence", re.compile("[0-9a-f]{64}")
LOCATION = re.compile(r"<loc>([^<]+)</loc>")


class ReadError(Exception):
    """The place to audit cannot be read at all; the text says why and what to do."""


class BookReader(Protocol):
    """A place that holds a log and perhaps the pages around it."""

    name: str

    def read(self, path: str) -> bytes:
        """The bytes of a file of the log; raises FileNotFoundError."""

    def read_many(self, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
        """Files in the order asked for; None where one is missing."""

    def pages(self) -> Iterator[tuple[str, str]]:
        """(address, HTML) of every page beside the log."""

    def has_pages(self) -> bool:
        """Whether there are pages at all."""

    def evidence(self) -> frozenset[str]:
        """The SHA-256 (hexadecimal digits) by which files of checks are named here; of a site over HTTP none are asked for."""

    def read_evidence(self, name: str) -> bytes:
        """The bytes of such a file; raises OSError or EOFError."""


class FolderReader:
    """A folder written by `sawtna publish`, a mirror, or a bare log folder, copied in whatever way."""

    def __init__(self, folder: Path) -> None:
        self.name = str(folder)
        self._site: Path | None = None
        if (folder / "log" / "checkpoint").is_file():
            self._log, self._site = folder / "log", folder
        elif (folder / "checkpoint").is_file():
            self._log = folder
        elif not folder.is_dir():
            raise ReadError(
                f"There is no folder {folder}. Give a folder that holds log/checkpoint, or an address."
            )
        else:
            raise ReadError(f"{folder} holds no checkpoint and no log/checkpoint, so it is no book.")

    def read(self, path: str) -> bytes:
        """The bytes of a file of the log; raises FileNotFoundError."""
        target = self._log / path
        if target.stat().st_size > MAX_FILE_BYTES:
            raise FileNotFoundError(f"{path} is larger than any file of a book")
        return target.read_bytes()

    def read_many(self, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
        """Files in the order asked for; None where one is missing."""
        for path in paths:
            try:
                yield path, self.read(path)
            except OSError:
                yield path, None

    def evidence(self) -> frozenset[str]:
        """The files of checks beside the log: as a site publishes them, or as a house keeps them."""
        folder = self._log.parent / EVIDENCE
        names = (path.name.partition(".")[0] for path in folder.glob("*.json*"))
        return frozenset(name for name in names if DIGEST.fullmatch(name))

    def read_evidence(self, name: str) -> bytes:
        """The bytes of such a file; raises OSError or EOFError."""
        plain = self._log.parent / EVIDENCE / f"{name}.json"
        if plain.is_file():
            return plain.read_bytes()
        with gzip.open(plain.with_suffix(".json.gz")) as file:
            return file.read(MAX_FILE_BYTES)

    def has_pages(self) -> bool:
        """Whether there are pages at all."""
        return self._site is not None

    def pages(self) -> Iterator[tuple[str, str]]:
        """(address, HTML) of every page beside the log."""
        if self._site is None:
            return
        for page in sorted(self._site.rglob("*.html")):
            if self._log not in page.parents:
                yield str(page.relative_to(self._site)), page.read_text(encoding="utf-8", errors="replace")


class SiteReader:
    """A running site. Only addresses of that one host are asked."""

    def __init__(self, address: str, client: httpx.Client) -> None:
        self.name = address.rstrip("/")
        self._client = client
        self._log = (
            next((base for base in (f"{self.name}/log", self.name) if self._has_checkpoint(base)), None) or ""
        )
        if not self._log:
            raise ReadError(
                f"{self.name} answers, but has no /log/checkpoint: is it a Sawtna site or a mirror of one?"
            )

    def _get(self, address: str) -> httpx.Response:
        try:
            answer = self._client.get(address)
        except httpx.HTTPError as error:
            raise ReadError(
                f"{address} could not be read: {str(error).rstrip('.') or type(error).__name__}. Is the site up?"
            ) from error
        if len(answer.content) > MAX_FILE_BYTES:
            raise FileNotFoundError(f"{address} is larger than any file of a book")
        return answer

    def _has_checkpoint(self, base: str) -> bool:
        return self._get(f"{base}/checkpoint").status_code == httpx.codes.OK

    def read(self, path: str) -> bytes:
        """The bytes of a file of the log; raises FileNotFoundError."""
        answer = self._get(f"{self._log}/{path}")
        if answer.status_code != httpx.codes.OK:
            raise FileNotFoundError(f"{path}: {answer.status_code}")
        return answer.content

    def _read_or_none(self, path: str) -> bytes | None:
        try:
            return self.read(path)
        except FileNotFoundError:
            return None

    def read_many(self, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
        """Files in the order asked for; None where one is missing."""
        with ThreadPoolExecutor(AT_ONCE) as threads:
            yield from zip(paths, threads.map(self._read_or_none, paths), strict=True)

    def evidence(self) -> frozenset[str]:
        """None: fetching every file of a site would take its host's whole day; `sawtna verify URL` looks at one."""
        return frozenset()

    def read_evidence(self, name: str) -> bytes:
        """The bytes of such a file; raises FileNotFoundError."""
        raise FileNotFoundError(name)

    def _page_addresses(self) -> list[str]:
        answer = self._get(f"{self.name}/sitemap.xml")
        if answer.status_code != httpx.codes.OK:
            return []
        found = [urlsplit(location).path for location in LOCATION.findall(answer.text)]
        return [urljoin(f"{self.name}/", path) for path in dict.fromkeys(found)]

    def has_pages(self) -> bool:
        """Whether there are pages at all."""
        return bool(self._page_addresses())

    def pages(self) -> Iterator[tuple[str, str]]:
        """(address, HTML) of every page beside the log."""
        addresses = self._page_addresses()
        with ThreadPoolExecutor(AT_ONCE) as threads:
            for address, answer in zip(addresses, threads.map(self._get, addresses), strict=True):
                if answer.status_code == httpx.codes.OK and "html" in answer.headers.get("content-type", ""):
                    yield urlsplit(address).path, answer.text


def open_reader(place: str, client: httpx.Client) -> BookReader:
    """A reader of an address or a folder; raises ReadError."""
    if re.match(r"https?://", place):
        return SiteReader(place, client)
    return FolderReader(Path(place))


def whole_or_part(reader: BookReader, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
    """Files in order; where a partial one is gone, the full one (C2SP tlog-tiles, "Partial Tiles")."""
    for path, data in reader.read_many(paths):
        if data is None and ".p/" in path:
            yield path, next(iter(reader.read_many([path.split(".p/")[0]])))[1]
        else:
            yield path, data
