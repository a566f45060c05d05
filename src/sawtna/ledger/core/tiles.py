"""The tree and its entries as static files: C2SP tlog-tiles, so that any folder or web server is a mirror.

A tile is up to 256 hashes (8,192 bytes) of one tile level; tile level L holds roots of complete subtrees of
256**L leaves. A bundle is up to 256 entries, each after its length as uint16. A file of fewer than 256 is
partial, named with its width, and may be deleted once the full one is there: readers then take the beginning of
the full one.

Trust: whoever serves tiles can withhold them. Wrong ones give a root that the signed checkpoint does not have.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from sawtna.ledger.core.errors import TileError
from sawtna.ledger.core.merkle import HASH_BYTES, MAX_SIZE, Path, node_hash

TILE_WIDTH = 256
TILE_HEIGHT = 8  # levels of the tree in one tile: 2**8 = TILE_WIDTH
MAX_LEVEL = 63  # tlog-tiles, "Merkle Tree": <L> is between 0 and 63
MAX_BUNDLED_BYTES = 65_535  # of one entry: its length is a uint16
ENTRIES = -1  # the level of a TileRef that names a bundle of entries
TILES_KEPT = 64  # by a TileReader, about 16 kB each

Read: TypeAlias = Callable[[str], bytes]

_PATH = re.compile(
    r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII
)


@dataclass(frozen=True, slots=True, order=True)
class TileRef:
    """Names a tile, or with level `ENTRIES` a bundle; `width` (1 to 256) counts its hashes or entries."""

    level: int
    number: int
    width: int = TILE_WIDTH

    @property
    def path(self) -> str:
        """Where it is, under the log's URL or folder."""
        if self.level == ENTRIES:
            return bundle_path(self.number, self.width)
        return tile_path(self.level, self.number, self.width)


def tile_path(level: int, number: int, width: int = TILE_WIDTH) -> str:
    """`tile/<L>/<N>[.p/<W>]`, for example `tile/0/x001/x234/067` for number 1234067."""
    if not 0 <= level <= MAX_LEVEL:
        raise TileError(f"got tile level {level}, expected 0 to {MAX_LEVEL}")
    return f"tile/{level}/{_format_number(number, width)}"


def bundle_path(number: int, width: int = TILE_WIDTH) -> str:
    """`tile/entries/<N>[.p/<W>]`: the entries under the level 0 tile of the same number."""
    return f"tile/entries/{_format_number(number, width)}"


def parse_tile_path(path: str) -> TileRef:
    """The inverse of `tile_path` and `bundle_path`; a second spelling of a path is refused."""
    match = _PATH.fullmatch(path)
    if match:
        level, number, width = match.groups()
        digits = number.replace("x", "").replace("/", "")
        kind = ENTRIES if level == "entries" else int(level)
        ref = TileRef(kind, int(digits), int(width or TILE_WIDTH))
        if kind <= MAX_LEVEL and int(width or 1) < TILE_WIDTH and ref.path == path:
            return ref
    raise TileError(
        f"got the path {path[:80]!r}, expected one such as tile/0/x001/234 or tile/entries/000.p/17"
    )


def tiles_of_size(size: int) -> list[TileRef]:
    """All tiles of a tree, level by level; the level 0 ones also number the bundles of entries."""
    return tiles_of_growth(0, size)


def tiles_of_growth(old: int, new: int) -> list[TileRef]:
    """The tiles to write when a tree grows from `old` to `new` leaves: new ones, and those that got wider."""
    if not 0 <= old <= new <= MAX_SIZE:
        raise TileError(f"got sizes {old} and {new}, expected the first not above the second")
    return list(_grown(old, new))


def _grown(old: int, new: int) -> Iterator[TileRef]:
    for level in range(MAX_LEVEL + 1):
        before, now = old >> (TILE_HEIGHT * level), new >> (TILE_HEIGHT * level)
        if before == now:
            return
        for number in range(before // TILE_WIDTH, -(-now // TILE_WIDTH)):
            yield TileRef(level, number, min(TILE_WIDTH, now - number * TILE_WIDTH))


def pack_tile(hashes: Sequence[bytes]) -> bytes:
    """1 to 256 hashes, one after the other."""
    if not 1 <= len(hashes) <= TILE_WIDTH or any(len(one) != HASH_BYTES for one in hashes):
        raise TileError(
            f"got {len(hashes)} hashes for a tile, expected 1 to {TILE_WIDTH} of {HASH_BYTES} bytes"
        )
    return b"".join(hashes)


def unpack_tile(data: bytes, width: int) -> list[bytes]:
    """The `width` hashes of a tile of exactly that width."""
    if len(data) != width * HASH_BYTES:
        raise TileError(f"got a tile of {len(data)} bytes, expected {width * HASH_BYTES} for {width} hashes")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


def pack_bundle(entries: Sequence[bytes]) -> bytes:
    """1 to 256 entries of at most 65,535 bytes, each after its length as big-endian uint16."""
    if not 1 <= len(entries) <= TILE_WIDTH:
        raise TileError(f"got {len(entries)} entries for a bundle, expected 1 to {TILE_WIDTH}")
    for entry in entries:
        if len(entry) > MAX_BUNDLED_BYTES:
            raise TileError(f"got an entry of {len(entry)} bytes, expected at most {MAX_BUNDLED_BYTES}")
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unpack_bundle(data: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle of exactly that width."""
    entries: list[bytes] = []
    at = 0
    while at < len(data) and len(entries) < width:
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        entries.append(data[start:at])
    if len(entries) != width or at != len(data):
        got = f"{len(entries)} entries in {at} of {len(data)} bytes"
        raise TileError(f"got a bundle with {got}, expected {width} entries and nothing after them")
    return entries


class TileReader:
    """Nodes, leaves and entries of a tree of `size` leaves, out of its files.

    `read(path)` gives the bytes of a file; when there is none it raises TileError, FileNotFoundError or LookupError.
    Nothing is verified here: that is for whoever compares a root with a checkpoint.
    """

    __slots__ = ("_kept", "_read", "size")

    size: int

    def __init__(self, read: Read, size: int) -> None:
        if not 0 <= size <= MAX_SIZE:
            raise TileError(f"got size {size}, expected 0 to {MAX_SIZE}")
        self._read = read
        self._kept: dict[tuple[int, int], list[Path]] = {}
        self.size = size

    def node(self, level: int, index: int) -> bytes:
        """The root of the complete subtree of 2**level leaves at `index`: what `inclusion_path` asks for."""
        if not 0 <= level <= MAX_LEVEL or not 0 <= index < self.size >> level:
            raise TileError(f"got node {index} of level {level}, expected one complete at size {self.size}")
        tile_level, height = divmod(level, TILE_HEIGHT)
        number, offset = divmod(index << height, TILE_WIDTH)
        return self._pyramid(tile_level, number)[height][offset >> height]

    def leaf(self, index: int) -> bytes:
        """The leaf hash at `index`."""
        return self.node(0, index)

    def tile(self, level: int, number: int) -> list[bytes]:
        """The hashes of a tile, as wide as this size makes it."""
        width = self._width(level, number)
        return self._fetch(TileRef(level, number, width), unpack_tile)

    def bundle(self, number: int) -> list[bytes]:
        """The entries of a bundle, as many as this size makes it hold."""
        return self._fetch(TileRef(ENTRIES, number, self._width(0, number)), unpack_bundle)

    def entry(self, index: int) -> bytes:
        """The bytes of the entry at `index`."""
        number, offset = divmod(index, TILE_WIDTH)
        if not 0 <= index < self.size:
            raise TileError(f"got entry {index}, expected one below size {self.size}")
        return self.bundle(number)[offset]

    def _width(self, level: int, number: int) -> int:
        hashes = self.size >> (TILE_HEIGHT * level) if 0 <= level <= MAX_LEVEL else 0
        if not 0 <= number * TILE_WIDTH < hashes:
            raise TileError(f"got tile {number} of level {level}, expected one that size {self.size} has")
        return min(hashes - number * TILE_WIDTH, TILE_WIDTH)

    def _fetch(self, ref: TileRef, unpack: Callable[[bytes, int], list[bytes]]) -> list[bytes]:
        """Ask for the partial file first, then for the full one (tlog-tiles, "Partial Tiles")."""
        whole = TileRef(ref.level, ref.number)
        for one in (ref, whole) if ref.width < TILE_WIDTH else (whole,):
            try:
                data = self._read(one.path)
            except (TileError, FileNotFoundError, LookupError):
                continue
            try:
                return unpack(data, one.width)[: ref.width]
            except TileError as error:
                raise TileError(f"{one.path}: {error}") from None
        raise TileError(f"{ref.path}: got no such file, expected one for size {self.size}")

    def _pyramid(self, level: int, number: int) -> list[Path]:
        """A tile and the levels above it: row h has the roots of its complete subtrees of 2**h hashes."""
        pyramid = self._kept.get((level, number))
        if pyramid is None:
            pyramid = [tuple(self.tile(level, number))]
            for _ in range(TILE_HEIGHT - 1):
                row = pyramid[-1]
                pyramid.append(tuple(map(node_hash, row[0:-1:2], row[1::2])))
            while len(self._kept) >= TILES_KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[level, number] = pyramid
        return pyramid


def _format_number(number: int, width: int) -> str:
    """tlog-tiles, "Merkle Tree": three digits a path element, all but the last after an x; `.p/<W>` if partial."""
    if not 1 <= width <= TILE_WIDTH:
        raise TileError(f"got tile width {width}, expected 1 to {TILE_WIDTH}")
    if not 0 <= number <= MAX_SIZE:
        raise TileError(f"got tile number {number}, expected 0 to {MAX_SIZE}")
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return name if width == TILE_WIDTH else f"{name}.p/{width}"
