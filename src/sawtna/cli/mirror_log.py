"""Copies the log of a site into the next state of a mirror, and lets the audit judge the copy before anybody sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from sawtna.cli import auditing
from sawtna.cli.auditing import Audit
from sawtna.cli.book_reader import FolderReader
from sawtna.cli.far_files import Answer, FarError
from sawtna.cli.mirror_folder import MirrorFolder
from sawtna.cli.mirror_head import CHECKPOINT, LOG, NUMBERS, POLICY, Head, SiteLog, Stop
from sawtna.ledger.core.errors import TileError
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.tiles import (
    ENTRIES,
    TILE_WIDTH,
    TileRef,
    pack_bundle,
    tiles_of_size,
    unpack_bundle,
    unpack_tile,
)
from sawtna.ledger.core.verdict import INCOMPLETE, INVALID, WRONG_NUMBER

Progress = Callable[[str, int, int], None]


@dataclass
class LogCopy:
    """One copying of a log; `names` are its files in the next state, `today` and `workers` are for the audit."""

    folder: MirrorFolder
    site: SiteLog
    progress: Progress
    today: date
    workers: int
    names: set[str] = field(default_factory=set)
    trusts_own: bool = True  # whether files of the shown state are taken over
    audited: Audit | None = None  # of this very head, when it is shown already

    def copy(self, head: Head) -> Audit:
        """Bring the log of the next state to `head`; the audit of it, which found nothing wrong.

        What a mirror that was killed left over is used, and thrown away when the audit finds it wrong; so are files of ours that
        a disk spoiled.

        Raises:
            Stop: the site could not be read, or its book or its numbers are wrong.
        """
        has_leftovers = (self.folder.next / LOG).is_dir()
        try:
            return self._copy(head)
        except Stop as stop:
            if stop.status != INVALID:
                raise
            self.folder.forget_next(LOG)
            self.trusts_own = self._own_is_sound()
            if self.trusts_own and not has_leftovers:
                raise
        return self._copy(head)

    def _own_is_sound(self) -> bool:
        if self.folder.read_shown(LOG + CHECKPOINT) is None:
            return True
        audit = Audit(FolderReader(self.folder.shown), self.today, self.progress)
        if auditing.check_head(audit, None):
            auditing.check_entries(audit, self.workers)
            auditing.check_tree(audit)
        return audit.findings.exit_code != INVALID

    def _copy(self, head: Head) -> Audit:
        self._copy_tiles(head.checkpoint.size)
        stated = {POLICY: head.policy.encode(), NUMBERS: head.numbers, CHECKPOINT: head.note.encode()}
        for name, data in stated.items():
            self.folder.put(LOG + name, data)
        self.names |= {LOG + name for name in stated}
        if self.audited:
            self._copy_openings(self.audited)
            return self.audited
        audit = Audit(FolderReader(self.folder.next), self.today, self.progress)
        auditing.check_head(audit, head.policy)
        auditing.check_entries(audit, self.workers)
        auditing.check_tree(audit)
        self._judge(audit)
        self._copy_openings(audit)
        auditing.check_numbers(audit)
        auditing.check_openings(audit)
        self._judge(audit)
        return audit

    def _judge(self, audit: Audit) -> None:
        first = {one.grade: one.text for one in reversed(audit.findings.sentences)}
        address = self.site.host.address
        if "invalid" in first:
            raise Stop(INVALID, f"The book of {address} is invalid. {first['invalid']}")
        if "number" in first:
            raise Stop(WRONG_NUMBER, f"{address} shows a wrong number. {first['number']}")

    # -------------------------------------------------------------- tiles
    def _copy_tiles(self, size: int) -> None:
        wanted = [part for ref in tiles_of_size(size) for part in _with_bundle(ref)]
        self.names = {LOG + ref.path for ref in wanted}
        missing = [ref for ref in wanted if not self._has(ref.path)]
        answers = self.site.host.get_many([(f"{self.site.place}/{ref.path}", "") for ref in missing])
        for done, (ref, answer) in enumerate(zip(missing, answers, strict=True), 1):
            self._put_tile(ref, self._tile_data(ref, answer))
            self.progress("files", done, len(missing))

    def _has(self, path: str) -> bool:
        name = LOG + path
        return self.folder.keep(name) if self.trusts_own else (self.folder.next / name).exists()

    def _put_tile(self, ref: TileRef, data: bytes) -> None:
        """Write a tile or a bundle. A bundle comes right after its tile, and its entries must hash to it."""
        if ref.level == ENTRIES:
            tile = self.folder.read_next(LOG + TileRef(0, ref.number, ref.width).path) or b""
            try:
                leaves = [leaf_hash(entry) for entry in unpack_bundle(data, ref.width)]
                fits = leaves == unpack_tile(tile, ref.width)
            except TileError:
                fits = False
            if not fits:
                raise Stop(INVALID, f"The entries in {ref.path} do not hash to the tile beside them.")
        self.folder.put(LOG + ref.path, data)

    def _tile_data(self, ref: TileRef, answer: Answer | FarError) -> bytes:
        if isinstance(answer, FarError):
            raise Stop(INCOMPLETE, f"{answer}.")
        if answer.is_there:
            return answer.data
        try:
            if ref.width == TILE_WIDTH:
                raise TileError(f"got status {answer.status} for {ref.path}, expected the file")
            return _beginning(
                ref, self.site.read(TileRef(ref.level, ref.number).path)
            )  # it has grown meanwhile
        except TileError as fault:
            raise self.site.incomplete(fault) from None

    # -------------------------------------------------------------- words
    def _copy_openings(self, audit: Audit) -> None:
        """The words of entries, without those that the book says are erased: this is how a mirror forgets."""
        wanted = [f"open/{index}.json" for index in sorted(audit.committed) if index not in audit.erased]
        missing = [path for path in wanted if not self._has(path)]
        answers = self.site.host.get_many([(f"{self.site.place}/{path}", "") for path in missing])
        for done, (path, answer) in enumerate(zip(missing, answers, strict=True), 1):
            if isinstance(answer, FarError):
                raise Stop(INCOMPLETE, f"{answer}.")
            if answer.is_there:
                self.folder.put(LOG + path, answer.data)
            self.progress("files", done, len(missing))
        self.names |= {LOG + path for path in wanted}


def _with_bundle(ref: TileRef) -> tuple[TileRef, ...]:
    return (ref, TileRef(ENTRIES, ref.number, ref.width)) if ref.level == 0 else (ref,)


def _beginning(ref: TileRef, whole: bytes) -> bytes:
    """The partial file out of the full one (C2SP tlog-tiles, "Partial Tiles")."""
    if ref.level == ENTRIES:
        return pack_bundle(unpack_bundle(whole, TILE_WIDTH)[: ref.width])
    return b"".join(unpack_tile(whole, TILE_WIDTH)[: ref.width])
