"""Every bundle of a book, in as many processes as there are cores: bytes, forms, signatures; and then, in order, the fold.

One process reads files, learns which keys and ballots there are, and folds. The others are given bundles together with what was
learned before them, and examine each entry by itself (memo trust 6.10, point 3).
"""

from __future__ import annotations

import json
import pickle
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

from sawtna.cli.audit_case import Audit
from sawtna.cli.book_reader import whole_or_part
from sawtna.ledger.core.bundles import BundleReport, check_bundle, learn_bundle
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.examiner import Examiners
from sawtna.ledger.core.tiles import TILE_WIDTH, bundle_path, tile_path, unpack_bundle
from sawtna.ledger.kinds import KINDS, open_examiners

PARALLEL_FROM = 4096
CHUNK = 8  # bundles in one piece of work
AHEAD = 3  # pieces that each process may be given before the first answer is needed


@dataclass(frozen=True, slots=True)
class Job:
    """One bundle with its level-0 tile."""

    number: int
    bundle: bytes
    tile: bytes
    width: int


Piece = tuple[
    Sequence[Job], bytes
]  # some bundles, and the examiners that know all that stands before their end
Checked = tuple[BundleReport, list[bytes]]

_read = json.JSONDecoder().decode  # json.loads would look for the encoding first, a million times

_examiners: dict[
    bytes, Examiners
] = {}  # of one worker: the examiners that it was given last, by their pickled form


def check_entries(audit: Audit, workers: int) -> None:
    """Every bundle: its bytes hash to the tile, its entries have their form and hold; then the fold takes them, in order."""
    size = audit.checkpoint.size if audit.checkpoint else 0
    for done, (report, entries) in enumerate(_checked_bundles(audit, size, workers), 1):
        for index, sentence in report.problems:
            audit.findings.add("invalid", f"Entry {index}: {sentence}.", index)
        for leaf in report.leaves:
            audit.frontier.append(leaf)
        _take(audit, report, entries)
        audit.progress("entries", min(done * TILE_WIDTH, size), size)
    audit.progress("entries", size, size)
    for finding in audit.folding.findings:
        audit.findings.add(finding.grade, f"Entry {finding.index}: {finding.sentence}.", finding.index)


def _checked_bundles(audit: Audit, size: int, workers: int) -> Iterator[Checked]:
    if workers < 2 or size < PARALLEL_FROM:
        for jobs, lessons in _pieces(audit, size, 1):
            yield from _answer(jobs, check_piece(jobs, lessons))
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        pool.submit(
            int
        ).result()  # fork before any thread reads files: a lock held by another thread would stay shut
        waiting: deque[tuple[Sequence[Job], Future[list[BundleReport]]]] = deque()
        for jobs, lessons in _pieces(audit, size, CHUNK):
            waiting.append((jobs, pool.submit(check_piece, jobs, lessons)))
            if len(waiting) > AHEAD * workers:
                first, answer = waiting.popleft()
                yield from _answer(first, answer.result())
        for first, answer in waiting:
            yield from _answer(first, answer.result())


def _answer(jobs: Sequence[Job], reports: Sequence[BundleReport]) -> Iterator[Checked]:
    for job, report in zip(jobs, reports, strict=True):
        yield report, _split(job.bundle, job.width)


def _pieces(audit: Audit, size: int, length: int) -> Iterator[Piece]:
    """The book in pieces of so many bundles. What a piece itself teaches is learned before it goes out."""
    examiners = open_examiners()
    lessons, jobs = pickle.dumps(examiners), list[Job]()
    is_new = False
    for job in _jobs(audit, size):
        is_new |= learn_bundle(job.number, job.bundle, job.width, KINDS, examiners)
        jobs.append(job)
        if len(jobs) == length:
            lessons = pickle.dumps(examiners) if is_new else lessons
            yield jobs, lessons
            jobs, is_new = [], False
    if jobs:
        yield jobs, pickle.dumps(examiners) if is_new else lessons


def check_piece(jobs: Sequence[Job], lessons: bytes) -> list[BundleReport]:
    """The work of one process; `lessons` are pickled by the process that gave the piece out."""
    if lessons not in _examiners:
        _examiners.clear()
        _examiners[lessons] = pickle.loads(lessons)  # noqa: S301 (written by this very program, never read from a file)
    examiners = _examiners[lessons]
    return [check_bundle(job.number, job.bundle, job.tile, job.width, KINDS, examiners) for job in jobs]


def _jobs(audit: Audit, size: int) -> Iterator[Job]:
    """Each bundle with its tile; stops at the first one that is missing, since the fold needs all before."""
    widths = [min(TILE_WIDTH, size - start) for start in range(0, size, TILE_WIDTH)]
    paths = [
        path
        for number, width in enumerate(widths)
        for path in (bundle_path(number, width), tile_path(0, number, width))
    ]
    pairs = whole_or_part(audit.reader, paths)
    for number, width in enumerate(widths):
        (bundle_name, bundle), (tile_name, tile) = next(pairs), next(pairs)
        for name, data in ((bundle_name, bundle), (tile_name, tile)):
            if data is None:
                index = number * TILE_WIDTH
                audit.findings.add(
                    "missing", f"Entries {index} to {index + width - 1}: the file {name} is missing.", index
                )
        if bundle is None or tile is None:
            return
        yield Job(number, _cut_bundle(bundle, width), tile[: width * 32], width)


def _cut_bundle(bundle: bytes, width: int) -> bytes:
    """The first `width` entries of a bundle that may be longer (a full one in place of a partial one)."""
    at = 0
    for _ in range(width):
        if at + 2 > len(bundle):
            return bundle
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
    return bundle if at > len(bundle) or width == TILE_WIDTH else bundle[:at]


def _split(bundle: bytes, width: int) -> list[bytes]:
    try:
        return unpack_bundle(bundle, width)
    except BookError:
        return []


def _take(audit: Audit, report: BundleReport, entries: Iterable[bytes]) -> None:
    """Fold the entries of a bundle. One that is wrong changes no number.

    Past a bundle that cannot be read nothing is folded: the rest would only be numbers that are wrong too.
    """
    start = report.number * TILE_WIDTH
    if audit.folding.size != start or not report.leaves:
        return
    wrong, folding, gists = {index for index, _ in report.problems}, audit.folding, report.gists
    for index, (data, leaf) in enumerate(zip(entries, report.leaves, strict=True), start):
        if leaf in audit.sought:
            audit.sought[leaf] = index
        if index in gists:
            folding.take_gist(index, gists[index], leaf)
            continue
        if index in wrong:
            folding.skip(index)
            continue
        body: Body = _read(data.decode())
        if isinstance(commitment := body.get("cm"), str):
            audit.committed[index] = commitment
        if body["k"] == "erase" and isinstance(body.get("i"), int):
            audit.erased[int(str(body["i"]))] = index
        if body["k"] == "check":
            audit.note_check(index, body, data)
        folding.take(index, body, is_checked=True, leaf=leaf)
