"""The steps of an audit (memo trust 6.10), one function each: they read a book and write findings.

Order: checkpoint and policy, bundles against tiles and forms, tree against checkpoint, older state against newer, fold,
numbers.json, openings, receipts, pages. A step that cannot be done says so and the next ones go on with what there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context

from sawtna.cli.book_reader import BookReader
from sawtna.ledger.core.bundles import BundleReport, check_bundle
from sawtna.ledger.core.checkpoint import Checkpoint, unpack_checkpoint
from sawtna.ledger.core.encoding import decode_canonical
from sawtna.ledger.core.entry import Body, opens_commitment, unpack_opening
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.figures import figures_of, wrong_figures
from sawtna.ledger.core.fold import Folding, Number
from sawtna.ledger.core.merkle import Frontier, consistency_path, verify_consistency
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.numbers_file import unpack_numbers
from sawtna.ledger.core.policy import Policy, unpack_policy
from sawtna.ledger.core.proof import unpack_receipt, verify_receipt
from sawtna.ledger.core.tiles import (
    TILE_WIDTH,
    TileReader,
    TileRef,
    bundle_path,
    pack_tile,
    tile_path,
    tiles_of_size,
    unpack_bundle,
)
from sawtna.ledger.core.verdict import Findings
from sawtna.ledger.kinds import KINDS, open_folding

PARALLEL_FROM = 4096
CHUNK = 16

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Audit:
    """One audit under way. Owner: `run_audit`; lives for one run."""

    reader: BookReader
    today: date
    progress: Progress
    findings: Findings = field(default_factory=Findings)
    policy: Policy | None = None
    checkpoint: Checkpoint | None = None
    frontier: Frontier = field(default_factory=Frontier)
    folding: Folding = field(default_factory=open_folding)
    committed: dict[int, str] = field(default_factory=dict)
    erased: dict[int, int] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    as_of: date | None = None
    pages: int = 0
    figures: int = 0

    def read(self, path: str) -> bytes | None:
        """A file of the log; a missing one is a finding."""
        try:
            return self.reader.read(path)
        except OSError:
            self.findings.add("missing", f"The file {path} is missing.")
            return None


def check_head(audit: Audit, pinned: str | None) -> bool:
    """The checkpoint is signed by a trusted log and enough witnesses. False when nothing can be built on it."""
    policy_text = pinned
    if policy_text is None:
        found = audit.read("policy")
        policy_text = found.decode("utf-8", "replace") if found is not None else None
        audit.findings.add(
            "warning",
            "The key was taken from the site itself; pin it with --policy FILE to notice another book.",
        )
    note = audit.read("checkpoint")
    if note is None or policy_text is None:
        return False
    try:
        audit.policy = unpack_policy(policy_text)
        opened = audit.policy.open(note)
        audit.checkpoint = unpack_checkpoint(opened.text)
    except BookError as error:
        audit.findings.add("invalid", f"The checkpoint cannot be trusted: {error}.")
        return False
    if not audit.policy.is_met_by(opened):
        audit.findings.add("warning", "The checkpoint is not yet witnessed as the policy asks.")
    return True


def check_entries(audit: Audit, workers: int) -> None:
    """Every bundle: its bytes hash to the tile, its entries have their form; then the fold takes them, in order."""
    size = audit.checkpoint.size if audit.checkpoint else 0
    total = -(-size // TILE_WIDTH)
    for done, (report, entries) in enumerate(_checked_bundles(audit, size, workers), 1):
        for index, sentence in report.problems:
            audit.findings.add("invalid", f"Entry {index}: {sentence}.", index)
        for leaf in report.leaves:
            audit.frontier.append(leaf)
        _take(audit, report, entries)
        audit.progress("entries", min(done * TILE_WIDTH, size), size)
    audit.progress("entries", size if total else 0, size)
    for finding in (
        one for one in audit.folding.findings if one.code != "schema"
    ):  # the bundle's check has told of those
        audit.findings.add("invalid", f"Entry {finding.index}: {finding.sentence}.", finding.index)


def _checked_bundles(audit: Audit, size: int, workers: int) -> Iterator[tuple[BundleReport, list[bytes]]]:
    jobs = _bundle_jobs(audit, size)
    if workers < 2 or size < PARALLEL_FROM:
        for number, bundle, tile, width in jobs:
            yield _check_job(number, bundle, tile, width), _split(bundle, width)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        for chunk in _chunks(jobs, CHUNK * workers):
            reports = pool.map(_check_job, *zip(*chunk, strict=True), chunksize=CHUNK)
            for (_, bundle, _, width), report in zip(chunk, reports, strict=True):
                yield report, _split(bundle, width)


def _check_job(number: int, bundle: bytes, tile: bytes, width: int) -> BundleReport:
    return check_bundle(number, bundle, tile, width, KINDS)


def _chunks(
    jobs: Iterator[tuple[int, bytes, bytes, int]], length: int
) -> Iterator[list[tuple[int, bytes, bytes, int]]]:
    chunk: list[tuple[int, bytes, bytes, int]] = []
    for job in jobs:
        chunk.append(job)
        if len(chunk) == length:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _bundle_jobs(audit: Audit, size: int) -> Iterator[tuple[int, bytes, bytes, int]]:
    """(number, bundle, tile, width) for each bundle; stops at the first one that is missing, since the fold needs all before."""
    widths = [min(TILE_WIDTH, size - start) for start in range(0, size, TILE_WIDTH)]
    paths = [
        path
        for number, width in enumerate(widths)
        for path in (bundle_path(number, width), tile_path(0, number, width))
    ]
    pairs = _whole_or_part(audit.reader, paths)
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
        yield number, _cut_bundle(bundle, width), tile[: width * 32], width


def _whole_or_part(reader: BookReader, paths: list[str]) -> Iterator[tuple[str, bytes | None]]:
    """Files in order; where a partial one is gone, the full one (C2SP tlog-tiles, "Partial Tiles")."""
    for path, data in reader.read_many(paths):
        if data is None and ".p/" in path:
            yield path, next(iter(reader.read_many([path.split(".p/")[0]])))[1]
        else:
            yield path, data


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
    wrong = {index for index, _ in report.problems}
    for index, data in enumerate(entries, report.number * TILE_WIDTH):
        try:
            body: Body = json.loads(data)
            kind, commitment = body["k"], body.get("cm")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            body, kind, commitment = {}, "", None
        if isinstance(commitment, str):
            audit.committed[index] = commitment
        if kind == "erase" and isinstance(body.get("i"), int):
            audit.erased[int(str(body["i"]))] = index
        audit.folding.take(index, body, is_checked=index not in wrong)


def check_tree(audit: Audit) -> None:
    """The tree over the entries has the signed root, and the upper tiles are those of this tree."""
    checkpoint = audit.checkpoint
    if checkpoint is None or audit.frontier.size != checkpoint.size:
        return
    if audit.frontier.root() != checkpoint.root:
        index = audit.findings.first_bad_index
        place = "" if index is None else f" The first bad entry is {index}."
        audit.findings.add(
            "invalid", f"The entries do not give the root that the checkpoint signs.{place}", index
        )
    _check_upper_tiles(audit, checkpoint.size)
    _check_origin(audit, checkpoint)


def _check_upper_tiles(audit: Audit, size: int) -> None:
    upper = [ref for ref in tiles_of_size(size) if ref.level > 0]
    source = TileReader(audit.reader.read, size)
    for ref in upper:
        stated = next(iter(_whole_or_part(audit.reader, [ref.path])))[1]
        if stated is None:
            audit.findings.add("missing", f"The tile {ref.path} is missing.")
            continue
        try:
            computed = pack_tile([_root_of_full_tile(source, ref, offset) for offset in range(ref.width)])
        except BookError:
            continue
        if stated[: len(computed)] != computed:
            audit.findings.add("invalid", f"The tile {ref.path} does not follow from the tiles below it.")


def _root_of_full_tile(source: TileReader, ref: TileRef, offset: int) -> bytes:
    """The hash that belongs at `offset` of a tile, computed from the 256 hashes of the tile below."""
    frontier = Frontier()
    for below in source.tile(ref.level - 1, ref.number * TILE_WIDTH + offset):
        frontier.append(below)
    return frontier.root()


def _check_origin(audit: Audit, checkpoint: Checkpoint) -> None:
    first = _entry_zero(audit)
    if first.get("k") != "site" or first.get("origin") != checkpoint.origin:
        audit.findings.add(
            "invalid", f"Entry 0 does not say that this is the book of {checkpoint.origin}.", 0
        )
        return
    known = [log.vkey for log in audit.policy.logs] if audit.policy else []
    if first.get("vkey") not in known:
        audit.findings.add("invalid", "Entry 0 names another key than the one that signed the checkpoint.", 0)


def _entry_zero(audit: Audit) -> Body:
    size = audit.checkpoint.size if audit.checkpoint else 0
    try:
        first = decode_canonical(TileReader(audit.reader.read, size).entry(0))
    except BookError:
        return {}
    return first if isinstance(first, dict) else {}


def check_older_state(audit: Audit, origin: object, size: object, root: bytes) -> None:
    """The book that was seen before is the beginning of this one."""
    checkpoint = audit.checkpoint
    if checkpoint is None:
        return
    if origin != checkpoint.origin:
        audit.findings.add(
            "invalid", f"The state file is of {origin}, this is the book of {checkpoint.origin}."
        )
    elif not isinstance(size, int) or size > checkpoint.size:
        audit.findings.add(
            "invalid",
            f"The book had {size} entries when it was last seen, and has only {checkpoint.size} now.",
        )
    else:
        source = TileReader(audit.reader.read, checkpoint.size)
        try:
            path = consistency_path(size, checkpoint.size, source.node)
            verify_consistency(size, root, checkpoint.size, checkpoint.root, path)
        except BookError as error:
            audit.findings.add(
                "invalid", f"The book that was seen before is not the beginning of this one: {error}."
            )


def check_numbers(audit: Audit) -> None:
    """`numbers.json` says what the fold says, number by number, both ways."""
    data = audit.read("numbers.json")
    if data is None or audit.checkpoint is None:
        return
    try:
        stated = unpack_numbers(data)
    except BookError as error:
        audit.findings.add("number", f"numbers.json cannot be read: {error}.")
        return
    audit.as_of = stated.as_of
    if stated.as_of > audit.today:
        audit.findings.add("number", f"numbers.json is for {stated.as_of}, a day that has not come.")
    head = audit.checkpoint
    if stated.size != head.size:
        audit.findings.add(
            "missing", f"numbers.json is for {stated.size} entries, the checkpoint for {head.size}."
        )
    elif (stated.origin, stated.root) != (head.origin, head.root):
        audit.findings.add(
            "number", "numbers.json is for another book than the checkpoint: its root differs."
        )
    if stated.size == head.size == audit.folding.size:
        audit.numbers = audit.folding.numbers(stated.as_of)
        _compare(audit, stated.numbers)


def _compare(audit: Audit, stated: Mapping[str, object]) -> None:
    for key in sorted(stated.keys() | audit.numbers.keys()):
        if key not in audit.numbers:
            audit.findings.add("number", f"{key}: the site shows it, the book has no such number.")
        elif key not in stated:
            audit.findings.add(
                "number", f"{key}: the book gives {audit.numbers[key].value}, the site leaves it out."
            )
        elif stated[key] != audit.numbers[key].as_json():
            shown = stated[key]
            value = shown.get("value") if isinstance(shown, dict) else shown
            own = audit.numbers[key]
            difference = f"the site shows {value}, the book gives {own.value}"
            if value == own.value:
                difference = f"the site shows {value} with another unit, rule or source"
            audit.findings.add("number", f"{key}: {difference} (entries {_ranges(own)}).")


def _ranges(number: Number) -> str:
    parts = [str(first) if end == first + 1 else f"{first}–{end - 1}" for first, end in number.runs[:6]]
    return ", ".join(parts) + ("…" if len(number.runs) > 6 else "")


def check_openings(audit: Audit) -> None:
    """Words that are there are the committed ones; words that are gone were erased in the book."""
    indices = sorted(audit.committed)
    found = audit.reader.read_many([f"open/{index}.json" for index in indices])
    for done, (index, (path, data)) in enumerate(zip(indices, found, strict=True), 1):
        if data is None:
            if index not in audit.erased:
                audit.findings.add(
                    "missing",
                    f"Entry {index}: its words ({path}) are missing, and no entry says that they were erased.",
                    index,
                )
        elif index in audit.erased:
            audit.findings.add(
                "warning",
                f"Entry {index}: its words were erased by entry {audit.erased[index]}, but {path} is still here.",
                index,
            )
        elif not _opens(audit.committed[index], data):
            audit.findings.add(
                "invalid",
                f"Entry {index}: the words in {path} are not those that the entry committed to.",
                index,
            )
        audit.progress("words", done, len(indices))


def _opens(commitment: str, data: bytes) -> bool:
    try:
        words, salt = unpack_opening(data)
        return opens_commitment(commitment, words, salt)
    except BookError:
        return False


def check_receipt(audit: Audit, name: str, data: bytes) -> None:
    """A receipt that somebody kept holds in this book: the entry is where it says, under a key of the policy."""
    logs: tuple[Verifier, ...] = audit.policy.logs if audit.policy else ()
    size = audit.checkpoint.size if audit.checkpoint else 0
    try:
        receipt = unpack_receipt(data.decode())
        if receipt.index >= size:
            raise BookError(f"it is of entry {receipt.index}, but the book has only {size} entries")
        entry = TileReader(audit.reader.read, size).entry(receipt.index)
        older = verify_receipt(receipt, entry, logs[0])
        check_older_state(audit, older.origin, older.size, older.root)
    except (BookError, UnicodeDecodeError, IndexError) as error:
        audit.findings.add("invalid", f"The receipt {name} does not hold: {error}.")


def check_pages(audit: Audit) -> None:
    """Each figure of each page is what the fold gives, in the attribute and in the digits."""
    if not audit.numbers:
        audit.findings.add(
            "warning", "The numbers could not be folded, so no figures of pages were compared."
        )
        return
    if not audit.reader.has_pages():
        audit.findings.add(
            "warning", "There are no pages beside this book, so no figures of pages were compared."
        )
        return
    for address, page in audit.reader.pages():
        audit.pages += 1
        audit.figures += len(figures_of(page))
        for sentence in wrong_figures(page, audit.numbers):
            audit.findings.add("number", f"On {address}: {sentence}.")
        audit.progress("pages", audit.pages, 0)
