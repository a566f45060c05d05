"""The steps of an audit (memo trust 6.10), one function each: they read a book and write findings.

Order: checkpoint and policy, bundles against tiles and forms, tree against checkpoint, older state against newer, fold,
numbers.json, openings, receipts, pages. A step that cannot be done says so and the next ones go on with what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from sawtna.campaigns.core.casting.promises import open_kept, promise_verifier
from sawtna.cli.audit_case import Audit, Progress, opens
from sawtna.cli.book_reader import whole_or_part
from sawtna.cli.bundle_audit import check_entries
from sawtna.ledger.core.checkpoint import Checkpoint, open_checkpoint, unpack_checkpoint
from sawtna.ledger.core.encoding import decode_base64url, decode_canonical
from sawtna.ledger.core.entry import Body, unpack_opening
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.figures import shown_by, wrong_figures, wrong_quotes
from sawtna.ledger.core.fold import Number
from sawtna.ledger.core.merkle import Frontier, consistency_path, leaf_hash, verify_consistency
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.numbers_file import unpack_numbers
from sawtna.ledger.core.policy import unpack_policy
from sawtna.ledger.core.proof import unpack_receipt, verify_receipt
from sawtna.ledger.core.quoted import texts_of
from sawtna.ledger.core.short_proof import FIRST_LINE as SHORT_LINE
from sawtna.ledger.core.short_proof import unpack_short_receipt
from sawtna.ledger.core.tiles import (
    TILE_WIDTH,
    TileReader,
    TileRef,
    pack_tile,
    tiles_of_size,
)

__all__ = [
    "Audit", "Progress", "check_entries", "check_head", "check_numbers", "check_older_state", "check_openings", "check_pages",
    "check_promise", "check_receipt", "check_tree",
]  # fmt: skip


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
        stated = next(iter(whole_or_part(audit.reader, [ref.path])))[1]
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
        elif not opens(audit.committed[index], data):
            audit.findings.add(
                "invalid",
                f"Entry {index}: the words in {path} are not those that the entry committed to.",
                index,
            )
        else:
            audit.keep_opening(index, data)
        audit.progress("words", done, len(indices))


def check_receipt(audit: Audit, name: str, data: bytes) -> None:
    """A receipt that somebody kept holds in this book: the entry is where it says, under a key of the policy.

    It is a file (tlog-proof), or the short form out of a QR code.
    """
    try:
        text = data.decode()
        older = _short_head(audit, text) if text.startswith(SHORT_LINE) else _receipt_head(audit, text)
        check_older_state(audit, older.origin, older.size, older.root)
    except (BookError, UnicodeDecodeError, IndexError) as error:
        audit.findings.add("invalid", f"The receipt {name} does not hold: {error}.")


def _receipt_head(audit: Audit, text: str) -> Checkpoint:
    receipt = unpack_receipt(text)
    entry = _entry_of_receipt(audit, receipt.index)
    if receipt.extra not in (b"", entry):
        raise BookError(f"it holds another entry than the book has at {receipt.index}")
    return verify_receipt(receipt, entry, _logs(audit)[0])


def _short_head(audit: Audit, text: str) -> Checkpoint:
    receipt = unpack_short_receipt(text)
    if leaf_hash(_entry_of_receipt(audit, receipt.index)) != receipt.leaf:
        raise BookError(f"it is of another entry than the book has at {receipt.index}")
    older = open_checkpoint(receipt.checkpoint_note, _logs(audit)[0])
    if receipt.index >= older.size:
        raise BookError(f"it is of entry {receipt.index} under a checkpoint of only {older.size} entries")
    return older


def _entry_of_receipt(audit: Audit, index: int) -> bytes:
    size = audit.checkpoint.size if audit.checkpoint else 0
    if index >= size:
        raise BookError(f"it is of entry {index}, but the book has only {size} entries")
    return TileReader(audit.reader.read, size).entry(index)


def _logs(audit: Audit) -> tuple[Verifier, ...]:
    return audit.policy.logs if audit.policy else ()


def check_promise(audit: Audit, name: str, note: bytes) -> None:
    """A promise that somebody kept was kept by the site too: the cast is in the book, or its time has not come.

    The leaves to look for are in `audit.sought` before the entries are read (`promised_leaf`).
    """
    site = _entry_zero(audit)
    try:
        key = promise_verifier(str(site.get("origin")), decode_base64url(str(site.get("promise"))))
        promise = open_kept(note, [key])
    except BookError as error:
        audit.findings.add("invalid", f"The promise {name} does not hold: {error}.")
        return
    index = audit.sought.get(promise.leaf)
    if index is not None:
        audit.findings.add("warning", f"The promise {name} was kept: the cast is entry {index}.", index)
    elif promise.deadline <= audit.now:
        asked = " It was sealed: ask the relay whether it reached it." if promise.is_sealed else ""
        sentence = f"The promise {name} was broken: no entry of this book is that cast.{asked}"
        audit.findings.add("invalid", sentence)
    else:
        audit.findings.add(
            "warning", f"The promise {name} is not due yet, and the cast is not in the book yet."
        )


def check_pages(audit: Audit) -> None:
    """Each figure of each page is what the fold gives, in the attribute and in the digits; each quote is in its opening."""
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
    texts_of_entry = _openings_of(audit)
    for address, page in audit.reader.pages():
        shown = shown_by(page)
        audit.pages += 1
        audit.figures += len(shown.figures)
        audit.quotes += len(shown.quotes)
        for sentence in (*wrong_figures(shown, audit.numbers), *wrong_quotes(shown, texts_of_entry)):
            audit.findings.add("number", f"On {address}: {sentence}.")
        audit.progress("pages", audit.pages, 0)


def _openings_of(audit: Audit) -> Callable[[int], frozenset[str] | None]:
    """The words of an entry: an empty set when it has none or they were erased, None when they are not here (told elsewhere)."""
    size = audit.checkpoint.size if audit.checkpoint else 0

    @lru_cache(maxsize=4096)
    def texts(index: int) -> frozenset[str] | None:
        if index >= size:
            return None  # the page is newer than the checkpoint that was read
        if index in audit.erased or index not in audit.committed:
            return frozenset()
        data = audit.opening(index)
        return None if data is None else frozenset(texts_of(unpack_opening(data)[0]))

    return texts
