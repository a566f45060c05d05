"""Verifies a whole book against itself: rows, files, signature, tree, words, numbers. Written apart from what makes them."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from sawtna.ledger.actions.refold_numbers import refold_numbers
from sawtna.ledger.core.checkpoint import open_checkpoint
from sawtna.ledger.core.entry import opens_commitment, unpack_entry, unpack_opening
from sawtna.ledger.core.merkle import leaf_hash, root_of
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.tiles import TILE_WIDTH, TileReader, tiles_of_size
from sawtna.ledger.kinds import open_folding
from sawtna.ledger.models import Entry, Head, Opening


def verify_book(log: Path) -> None:
    """Verify the rows, and what is published of them."""
    rows = verify_rows()
    if (log / "checkpoint").exists():
        published = verify_files(log)
        assert published == rows[: len(published)], "the files hold other entries than the database"
        verify_words(log, published)
        assert refold_numbers(check=True) == []


def verify_rows() -> list[bytes]:
    """No gap, no fork, each leaf the hash of its bytes, the writer's lock at the end."""
    rows = list(Entry.objects.order_by("index").values_list("index", "body", "leaf", "kind"))
    assert [row[0] for row in rows] == list(range(len(rows)))
    for index, data, leaf, kind in rows:
        assert leaf_hash(bytes(data)) == bytes(leaf), index
        assert unpack_entry(bytes(data))["k"] == kind
    size = Head.objects.values_list("size", flat=True).first()
    assert (size or 0) == len(rows)
    assert not Opening.objects.filter(index__gte=len(rows)).exists()
    return [bytes(row[1]) for row in rows]


def verify_files(log: Path) -> list[bytes]:
    """Signature, every tile of every level, every bundle, the root, and the numbers."""
    note = (log / "checkpoint").read_text()
    first = unpack_entry(read_first_entry(log, note))
    checkpoint = open_checkpoint(note, Verifier.parse(str(first["vkey"])))
    reader = TileReader(lambda path: (log / path).read_bytes(), checkpoint.size)
    entries = [
        entry for number in range(-(-checkpoint.size // TILE_WIDTH)) for entry in reader.bundle(number)
    ]
    leaves = [leaf_hash(entry) for entry in entries]
    assert root_of(leaves) == checkpoint.root
    for ref in tiles_of_size(checkpoint.size):
        assert reader.tile(ref.level, ref.number) == expected_tile(
            leaves, ref.level, ref.number, ref.width
        ), ref.path
    verify_numbers(log, checkpoint, entries)
    return entries


def read_first_entry(log: Path, note: str) -> bytes:
    """Entry 0, before anything is verified."""
    size = int(note.split("\n")[1])
    return TileReader(lambda path: (log / path).read_bytes(), size).entry(0)


def expected_tile(leaves: list[bytes], level: int, number: int, width: int) -> list[bytes]:
    """The hashes of a tile, each computed from all the leaves below it."""
    below = TILE_WIDTH**level
    first = number * TILE_WIDTH
    return [root_of(leaves[at * below : (at + 1) * below]) for at in range(first, first + width)]


def verify_numbers(log: Path, checkpoint, entries: list[bytes]) -> None:
    """`numbers.json` is what a fresh fold of the files gives, in the one spelling."""
    data = (log / "numbers.json").read_bytes()
    stated = json.loads(data)
    assert stated["size"] == checkpoint.size
    folding = open_folding()
    for index, entry in enumerate(entries):
        folding.take(index, unpack_entry(entry))
    assert folding.findings == []
    fresh = folding.numbers(date.fromisoformat(stated["as_of"]))
    assert stated["numbers"] == {key: number.as_json() for key, number in fresh.items()}
    assert json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() == data


def verify_words(log: Path, entries: list[bytes]) -> None:
    """Each published opening fits its entry; one that is missing was erased by an entry; none lies about."""
    bodies = [unpack_entry(entry) for entry in entries]
    erased = {body["i"] for body in bodies if body["k"] == "erase"}
    there = {int(file.stem): file.read_bytes() for file in (log / "open").glob("*.json")}
    expected = {index for index, body in enumerate(bodies) if "cm" in body}
    assert set(there) == expected - erased - erased_in_rows(len(entries))
    for index, data in there.items():
        words, salt = unpack_opening(data)
        assert opens_commitment(bodies[index]["cm"], words, salt), index


def erased_in_rows(size: int) -> set[int]:
    """Entries whose erasure is accepted and not yet published: their words are gone already."""
    rows = Entry.objects.filter(kind="erase", index__gte=size).values_list("strikes", flat=True)
    return {index for index in rows if index is not None}
