"""The files of the tree: writes what is missing of them, reads the root back out of them.

Full tiles are never written twice, so the files remember what was promised whatever happens to the database.
"""

from __future__ import annotations

from itertools import groupby

from sawtna.ledger.core.merkle import Frontier, root_of
from sawtna.ledger.core.tiles import (
    ENTRIES,
    TILE_WIDTH,
    TileReader,
    TileRef,
    pack_bundle,
    pack_tile,
    tiles_of_size,
)
from sawtna.ledger.folder import LogFolder
from sawtna.ledger.publishing import FolderWriter
from sawtna.ledger.rows import entries_between


def write_missing_tiles(folder: LogFolder, writer: FolderWriter, size: int) -> None:
    """Write each tile and bundle of the tree of `size` entries that is not there: after a growth the new ones, after a loss
    the lost ones. Lower levels come first, because the upper ones are made from their files.
    """
    reader = folder.tiles(size)
    for level, refs in groupby(tiles_of_size(size), key=lambda ref: ref.level):
        for ref in refs:
            if level == 0:
                _write_leaves(folder, writer, ref)
            elif not folder.has(ref.path):
                writer.put(ref.path, pack_tile(_hashes_above(reader, ref)))
        writer.flush()


def _write_leaves(folder: LogFolder, writer: FolderWriter, ref: TileRef) -> None:
    bundle = TileRef(ENTRIES, ref.number, ref.width)
    missing = [one for one in (ref, bundle) if not folder.has(one.path)]
    if not missing:
        return
    start = ref.number * TILE_WIDTH
    rows = list(entries_between(start, start + ref.width))
    for one in missing:
        packed = pack_tile([row[2] for row in rows]) if one is ref else pack_bundle([row[1] for row in rows])
        writer.put(one.path, packed)


def _hashes_above(reader: TileReader, ref: TileRef) -> list[bytes]:
    """The hashes of an upper tile: each is the root over one full tile of the level below."""
    first = ref.number * TILE_WIDTH
    return [root_of(reader.tile(ref.level - 1, number)) for number in range(first, first + ref.width)]


def drop_old_partials(folder: LogFolder, writer: FolderWriter, size: int) -> None:
    """Remove the partial files of tiles that are full by now; readers take the beginning of the full one."""
    for ref in tiles_of_size(size):
        if ref.width == TILE_WIDTH:
            for level in (ref.level, ENTRIES) if ref.level == 0 else (ref.level,):
                partial = TileRef(level, ref.number).path + ".p"
                if folder.has(partial):
                    writer.drop(partial)


def read_root(reader: TileReader, size: int | None = None) -> bytes:
    """The root (32 bytes) over the first `size` leaves of the reader's tree, or over all, from a few of its tiles."""
    size, peaks, start = reader.size if size is None else size, [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(reader.node(level, start >> level))
            start += 1 << level
    return Frontier(size, peaks).root()
