"""The tree: vectors of Certificate Transparency, random trees, and two other implementations."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree
from tlog_scales.tlog import ConsistencyProof, InclusionProof

from sawtna.ledger.core.errors import ProofError
from sawtna.ledger.core.merkle import (
    EMPTY_ROOT,
    MAX_SIZE,
    Frontier,
    consistency_path,
    inclusion_path,
    leaf_hash,
    node_hash,
    root_from_inclusion,
    root_of,
    verify_consistency,
    verify_inclusion,
)

from tests.vectors.read_vectors import read_vectors

VECTORS = read_vectors("merkle")
ENTRIES = [bytes.fromhex(leaf) for leaf in VECTORS["leaves"]]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]
SIZES = st.integers(1, 600)


def grow(size):
    """Leaf hashes of a tree of `size`, all different."""
    return [sha256(index.to_bytes(4, "big")).digest() for index in range(size)]


def nodes_of(leaves):
    """`node(level, index)` over leaf hashes, for complete subtrees only."""

    def node(level, index):
        assert (index + 1) << level <= len(leaves), "only complete subtrees may be asked for"
        return root_of(leaves[index << level : (index + 1) << level])

    return node


def flip(data, bit):
    """`data` with one bit changed."""
    return bytes(byte ^ (1 << bit % 8 if at == bit // 8 else 0) for at, byte in enumerate(data))


def test_leaves_are_hashed_as_certificate_transparency_does():
    """Leaf hashes, the empty root and all roots up to eight leaves agree."""
    assert [leaf.hex() for leaf in LEAVES] == VECTORS["leaf_hashes"]
    assert [root_of(LEAVES[:size]) for size in range(9)] == ROOTS
    assert ROOTS[0] == EMPTY_ROOT


def flipped_steps(path, bit):
    """`path` with that bit changed in each step in turn."""
    return [(*path[:at], flip(step, bit), *path[at + 1 :]) for at, step in enumerate(path)]


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=lambda case: f"{case['index']} of {case['size']}")
def test_inclusion_paths_are_those_of_certificate_transparency(case):
    """Each path up to eight leaves is made and accepted as published."""
    index, size = case["index"], case["size"]
    path = tuple(bytes.fromhex(step) for step in case["path"])
    assert inclusion_path(index, size, nodes_of(LEAVES[:size])) == path
    verify_inclusion(index, size, LEAVES[index], path, ROOTS[size])


@pytest.mark.parametrize("case", VECTORS["consistency"], ids=lambda case: f"{case['old']} to {case['new']}")
def test_consistency_paths_are_those_of_certificate_transparency(case):
    """Each growth up to eight leaves is proven and accepted as published."""
    old, new = case["old"], case["new"]
    path = tuple(bytes.fromhex(step) for step in case["path"])
    assert consistency_path(old, new, nodes_of(LEAVES[:new])) == path
    verify_consistency(old, ROOTS[old], new, ROOTS[new], path)


@given(SIZES, st.data())
def test_every_leaf_of_every_tree_can_be_proven(size, data):
    """A path that we make is a path that we accept, and one step longer or shorter is not."""
    leaves = grow(size)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, nodes_of(leaves))
    root = root_of(leaves)
    verify_inclusion(index, size, leaves[index], path, root)
    assert root_from_inclusion(index, size, leaves[index], path) == root
    for other in (path[:-1], (*path, root), (root, *path)):
        if other != path:
            with pytest.raises(ProofError, match="hashes, expected"):
                verify_inclusion(index, size, leaves[index], other, root)


@given(SIZES, st.data())
def test_an_altered_bit_of_an_inclusion_proof_is_refused(size, data):
    """Another leaf, step, root or index does not pass, whichever bit was changed."""
    leaves = grow(size)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, nodes_of(leaves))
    root = root_of(leaves)
    bit = data.draw(st.integers(0, 255))
    altered = [(index, flip(leaves[index], bit), path, root), (index, leaves[index], path, flip(root, bit))]
    altered += [(index, leaves[index], steps, root) for steps in flipped_steps(path, bit)]
    altered += [(index ^ (1 << at), leaves[index], path, root) for at in range(64)]
    for one_index, leaf, steps, top in altered:
        with pytest.raises(ProofError):
            verify_inclusion(one_index, size, leaf, steps, top)


@given(SIZES, st.data())
def test_a_proof_for_one_size_is_refused_for_another(size, data):
    """The root of another size does not fit (alone, a size is bound by the checkpoint that signs it with its root)."""
    leaves = grow(1_300)
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, nodes_of(leaves[:size]))
    for at in range(11):
        other = size ^ (1 << at)
        if other <= len(leaves):
            with pytest.raises(ProofError):
                verify_inclusion(index, other, leaves[index], path, root_of(leaves[:other]))


@given(SIZES, st.data())
def test_every_growth_of_every_tree_can_be_proven(size, data):
    """A growth that we prove is one that we accept, also from nothing and to itself."""
    leaves = grow(size)
    old = data.draw(st.integers(0, size))
    path = consistency_path(old, size, nodes_of(leaves))
    old_root, root = root_of(leaves[:old]), root_of(leaves)
    verify_consistency(old, old_root, size, root, path)
    for other in (path[:-1], (*path, root)):
        if other != path:
            with pytest.raises(ProofError, match="hashes, expected"):
                verify_consistency(old, old_root, size, root, other)


@given(SIZES, st.data())
def test_an_altered_bit_of_a_consistency_proof_is_refused(size, data):
    """Another root, step or size does not pass, whichever bit was changed."""
    leaves = grow(size)
    old = data.draw(st.integers(1, size))
    path = consistency_path(old, size, nodes_of(leaves))
    old_root, root = root_of(leaves[:old]), root_of(leaves)
    bit = data.draw(st.integers(0, 255))
    altered = [(old, flip(old_root, bit), size, root, path), (old, old_root, size, flip(root, bit), path)]
    altered += [(old, old_root, size, root, steps) for steps in flipped_steps(path, bit)]
    for at in range(10):
        other = old ^ (1 << at)
        if 0 < other <= size and other != old:
            altered.append((other, root_of(leaves[:other]), size, root, path))
    for case in altered:
        with pytest.raises(ProofError):
            verify_consistency(*case)


@given(st.integers(2, 300), st.data())
def test_a_rewritten_book_cannot_prove_that_it_grew(size, data):
    """When one old leaf was changed, no path of the new tree leads to the old root."""
    leaves = grow(size)
    old = data.draw(st.integers(1, size - 1))
    at = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves[:at], leaf_hash(b"forged"), *leaves[at + 1 :]]
    path = consistency_path(old, size, nodes_of(rewritten))
    with pytest.raises(ProofError, match="root"):
        verify_consistency(old, root_of(leaves[:old]), size, root_of(rewritten), path)


@given(SIZES, st.integers(0, 600))
def test_a_frontier_goes_on_from_where_it_was_kept(size, cut):
    """Peaks kept at any size, and the leaves after it, give the same root as all leaves."""
    leaves = grow(size)
    first = Frontier()
    for leaf in leaves[:cut]:
        first.append(leaf)
    second = Frontier(first.size, first.peaks)
    for leaf in leaves[cut:]:
        second.append(leaf)
    assert (second.size, second.root()) == (size, root_of(leaves))
    assert first.root() == root_of(leaves[:cut])


@pytest.mark.parametrize(
    ("size", "peaks"), [(1, ()), (0, (EMPTY_ROOT,)), (3, (EMPTY_ROOT,)), (1, (b"short",)), (-1, ())]
)
def test_a_frontier_with_wrong_peaks_is_refused(size, peaks):
    """A kept state that cannot be one is noticed before anything is appended to it."""
    with pytest.raises(ProofError):
        Frontier(size, peaks)


@pytest.mark.parametrize(
    ("index", "size"), [(0, 0), (1, 1), (5, 3), (-1, 3), (0, -1), (0, MAX_SIZE + 1), (MAX_SIZE, MAX_SIZE)]
)
def test_an_impossible_index_is_refused(index, size):
    """An index is below the size, and a size is below 2**63."""
    with pytest.raises(ProofError, match="expected an index below the size"):
        verify_inclusion(index, size, EMPTY_ROOT, (), EMPTY_ROOT)
    with pytest.raises(ProofError, match="expected an index below the size"):
        inclusion_path(index, size, nodes_of([]))


@pytest.mark.parametrize(("old", "new"), [(2, 1), (-1, 1), (0, MAX_SIZE + 1)])
def test_an_impossible_growth_is_refused(old, new):
    """A book does not shrink."""
    with pytest.raises(ProofError, match="expected the first not above the second"):
        verify_consistency(old, EMPTY_ROOT, new, EMPTY_ROOT, ())
    with pytest.raises(ProofError, match="expected the first not above the second"):
        consistency_path(old, new, nodes_of([]))


def test_an_empty_book_is_the_beginning_of_every_book_if_its_root_is_the_empty_one():
    """From nothing there is nothing to prove, but a wrong empty root is still wrong."""
    verify_consistency(0, EMPTY_ROOT, 8, ROOTS[8], ())
    with pytest.raises(ProofError, match="two roots for the same size 0"):
        verify_consistency(0, ROOTS[1], 8, ROOTS[8], ())
    with pytest.raises(ProofError, match="expected none"):
        verify_consistency(0, EMPTY_ROOT, 8, ROOTS[8], (ROOTS[1],))


def test_two_books_of_the_same_size_are_the_same_book():
    """A second root for one size is a fork."""
    verify_consistency(8, ROOTS[8], 8, ROOTS[8], ())
    with pytest.raises(ProofError, match="two roots for the same size 8"):
        verify_consistency(8, ROOTS[8], 8, ROOTS[7], ())


def test_a_hash_of_another_length_is_refused():
    """64 bytes in one step could pose as two nodes: left and right would no longer be told apart."""
    with pytest.raises(ProofError, match="got a hash of 64 bytes, expected 32"):
        verify_inclusion(0, 2, LEAVES[0], (LEAVES[1] + LEAVES[1],), ROOTS[2])
    with pytest.raises(ProofError, match="got a hash of 31 bytes, expected 32"):
        verify_consistency(1, ROOTS[1][:31], 2, ROOTS[2], (LEAVES[1],))


def test_an_entry_cannot_pose_as_a_node():
    """The prefixes keep the two halves of a node from being an entry with the same hash."""
    assert leaf_hash(LEAVES[0] + LEAVES[1]) != node_hash(LEAVES[0], LEAVES[1])


@settings(max_examples=40)
@given(st.integers(1, 200), st.data())
def test_pymerkle_makes_the_same_roots_and_paths(size, data):
    """A second implementation, in memory, agrees on roots and on inclusion."""
    entries = [index.to_bytes(2, "big") for index in range(size)]
    leaves = [leaf_hash(entry) for entry in entries]
    tree = InmemoryTree(algorithm="sha256")
    tree.append_entries(entries)
    assert tree.get_root() == root_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    ours = inclusion_path(index, size, nodes_of(leaves))
    assert tree.prove_inclusion(index + 1, size).path == [leaves[index], *ours]


@given(st.integers(2, 600), st.data())
def test_tlog_scales_accepts_our_paths(size, data):
    """A third implementation, of tlog-tiles, accepts what we prove."""
    leaves = grow(size)
    index = data.draw(st.integers(0, size - 1))
    old = data.draw(st.integers(1, size))
    node = nodes_of(leaves)
    InclusionProof(index, size, list(inclusion_path(index, size, node))).check(leaves[index], root_of(leaves))
    growth = ConsistencyProof(old, size, list(consistency_path(old, size, node)))
    growth.check(root_of(leaves[:old]), root_of(leaves))
