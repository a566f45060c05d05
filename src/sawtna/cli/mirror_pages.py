"""Copies the pages around a book: from the sitemap and the first page along all links of the same host, only what has changed.

Each figure of each page is compared with the numbers that the mirror folded itself. What robots.txt closes, the desk, and
whatever needs a server to answer (a query, a form) is left alone; single casts have no pages in a copy, as `sawtna publish` gives
them none.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from sawtna.cli.far_files import Answer, FarError, FarHost
from sawtna.cli.mirror_folder import Copied, MirrorFolder
from sawtna.cli.mirror_head import Stop
from sawtna.cli.mirror_links import HTML, closed_paths, file_of, is_safe, kind_of, links_in, same_host_paths
from sawtna.cli.mirror_log import Progress
from sawtna.ledger.core.errors import TileError
from sawtna.ledger.core.figures import wrong_figures
from sawtna.ledger.core.fold import Number
from sawtna.ledger.core.tiles import TILE_WIDTH, TileReader
from sawtna.ledger.core.verdict import INCOMPLETE

NOT_FOUND_PAGE, ROBOTS = "/404.html", "/robots.txt"
STARTS = ("/", "/languages/", ROBOTS, "/sitemap.xml", NOT_FOUND_PAGE)
LIST = "/.sawtna-published.json"  # what `sawtna publish` writes: the files of a site with their SHA-256
MOST_FILES = 300_000

NAMED_BY_CONTENT = re.compile(r"/static/.+\.[0-9a-f]{12}\.[a-z0-9]+|/evidence/[0-9a-f]{64}\.json")
PRIVATE = re.compile(r"/[a-z]{2,3}/(?:desk|accounts)/.*")
ENTRY_PAGE = re.compile(r"/[a-z]{2,3}/book/(0|[1-9][0-9]{0,17})/")
RECEIPT = re.compile(r"/log/receipts/(0|[1-9][0-9]{0,17})\.tlog-proof")
UNSEEN = b'"k":"cast"'  # entries of this kind have no page of their own in a copy
OCCUPIED = (NotADirectoryError, IsADirectoryError, FileExistsError)


@dataclass
class PagesCopy:
    """One copying of pages; what it found stands in its fields when `copy` returns. `hosts` are the names of the site."""

    folder: MirrorFolder
    host: FarHost
    hosts: frozenset[str]
    numbers: Mapping[str, Number]
    tiles: TileReader
    verified: set[str]  # SHA-256 of pages whose figures are known to agree with these numbers
    progress: Progress
    names: set[str] = field(default_factory=set)  # files in the next state
    receipts: set[int] = field(default_factory=set)  # entries whose receipts pages name
    wrong: dict[str, str] = field(default_factory=dict)  # path -> its first wrong figure
    missing: dict[str, str] = field(default_factory=dict)  # path -> why it could not be had
    pages: int = 0
    _closed: tuple[str, ...] = ()
    _listed: dict[str, str] = field(default_factory=dict)  # file -> SHA-256, when the site has a list
    _unseen: dict[int, frozenset[int]] = field(default_factory=dict)  # bundle -> entries without a page

    def copy(self) -> None:
        """Copy all that can be reached from the starts; raises Stop when that has no end."""
        self._read_rules()
        todo = [path for path in (*STARTS, *map(_path_of, self._listed)) if self._is_wanted(path)]
        known, done = set(todo), 0
        while todo:
            links: dict[str, None] = {}
            for found in self._copy_all(list(dict.fromkeys(todo))):
                links.update(dict.fromkeys(found))
                done += 1
                self.progress("pages", done, len(known))
            todo = [path for path in links if path not in known and self._is_wanted(path)]
            known.update(todo)
            if len(known) > MOST_FILES:
                raise Stop(
                    INCOMPLETE,
                    f"{self.host.address} has more than {MOST_FILES} files: that is no Sawtna site.",
                )

    def ask_again(self) -> None:
        """Ask anew for pages with wrong figures: a site of plain files may have been a moment behind its book."""
        again, self.wrong = list(self.wrong), {}
        for path, answer in zip(again, self.host.get_many([(path, "") for path in again]), strict=True):
            self._take(path, answer)

    # -------------------------------------------------------------- which
    def _read_rules(self) -> None:
        """What the site closes to programs, and the list of its files, if it has one."""
        try:
            robots, listed = self.host.get(ROBOTS), self.host.get(LIST)
        except FarError as fault:
            raise Stop(INCOMPLETE, f"{fault}.") from None
        if robots.is_there:
            rules = closed_paths(robots.data.decode("utf-8", "replace"))
            self._closed = tuple(rule for rule in rules if rule != "/")
        try:
            files = json.loads(listed.data)["files"] if listed.is_there else {}
            self._listed = {
                name: digest for name, digest in files.items() if not name.endswith((".br", ".gz"))
            }
        except (ValueError, KeyError, TypeError, AttributeError):
            self._listed = {}

    def _is_wanted(self, path: str) -> bool:
        if receipt := RECEIPT.fullmatch(path):
            self.receipts.add(int(receipt[1]))  # a mirror makes receipts itself, out of its own tiles
        if not is_safe(path) or f"{path}/".startswith("/log/"):
            return False
        if PRIVATE.fullmatch(path) or path.startswith(self._closed):
            return False
        entry = ENTRY_PAGE.fullmatch(path)
        return entry is None or self._has_page(int(entry[1]))

    def _has_page(self, index: int) -> bool:
        number = index // TILE_WIDTH
        if number not in self._unseen:
            try:
                entries = self.tiles.bundle(number)
            except TileError:
                return True  # of an entry that is newer than the copy: asked for, and judged by its figures
            unseen = (at for at, entry in enumerate(entries, number * TILE_WIDTH) if UNSEEN in entry)
            self._unseen[number] = frozenset(unseen)
        return index not in self._unseen[number]

    # -------------------------------------------------------------- copying
    def _copy_all(self, paths: list[str]) -> Iterator[tuple[str, ...]]:
        """Copy some paths, and give the links of each."""
        asked = []
        for path in paths:
            data = self._keep(path) if self._is_certain(path) else None
            if data is None:
                asked.append(path)
            else:
                yield self._accept(path, data)
        answers = self.host.get_many([(path, self._tag(path)) for path in asked])
        for path, answer in zip(asked, answers, strict=True):
            try:
                yield self._take(path, answer)
            except OCCUPIED:
                self.missing[path] = f"{path} lies where another file is"
                yield ()

    def _tag(self, path: str) -> str:
        prior = self.folder.copied(file_of(path))
        return prior.tag if prior else ""

    def _is_certain(self, path: str) -> bool:
        """Whether the copy that we have must be what the site has: by its name, or by the site's own list."""
        prior = self.folder.copied(file_of(path))
        return prior is not None and (
            NAMED_BY_CONTENT.fullmatch(path) is not None or self._listed.get(prior.name) == prior.sha256
        )

    def _keep(self, path: str) -> bytes | None:
        """Take the copy that we have into the next state; its bytes, or None when there is none or it is spoiled."""
        prior = self.folder.copied(file_of(path))
        if prior is None:
            return None
        if prior.name in self.folder.fresh:
            data = self.folder.read_next(prior.name)
            if data is not None and sha256(data).hexdigest() == prior.sha256:
                return data
        return self.folder.hold(prior)

    def _take(self, path: str, answer: Answer | FarError) -> tuple[str, ...]:
        """Do what an answer asks for; the links of the file, if there is one now."""
        if isinstance(answer, FarError):
            return self._do_without(path, answer)
        if answer.status == 304:
            data = self._keep(path)
            if data is not None:
                return self._accept(path, data)
            try:
                answer = self.host.get(path)
            except FarError as fault:
                return self._do_without(path, fault)
        if answer.is_there or (path == NOT_FOUND_PAGE and answer.status == 404):
            return self._put(path, answer)
        self.folder.drop(file_of(path))
        is_moved = 300 <= answer.status < 400
        return (
            tuple(same_host_paths([answer.location], path, self.hosts))
            if is_moved and answer.location
            else ()
        )

    def _put(self, path: str, answer: Answer) -> tuple[str, ...]:
        kind, name = kind_of(answer.kind, path), file_of(path)
        links = same_host_paths(links_in(kind, answer.data.decode("utf-8", "replace")), path, self.hosts)
        if path == NOT_FOUND_PAGE and not links:
            return ()  # some server's own words, no page
        copied = Copied(name, sha256(answer.data).hexdigest(), answer.tag, kind, tuple(links))
        before = self.folder.known.get(name)
        is_same = before is not None and before.sha256 == copied.sha256
        if not (is_same and self.folder.hold(copied)):
            self.folder.put_copied(copied, answer.data)
        return self._accept(path, answer.data)

    def _do_without(self, path: str, fault: FarError) -> tuple[str, ...]:
        """Go on with the copy that we have, if its figures still hold."""
        data = self._keep(path)
        if data is None:
            self.missing[path] = str(fault)
            return ()
        links = self._accept(path, data)
        if self.wrong.pop(path, None):
            self.names.discard(file_of(path))
            self.missing[path] = str(fault)
        return links

    def _accept(self, path: str, data: bytes) -> tuple[str, ...]:
        copied = self.folder.copied(file_of(path))
        assert copied is not None  # it was put or held a moment ago
        self.names.add(copied.name)
        if copied.kind == HTML:
            self.pages += 1
            if copied.sha256 not in self.verified:
                first = next(iter(wrong_figures(data.decode("utf-8", "replace"), self.numbers)), None)
                if first is None:
                    self.verified.add(copied.sha256)
                else:
                    self.wrong[path] = first
        return copied.links


def _path_of(name: str) -> str:
    """The inverse of `file_of`."""
    return "/" + (name.removesuffix("index.html") if f"/{name}".endswith("/index.html") else name)
