"""The plain files that visitors may have: browser files and the published files of the book, each with its type and its age.

A file is read when it is first asked for and again when it has changed on the disk. Nothing outside of the folders is served.
"""

from __future__ import annotations

import asyncio
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.http import Http404

from sawtna.ledger.views.log import type_of
from sawtna.web.copies import BROTLI, GZIP, Copy, Headers, pack_copy
from sawtna.web.shelf import Drawer

FOR_EVER = b"public, max-age=31536000, immutable"
A_WHILE = b"public, max-age=3600"
BUNDLES = "/log/tile/entries/"
TYPES = {
    ".css": b"text/css; charset=utf-8",
    ".csv": b"text/csv; charset=utf-8",
    ".html": b"text/html; charset=utf-8",
    ".ico": b"image/x-icon",
    ".js": b"text/javascript; charset=utf-8",
    ".json": b"application/json",
    ".jsonl": b"application/jsonl",
    ".parquet": b"application/vnd.apache.parquet",
    ".png": b"image/png",
    ".svg": b"image/svg+xml",
    ".txt": b"text/plain; charset=utf-8",
    ".woff2": b"font/woff2",
    ".xml": b"application/xml",
}
HASHED = re.compile(r"\.[0-9a-f]{12}\.[a-z0-9]+$")  # as ManifestStaticFilesStorage names what it has hashed
SAFE_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
CODED_TWINS = {BROTLI: ".br", GZIP: ".gz"}


class Folder(NamedTuple):
    """An address and the folder behind it."""

    address: str  # such as "/static/"
    path: Path
    headers: Callable[[str], Headers | None]  # None: there is no such file for visitors


def headers_of_static(name: str) -> Headers:
    """Type and age of a browser file: for ever when its name carries its hash."""
    kind = TYPES.get(Path(name).suffix, b"application/octet-stream")
    return [
        (b"content-type", kind),
        (b"cache-control", FOR_EVER if HASHED.search(name) else A_WHILE),
        (b"x-content-type-options", b"nosniff"),
    ]


def headers_of_log(name: str) -> Headers | None:
    """Type and age of a file of the book, as the book itself says; None for whatever else may lie there.

    Any page may read them from anywhere, because anyone may check them.
    """
    try:
        kind, age = type_of(name)
    except Http404:
        return None
    return [
        (b"content-type", kind.encode()),
        (b"cache-control", age.encode()),
        (b"access-control-allow-origin", b"*"),
        (b"x-content-type-options", b"nosniff"),
    ]


class Files:
    """Serves the files of some folders out of a drawer."""

    def __init__(self, folders: list[Folder], room: int = 32_000_000) -> None:
        self.folders = folders
        self.drawer = Drawer(room)
        self.seen: dict[str, tuple[int, int, int]] = {}

    def holds(self, path: str) -> bool:
        """Tell whether a path is below one of the addresses."""
        return any(path.startswith(folder.address) for folder in self.folders)

    async def find(self, path: str) -> Copy | None:
        """The copy of the file at a path, None when there is no such file."""
        folder = next(folder for folder in self.folders if path.startswith(folder.address))
        name = path.removeprefix(folder.address)
        if not SAFE_NAME.fullmatch(name) or (headers := folder.headers(name)) is None:
            return None
        if (state := state_of(folder.path / name)) is None:
            return None
        if (copy := self.drawer.get(path)) and self.seen.get(path) == state:
            return copy
        try:
            copy = await asyncio.to_thread(read_copy, folder.path / name, headers)
        except OSError:  # gone between the look and the reading
            return None
        self.keep(path, copy, state)
        return copy

    def keep(self, path: str, copy: Copy, state: tuple[int, int, int]) -> None:
        """Put a copy into the drawer with the state of its file."""
        self.drawer.put(path, copy)
        self.seen[path] = state
        if len(self.seen) > 2 * len(self.drawer.copies) + 100:
            self.seen = {kept: self.seen[kept] for kept in self.drawer.copies if kept in self.seen}


def state_of(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file changes, None when there is no such file."""
    try:
        found = os.stat(path)  # noqa: PTH116 (pathlib's is the same call, slower; this runs for each request)
    except OSError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size) if stat.S_ISREG(found.st_mode) else None


def read_copy(path: Path, headers: Headers) -> Copy:
    """Read a file, and its compressed twins when it has them."""
    ready = {}
    for coding, suffix in CODED_TWINS.items():
        twin = path.with_name(path.name + suffix)
        if twin.is_file():
            ready[coding] = twin.read_bytes()
    # Bundles of entries are text in a frame of bytes; their hashes beside them are noise, which nothing makes smaller.
    is_text = BUNDLES in path.as_posix()
    return pack_copy(200, headers, path.read_bytes(), ready=ready or None, squeeze=is_text)
