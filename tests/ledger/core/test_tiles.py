"""Tiles: layouts, paths and bundles of C2SP tlog-tiles, and a reader over files."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlog_scales.tiles import tile_path as their_path

from sawtna.ledger.core.errors import TileError
from sawtna.ledger.core.merkle import consistency_path, inclusion_path, leaf_hash, root_of
from sawtna.ledger.core.tiles import (
    ENTRIES,
    MAX_BUNDLED_BYTES,
    TileReader,
    TileRef,
    bundle_path,
    pack_bundle,
    pack_tile,
    parse_tile_path,
    tile_path,
    tiles_of_growth,
    tiles_of_size,
    unpack_bundle,
    unpack_tile,
)

from tests.vectors.make_vectors import log_files
from tests.vectors.read_vectors import read_vectors

VECTORS = read_vectors("tiles")
MANY = [index.to_bytes(4, "big") for index in range(70_000)]
MANY_FILES = log_files(MANY)
MANY_LEAVES = [leaf_hash(entry) for entry in MANY]


@pytest.mark.parametrize("case", VECTORS["sizes"], ids=lambda case: str(case["size"]))
def test_a_tree_has_the_tiles_of_the_specification(case):
    """Full and partial tiles of each level are those of the text, for 70,000 leaves too."""
    found = tiles_of_size(case["size"])
    levels = []
    for level in range(len(case["levels"])):
        tiles = [tile for tile in found if tile.level == level]
        assert [tile.number for tile in tiles] == list(range(len(tiles)))
        widths = [tile.width for tile in tiles]
        partial = [width for width in widths if width < 256]
        assert widths == [256] * (len(tiles) - len(partial)) + partial
        levels.append({"full": len(tiles) - len(partial), "partial": sum(partial)})
    assert levels == case["levels"]
    assert len(found) == sum(level["full"] + bool(level["partial"]) for level in levels)


@pytest.mark.parametrize("case", VECTORS["growth"], ids=lambda case: f"{case['old']} to {case['new']}")
def test_a_growth_writes_only_what_changed(case):
    """New tiles and wider tiles, on all levels."""
    assert [tile.path for tile in tiles_of_growth(case["old"], case["new"])] == case["paths"]


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=6).map(sorted))
def test_growth_by_growth_all_tiles_get_written(sizes):
    """However the book grew, the tiles of its last size were all written."""
    written = set()
    for old, new in zip([0, *sizes], sizes, strict=False):
        written |= set(tiles_of_growth(old, new))
    assert set(tiles_of_size(sizes[-1])) <= written


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 1), (0, 2**63)])
def test_an_impossible_growth_is_refused(old, new):
    """A book does not shrink."""
    with pytest.raises(TileError, match="expected the first not above the second"):
        tiles_of_growth(old, new)


@pytest.mark.parametrize("case", VECTORS["paths"], ids=lambda case: case["path"])
def test_paths_are_those_of_the_specification(case):
    """Three digits an element, all but the last after an x, and the width of a partial one."""
    level, number, width = case["level"], case["number"], case["width"]
    bundle = level == "entries"
    made = bundle_path(number, width) if bundle else tile_path(level, number, width)
    assert made == case["path"]
    assert parse_tile_path(made) == TileRef(ENTRIES if bundle else level, number, width)


@pytest.mark.parametrize("path", VECTORS["bad_paths"])
def test_a_second_spelling_of_a_path_is_refused(path):
    """A file has one name."""
    with pytest.raises(TileError, match="got "):
        parse_tile_path(path)


@given(st.integers(-1, 63), st.integers(0, 2**40), st.integers(1, 256))
def test_every_path_comes_back_and_tlog_scales_makes_the_same(level, number, width):
    """What names a tile is read back from its path; a second implementation names it alike."""
    ref = TileRef(level, number, width)
    assert parse_tile_path(ref.path) == ref
    assert ref.path == "/".join(their_path(level, number, width % 256))


@given(st.text() | st.from_regex(r"tile/(entries|[0-9]{1,3})/(x[0-9]{3}/){0,3}[0-9]{3}(\.p/[0-9]{1,3})?"))
def test_no_text_crashes_the_reader_of_paths(text):
    """Any text is a path with one spelling, or refused."""
    with suppress(TileError):
        assert parse_tile_path(text).path == text


@pytest.mark.parametrize(
    ("level", "number", "width"), [(64, 0, 256), (-2, 0, 256), (0, -1, 256), (0, 0, 0), (0, 0, 257)]
)
def test_an_impossible_tile_has_no_path(level, number, width):
    """Levels are 0 to 63, widths 1 to 256, numbers not negative."""
    with pytest.raises(TileError, match="got tile"):
        tile_path(level, number, width)


@given(st.lists(st.binary(max_size=40), min_size=1, max_size=256))
def test_a_bundle_comes_back(entries):
    """What is packed is unpacked, and packing that gives the same bytes."""
    data = pack_bundle(entries)
    assert unpack_bundle(data, len(entries)) == entries
    for width in (len(entries) - 1, len(entries) + 1, 0):
        with pytest.raises(TileError, match="got a bundle"):
            unpack_bundle(data, width)


@given(st.binary(max_size=80), st.integers(0, 5))
def test_any_bytes_are_a_bundle_or_refused(data, width):
    """Nothing crashes the reader of bundles, and a bundle has one spelling."""
    with suppress(TileError):
        entries = unpack_bundle(data, width)
        assert len(entries) == width
        assert not entries or pack_bundle(entries) == data


@pytest.mark.parametrize("case", VECTORS["bundles"], ids=lambda case: case["about"])
def test_bundles_are_those_of_the_vectors(case):
    """The bytes that JavaScript reads too."""
    entries = [entry.encode() for entry in case["entries"]]
    assert unpack_bundle(bytes.fromhex(case["hex"]), case["width"]) == entries
    assert pack_bundle(entries).hex() == case["hex"]


@pytest.mark.parametrize("case", VECTORS["bad_bundles"], ids=lambda case: case["about"])
def test_a_cut_or_padded_bundle_is_refused(case):
    """A bundle of another width, or with bytes missing or left over, is no bundle."""
    with pytest.raises(TileError, match="got a bundle"):
        unpack_bundle(bytes.fromhex(case["hex"]), case["width"])


def test_an_entry_of_65535_bytes_fits_and_one_more_does_not():
    """The length before an entry is a uint16."""
    largest = b"x" * MAX_BUNDLED_BYTES
    assert unpack_bundle(pack_bundle([largest]), 1) == [largest]
    with pytest.raises(TileError, match="got an entry of 65536 bytes"):
        pack_bundle([largest + b"x"])


@pytest.mark.parametrize("count", [0, 257])
def test_a_bundle_and_a_tile_have_1_to_256_places(count):
    """Empty tiles are not served, and wider ones do not exist."""
    with pytest.raises(TileError, match=f"got {count} entries"):
        pack_bundle([b""] * count)
    with pytest.raises(TileError, match=f"got {count} hashes"):
        pack_tile([bytes(32)] * count)


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=256))
def test_a_tile_comes_back(hashes):
    """What is packed is unpacked, at its width only."""
    data = pack_tile(hashes)
    assert unpack_tile(data, len(hashes)) == hashes
    with pytest.raises(TileError, match="got a tile"):
        unpack_tile(data[:-1], len(hashes))
    with pytest.raises(TileError, match="got a tile"):
        unpack_tile(data, len(hashes) + 1)


def test_a_hash_of_another_length_is_no_part_of_a_tile():
    """Hashes are 32 bytes each."""
    with pytest.raises(TileError, match="of 32 bytes"):
        pack_tile([bytes(31), bytes(33)])


@settings(max_examples=30)
@given(st.data())
def test_proofs_out_of_files_are_those_of_the_tree(data):
    """A reader over 70,000 leaves in files gives the paths that a tree in memory gives."""
    size = data.draw(st.sampled_from([1, 255, 256, 257, 65_536, 65_537, 70_000]) | st.integers(1, 70_000))
    index = data.draw(st.integers(0, size - 1))
    files = log_files(MANY[:size])
    reader = TileReader(files.__getitem__, size)
    node = memory_node(MANY_LEAVES[:size])
    assert inclusion_path(index, size, reader.node) == inclusion_path(index, size, node)
    old = data.draw(st.integers(0, size))
    assert consistency_path(old, size, reader.node) == consistency_path(old, size, node)
    assert reader.entry(index) == MANY[index]
    assert reader.leaf(index) == MANY_LEAVES[index]


def memory_node(leaves):
    """`node(level, index)` out of memory."""
    rows = [leaves]

    def node(level, index):
        while len(rows) <= level:
            below = rows[-1]
            rows.append([root_of(below[at : at + 2]) for at in range(0, len(below) - 1, 2)])
        return rows[level][index]

    return node


def test_a_partial_file_that_is_gone_is_read_from_the_full_one():
    """A reader with an older checkpoint still finds its leaves after the log grew and cleaned up."""
    grown = {path: data for path, data in MANY_FILES.items() if ".p/" not in path}
    asked = []

    def read(path):
        asked.append(path)
        return grown[path]

    reader = TileReader(read, 300)
    assert inclusion_path(299, 300, reader.node)[0] == MANY_LEAVES[298]
    assert reader.entry(299) == MANY[299]
    assert len(reader.tile(0, 1)) == len(reader.bundle(1)) == 44
    assert asked.index("tile/0/001.p/44") + 1 == asked.index("tile/0/001")


@pytest.mark.parametrize("missing", [KeyError, FileNotFoundError, TileError])
def test_a_file_that_is_nowhere_is_named(missing):
    """The error says which file was asked for, however the absence was said."""

    def read(path):
        raise missing(path)

    with pytest.raises(
        TileError, match=r"tile/entries/001\.p/44: got no such file, expected one for size 300"
    ):
        TileReader(read, 300).entry(256)
    with pytest.raises(TileError, match=r"tile/0/000: got no such file"):
        TileReader(read, 300).leaf(0)


def test_a_cut_file_is_named():
    """A truncated tile or bundle is refused with its path."""
    cut = TileReader(lambda path: MANY_FILES[path][:-1], 70_000)
    with pytest.raises(TileError, match="tile/0/000: got a tile of 8191 bytes"):
        cut.leaf(0)
    with pytest.raises(TileError, match=r"tile/entries/273\.p/112: got a bundle"):
        cut.entry(69_999)


def test_other_faults_of_reading_are_not_hidden():
    """A disk that fails is not a missing file."""

    def read(path):
        raise PermissionError(path)

    with pytest.raises(PermissionError):
        TileReader(read, 300).leaf(0)


@pytest.mark.parametrize(("level", "index"), [(0, 300), (8, 1), (9, 0), (-1, 0), (0, -1)])
def test_only_complete_nodes_below_the_size_can_be_read(level, index):
    """A node that the size does not have is refused before any file is asked for."""
    with pytest.raises(TileError, match="expected one complete at size 300"):
        TileReader(MANY_FILES.__getitem__, 300).node(level, index)


@pytest.mark.parametrize("index", [-1, 300])
def test_only_entries_below_the_size_can_be_read(index):
    """An entry that the checkpoint does not cover is not read."""
    with pytest.raises(TileError, match="expected one below size 300"):
        TileReader(MANY_FILES.__getitem__, 300).entry(index)


@pytest.mark.parametrize(("level", "number"), [(0, 2), (1, 1), (2, 0), (-1, 0), (0, -1)])
def test_only_tiles_of_the_size_can_be_read(level, number):
    """A tile that the size does not have is refused."""
    with pytest.raises(TileError, match="expected one that size 300 has"):
        TileReader(MANY_FILES.__getitem__, 300).tile(level, number)


def test_a_reader_of_an_impossible_size_is_refused():
    """A size is 0 to 2**63 - 1."""
    with pytest.raises(TileError, match="got size -1"):
        TileReader(MANY_FILES.__getitem__, -1)


def test_a_reader_keeps_few_tiles():
    """Reading a whole book leaf by leaf asks for each tile once and does not fill the memory."""
    asked = []

    def read(path):
        asked.append(path)
        return MANY_FILES[path]

    reader = TileReader(read, 70_000)
    for index in range(0, 70_000, 32):
        reader.leaf(index)
    assert len(asked) == 274
    assert len(reader._kept) == 64
