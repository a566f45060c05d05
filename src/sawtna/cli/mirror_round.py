"""One round of a mirror: look at the site, copy what is new, check all of it, and show it at once, or leave all as it was."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from html import escape

import httpx

from sawtna.cli.auditing import Audit
from sawtna.cli.far_files import FarError, FarHost, find_host
from sawtna.cli.mirror_folder import MirrorFolder
from sawtna.cli.mirror_head import CHECKPOINT, LOG, NUMBERS, POLICY, Head, SiteLog, Stop
from sawtna.cli.mirror_log import LogCopy, Progress
from sawtna.cli.mirror_pages import PagesCopy
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.merkle import inclusion_path
from sawtna.ledger.core.policy import unpack_policy
from sawtna.ledger.core.proof import InclusionReceipt, pack_receipt
from sawtna.ledger.core.tiles import TileReader
from sawtna.ledger.core.verdict import INCOMPLETE, OK, WRONG_NUMBER

PATIENCE = 5  # times to begin again because the site moved meanwhile
LOOK_AGAIN = 3600.0  # seconds after which pages are looked at although the book has not moved


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a round ended: the exit status, what to say, and whether the copy is another one now."""

    status: int
    sentence: str
    is_new: bool


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 (the edge: a mirror says when it saw what)


def _show_nothing(_name: str, _done: int, _total: int) -> None:
    """Show no progress."""


@dataclass
class Mirror:
    """A mirror of one site in one folder; lives as long as the command. `pinned` is a policy that the user gave."""

    folder: MirrorFolder
    client: httpx.Client
    address: str
    pinned: str | None = None
    accepts_missing: bool = False
    workers: int = 1
    clock: Callable[[], datetime] = _now
    progress: Progress = _show_nothing
    _host: FarHost | None = None
    _looked: datetime | None = None  # when the pages were looked at last
    _audited: tuple[Head, Audit] | None = None
    _verified: dict[bytes, set[str]] = field(default_factory=dict)

    def round(self, progress: Progress = _show_nothing) -> Outcome:
        """Copy once. What cannot be shown is not shown: the old state stays."""
        self.progress = progress
        try:
            return self._round()
        except Stop as stop:
            kept = "The copy stays as it was." if self.folder.shown.is_symlink() else "Nothing is shown yet."
            return Outcome(stop.status, f"{stop} {kept}", is_new=False)

    @property
    def host(self) -> FarHost:
        """The host, found when it is first asked for; raises FarError."""
        if self._host is None:
            self._host = find_host(self.address, self.client)
        return self._host

    def _round(self) -> Outcome:
        site = self._open_site()
        for _ in range(PATIENCE):
            head = site.read_head()
            site.check_history(head, self.folder)
            if self._shows(head) and self._has_just_looked():
                return Outcome(OK, f"{self.host.address} says nothing new.", is_new=False)
            log, audit = self._copy_log(site, head)
            pages = self._copy_pages(site, head, audit)
            if site.read_head().says_the_same_as(head):
                return self._finish(site, head, log, audit, pages)
        raise Stop(INCOMPLETE, f"{self.host.address} moved each time its pages were copied; try again later.")

    def _has_just_looked(self) -> bool:
        return self._looked is not None and (self.clock() - self._looked).total_seconds() < LOOK_AGAIN

    # -------------------------------------------------------------- the site and whom to trust
    def _open_site(self) -> SiteLog:
        """The log of the site, under the key that the user gave, or under which this mirror first saw it."""
        try:
            self.host.faults = 0
            place = next((one for one in ("/log", "") if self.host.get(f"{one}/{CHECKPOINT}").is_there), None)
            if place is None:
                raise Stop(
                    INCOMPLETE,
                    f"{self.host.address} has no /log/checkpoint: is it a Sawtna site or a mirror of one?",
                )
            kept = self.folder.kept / POLICY
            text = self.pinned or (kept.read_text(encoding="utf-8") if kept.exists() else None)
            if text is None:
                text = self.host.get(f"{place}/{POLICY}").data.decode()
            return SiteLog(self.host, unpack_policy(text), place)
        except FarError as fault:
            raise Stop(INCOMPLETE, f"{fault}.") from None
        except (BookError, UnicodeDecodeError) as fault:
            raise Stop(INCOMPLETE, f"The policy of {self.host.address} cannot be used: {fault}.") from None

    def _shows(self, head: Head) -> bool:
        stated = {CHECKPOINT: head.note.encode(), NUMBERS: head.numbers, POLICY: head.policy.encode()}
        return all(self.folder.read_shown(LOG + name) == data for name, data in stated.items())

    # -------------------------------------------------------------- copying
    def _copy_log(self, site: SiteLog, head: Head) -> tuple[LogCopy, Audit]:
        log = LogCopy(self.folder, site, self.progress, self.clock().date(), self.workers)
        if self._audited and self._audited[0] == head and self._shows(head):
            log.audited = self._audited[1]
        audit = log.copy(head)
        self._audited = (head, audit)
        return log, audit

    def _copy_pages(self, site: SiteLog, head: Head, audit: Audit) -> PagesCopy:
        digest = sha256(head.numbers).digest()
        self._verified = {digest: self._verified.get(digest, set())}
        if (
            self.folder.read_shown(LOG + NUMBERS) == head.numbers
        ):  # then whatever is shown was compared with them
            self._verified[digest] |= {copied.sha256 for copied in self.folder.known.values()}
        own_name = head.checkpoint.origin.partition("/")[0]
        hosts = frozenset({self.host.address.partition("://")[2].lower(), own_name})
        tiles = TileReader(self._read_next, head.checkpoint.size)
        verified = self._verified[digest]
        pages = PagesCopy(self.folder, self.host, hosts, audit.numbers, tiles, verified, self.progress)
        if site.place:
            pages.copy()
        return pages

    def _read_next(self, path: str) -> bytes:
        data = self.folder.read_next(LOG + path)
        if data is None:
            raise FileNotFoundError(path)
        return data

    # -------------------------------------------------------------- showing
    def _finish(self, site: SiteLog, head: Head, log: LogCopy, audit: Audit, pages: PagesCopy) -> Outcome:
        if pages.wrong:
            pages.ask_again()
        if pages.wrong:
            path, figure = next(iter(pages.wrong.items()))
            more = f" and {len(pages.wrong) - 1} more pages" if len(pages.wrong) > 1 else ""
            raise Stop(WRONG_NUMBER, f"{self.host.address} SHOWS A WRONG NUMBER on {path}{more}: {figure}.")
        if pages.missing and not self.accepts_missing:
            raise Stop(INCOMPLETE, self._told_missing(pages))
        self._looked = self.clock()
        names = log.names | pages.names | self._put_receipts(head, pages) | self._put_entrance(pages)
        changed = self._changes(pages)
        if self._shows(head) and not changed:
            self.folder.forget_next()
            return Outcome(OK, f"{self.host.address} says nothing new.", is_new=False)
        self.folder.gather(names)
        self._remember(head)
        self.folder.show()
        return self._tell(site, head, audit, pages, changed)

    def _changes(self, pages: PagesCopy) -> int:
        """How many files around the log are new, different or gone."""
        before = {name: copied.sha256 for name, copied in self.folder.known.items()}
        now = {name: copied.sha256 for name in pages.names if (copied := self.folder.copied(name))}
        return sum(before.get(name) != digest for name, digest in now.items()) + len(
            before.keys() - now.keys()
        )

    def _put_receipts(self, head: Head, pages: PagesCopy) -> set[str]:
        """The receipts that pages name, made from our own tiles: a mirror proves what it shows."""
        size, names = head.checkpoint.size, set()
        for index in sorted(index for index in pages.receipts if index < size):
            path, entry = inclusion_path(index, size, pages.tiles.node), pages.tiles.entry(index)
            name = f"{LOG}receipts/{index}.tlog-proof"
            self.folder.put(name, pack_receipt(InclusionReceipt(index, path, head.note, entry)).encode())
            names.add(name)
        return names

    def _put_entrance(self, pages: PagesCopy) -> set[str]:
        """A first page for hosts that cannot ask a browser for its language."""
        if "index.html" in pages.names or not pages.names:
            return set()
        page = self.folder.read_copied("languages/index.html")
        if page is None:
            tops = sorted({name.partition("/")[0] for name in pages.names if name.endswith("/index.html")})
            links = "".join(f'<li><a href="/{escape(top)}/">{escape(top)}</a></li>' for top in tops)
            page = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Sawtna</title><ul>{links}</ul></html>'.encode()
        self.folder.put("index.html", page)
        return {"index.html"}

    def _remember(self, head: Head) -> None:
        now = self.clock().isoformat(timespec="seconds")
        if self.folder.read_shown(LOG + CHECKPOINT) != head.note.encode():
            self.folder.note_seen({"seen": now, "checkpoint": head.note})
        if self.folder.read_shown(LOG + POLICY) != head.policy.encode():
            self.folder.note_seen({"seen": now, "policy": head.policy})
        trusted = self.folder.kept / POLICY
        if self.pinned or not trusted.exists():
            trusted.write_text(self.pinned or head.policy, encoding="utf-8")

    # -------------------------------------------------------------- telling
    def _tell(self, site: SiteLog, head: Head, audit: Audit, pages: PagesCopy, changed: int) -> Outcome:
        size = head.checkpoint.size
        said = [
            f"The copy has {size} entries, {len(audit.numbers)} numbers and {pages.pages} pages; {changed} files changed."
        ]
        status = OK
        gaps = [one.text for one in audit.findings.sentences if one.grade == "missing"]
        if gaps:
            status = INCOMPLETE
            said.append(f"{gaps[0]}" + (f" And {len(gaps) - 1} more gaps." if len(gaps) > 1 else ""))
        if pages.missing:
            status = INCOMPLETE
            said.append(self._told_missing(pages))
        if not site.is_witnessed(head.note):
            said.append("The checkpoint is not yet witnessed as the policy asks.")
        return Outcome(status, " ".join(said), is_new=True)

    def _told_missing(self, pages: PagesCopy) -> str:
        first = next(iter(pages.missing.values()))
        return f"{len(pages.missing)} files of {self.host.address} could not be had: {first}. What was copied is kept; run again."
