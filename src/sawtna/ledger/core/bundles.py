"""One bundle of entries under the magnifying glass: what an auditor checks of it without knowing the rest of the book."""

from __future__ import annotations

from dataclasses import dataclass

from sawtna.ledger.core.entry import Kinds, unpack_entry
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.tiles import TILE_WIDTH, unpack_bundle, unpack_tile


@dataclass(frozen=True, slots=True)
class BundleReport:
    """`leaves` are the leaf hashes as computed (empty when the bundle cannot be split); `problems` are (index, sentence)."""

    number: int
    leaves: tuple[bytes, ...]
    problems: tuple[tuple[int, str], ...]


def check_bundle(number: int, bundle: bytes, tile: bytes, width: int, kinds: Kinds) -> BundleReport:
    """Split, hash and read the entries of a bundle; compare with the level-0 tile; check each entry's form.

    The first problem of each entry is kept. Entries of unknown kinds need only be canonical.
    """
    start = number * TILE_WIDTH
    try:
        entries, hashes = unpack_bundle(bundle, width), unpack_tile(tile, width)
    except BookError as error:
        return BundleReport(number, (), ((_first_lost(start, bundle, tile, width), str(error)),))
    problems: list[tuple[int, str]] = []
    leaves = []
    for offset, (data, expected) in enumerate(zip(entries, hashes, strict=True)):
        leaf = leaf_hash(data)
        leaves.append(leaf)
        if leaf != expected:
            problems.append((start + offset, "its bytes do not hash to the leaf in the tile"))
        elif sentence := entry_problem(data, kinds):
            problems.append((start + offset, sentence))
    return BundleReport(number, tuple(leaves), tuple(problems))


def entry_problem(data: bytes, kinds: Kinds) -> str | None:
    """What is wrong with the bytes of one entry, or None."""
    try:
        problems = kinds.problems(unpack_entry(data))
    except BookError as error:
        return str(error)
    return problems[0].sentence if problems else None


def _first_lost(start: int, bundle: bytes, tile: bytes, width: int) -> int:
    """The index of the first entry that a cut or garbled bundle or tile no longer gives whole and true."""
    at, offset = 0, 0
    while offset < width and at + 2 <= len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or leaf_hash(bundle[at + 2 : end]) != tile[offset * 32 : offset * 32 + 32]:
            break
        at, offset = end, offset + 1
    return start + min(offset, width - 1)
