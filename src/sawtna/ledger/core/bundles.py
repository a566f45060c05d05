"""One bundle of entries under the magnifying glass: what an auditor checks of it without knowing the rest of the book."""

from __future__ import annotations

from dataclasses import dataclass, field

from sawtna.ledger.core.entry import Kinds, unpack_entry
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.examiner import Examiners, Gist
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.tiles import TILE_WIDTH, unpack_bundle, unpack_tile


@dataclass(frozen=True, slots=True)
class BundleReport:
    """`leaves` are the leaf hashes as computed (empty when the bundle cannot be split); `problems` are (index, sentence).

    `gists` are what the fold needs of entries for which a glance was enough, by index.
    """

    number: int
    leaves: tuple[bytes, ...]
    problems: tuple[tuple[int, str], ...]
    gists: dict[int, Gist] = field(default_factory=dict)


def check_bundle(  # noqa: PLR0917 (a bundle is four things, and it is judged by two)
    number: int, bundle: bytes, tile: bytes, width: int, kinds: Kinds, examiners: Examiners = ()
) -> BundleReport:
    """Split, hash and read the entries of a bundle; compare with the level-0 tile; check each entry's form, and examine it.

    The first problem of each entry is kept. Entries of unknown kinds need only be canonical.
    """
    start = number * TILE_WIDTH
    try:
        entries, hashes = unpack_bundle(bundle, width), unpack_tile(tile, width)
    except BookError as error:
        return BundleReport(number, (), ((_first_lost(start, bundle, tile, width), str(error)),))
    problems: list[tuple[int, str]] = []
    gists: dict[int, Gist] = {}
    leaves = []
    for offset, (data, expected) in enumerate(zip(entries, hashes, strict=True)):
        leaf = leaf_hash(data)
        leaves.append(leaf)
        if leaf != expected:
            problems.append((start + offset, "its bytes do not hash to the leaf in the tile"))
        elif gist := _glance(data, examiners):
            gists[start + offset] = gist
        elif sentence := entry_problem(start + offset, data, kinds, examiners):
            problems.append((start + offset, sentence))
    return BundleReport(number, tuple(leaves), tuple(problems), gists)


def _glance(data: bytes, examiners: Examiners) -> Gist | None:
    for examiner in examiners:
        gist = examiner.glance(data)
        if gist is not None:
            return gist
    return None


def entry_problem(index: int, data: bytes, kinds: Kinds, examiners: Examiners = ()) -> str | None:
    """What is wrong with the bytes of one entry, or None."""
    try:
        body = unpack_entry(data)
        problems = kinds.problems(body)
    except BookError as error:
        return str(error)
    if problems:
        return problems[0].sentence
    for examiner in examiners:
        if body["k"] in examiner.examines and (sentence := examiner.problem(index, body, data)):
            return sentence
    return None


def learn_bundle(number: int, bundle: bytes, width: int, kinds: Kinds, examiners: Examiners) -> bool:
    """Let the examiners learn from the entries of a bundle; whether there was anything to learn. Call it in order of bundles.

    Most bundles hold nothing of the kind, and one look at their bytes tells: in canonical JSON a kind has one spelling, which
    no text can hold, as its quotes would be escaped.
    """
    wanted = {kind: b'"k":"%s"' % kind.encode() for examiner in examiners for kind in examiner.learns}
    if not any(mark in bundle for mark in wanted.values()):
        return False
    try:
        entries = unpack_bundle(bundle, width)
    except BookError:
        return False
    learned = False
    for index, data in enumerate(entries, number * TILE_WIDTH):
        if any(mark in data for mark in wanted.values()) and entry_problem(index, data, kinds) is None:
            body = unpack_entry(data)
            for examiner in examiners:
                if body["k"] in examiner.learns:
                    examiner.learn(index, body, leaf_hash(data))
                    learned = True
    return learned


def _first_lost(start: int, bundle: bytes, tile: bytes, width: int) -> int:
    """The index of the first entry that a cut or garbled bundle or tile no longer gives whole and true."""
    at, offset = 0, 0
    while offset < width and at + 2 <= len(bundle):
        end = at + 2 + int.from_bytes(bundle[at : at + 2], "big")
        if end > len(bundle) or leaf_hash(bundle[at + 2 : end]) != tile[offset * 32 : offset * 32 + 32]:
            break
        at, offset = end, offset + 1
    return start + min(offset, width - 1)
