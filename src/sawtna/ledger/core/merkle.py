"""The tree over the book: RFC 6962 section 2 with SHA-256, its roots, and proofs of inclusion and of growth.

Hashes are 32 bytes. Indexes and sizes are whole numbers below 2**63. A node is named by `(level, index)`: the
root of the complete subtree over the 2**level leaves that begin at leaf index * 2**level.

Trust: the root under a signed checkpoint fixes every entry before it. Whoever makes a proof can refuse to make
it, but cannot make a wrong one that passes `verify_inclusion` or `verify_consistency`.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import TypeAlias

from sawtna.ledger.core.errors import ProofError

HASH_BYTES = 32
MAX_SIZE = 2**63 - 1
EMPTY_ROOT = sha256(b"").digest()  # RFC 6962 section 2.1: MTH({}) = SHA-256()

NodeSource: TypeAlias = Callable[[int, int], bytes]
Path: TypeAlias = tuple[bytes, ...]


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256(0x00 || entry): the prefix keeps an entry from posing as a node (RFC 6962 section 2.1)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in order; of none, `EMPTY_ROOT`."""
    frontier = Frontier()
    for leaf in leaves:
        frontier.append(leaf)
    return frontier.root()


class Frontier:
    """The right edge of a growing tree: enough to append and to know the root, 32 bytes for each bit of size.

    `peaks` are the roots of the complete subtrees that make up the tree, from left (largest) to right (smallest).
    """

    __slots__ = ("_peaks", "size")

    size: int

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if not 0 <= size <= MAX_SIZE or len(peaks) != size.bit_count():
            raise ProofError(f"got {len(peaks)} peaks for size {size}, expected one for each bit of the size")
        _check_hashes(*peaks)
        self.size = size
        self._peaks = list(peaks)

    @property
    def peaks(self) -> Path:
        """What to keep to go on from here: `Frontier(frontier.size, frontier.peaks)`."""
        return tuple(self._peaks)

    def append(self, leaf: bytes) -> None:
        """Add the next leaf hash; each complete pair of peaks becomes one."""
        pairs = self.size
        while pairs & 1:
            leaf = node_hash(self._peaks.pop(), leaf)
            pairs >>= 1
        self._peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The root over all leaves so far."""
        return _fold(self._peaks) if self._peaks else EMPTY_ROOT


def inclusion_path(index: int, size: int, node: NodeSource) -> Path:
    """PATH(index, D[size]) of RFC 6962 section 2.1.1, from the leaf's sibling up to the root's child.

    `node(level, index)` gives the hash of a complete subtree; about log2(size) of them are asked for.
    """
    _check_leaf(index, size)
    path = []
    start, width = 0, size
    while width > 1:
        half = _split(width)
        if index - start < half:
            path.append(_range_root(start + half, width - half, node))
            width = half
        else:
            path.append(_range_root(start, half, node))
            start, width = start + half, width - half
    return tuple(reversed(path))


def consistency_path(old: int, new: int, node: NodeSource) -> Path:
    """PROOF(old, D[new]) of RFC 6962 section 2.1.2; empty when there is nothing to prove (old is 0 or new)."""
    _check_growth(old, new)
    path = []
    start, shared, width = 0, old, new
    while 0 < shared < width:
        half = _split(width)
        if shared <= half:
            path.append(_range_root(start + half, width - half, node))
            width = half
        else:
            path.append(_range_root(start, half, node))
            start, shared, width = start + half, shared - half, width - half
    if start:  # the verifier does not know this subtree: it is not the whole of the old tree
        path.append(_range_root(start, shared, node))
    return tuple(reversed(path))


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root that `path` leads to from `leaf`; proves nothing until it is compared with a signed root."""
    _check_leaf(index, size)
    _check_hashes(leaf, *path)
    inner, border = _shape(index, size)
    if len(path) != inner + border:
        raise ProofError(f"got {len(path)} hashes, expected {inner + border} for index {index} of {size}")
    return _climb(_climb(leaf, path[:inner], index), path[inner:], -1)


def verify_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], root: bytes) -> None:
    """Check that `leaf` is at `index` in the tree of `size` leaves with `root` (RFC 9162 section 2.1.3.2).

    :raises ProofError: it is not, or the numbers, the path or a hash have an impossible shape.
    """
    reached = root_from_inclusion(index, size, leaf, path)
    if reached != root:
        raise ProofError(f"got a path to root {reached.hex()}, expected root {root.hex()}")


def verify_consistency(
    old_size: int, old_root: bytes, new_size: int, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Check that the new tree begins with the whole old tree (RFC 9162 section 2.1.4.2).

    An empty old tree is the beginning of every tree. A tree is the beginning of itself.

    :raises ProofError: the book was rewritten, or the numbers, the path or a hash have an impossible shape.
    """
    _check_growth(old_size, new_size)
    _check_hashes(old_root, new_root, *path)
    if old_size in (0, new_size):
        if path:
            raise ProofError(f"got {len(path)} hashes, expected none: nothing to prove from {old_size}")
        if old_root != (new_root if old_size else EMPTY_ROOT):
            raise ProofError(f"got two roots for the same size {old_size}, expected one")
        return
    old_reached, new_reached = _roots_from_consistency(old_size, new_size, old_root, path)
    if old_reached != old_root:
        raise ProofError(f"got a path to old root {old_reached.hex()}, expected {old_root.hex()}")
    if new_reached != new_root:
        raise ProofError(f"got a path to new root {new_reached.hex()}, expected {new_root.hex()}")


def _roots_from_consistency(
    old: int, new: int, old_root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes]:
    level = (old & -old).bit_length() - 1  # height of the smallest complete subtree at the old right edge
    inner, border = _shape(old - 1, new)
    inner -= level
    start = 0 if old == 1 << level else 1  # a complete old tree is itself the seed
    if len(path) != start + inner + border:
        message = f"got {len(path)} hashes, expected {start + inner + border} from size {old} to {new}"
        raise ProofError(message)
    seed = path[0] if start else old_root
    steps, turns = path[start : start + inner], (old - 1) >> level
    old_steps = [step for at, step in enumerate(steps) if turns >> at & 1]
    rest = path[start + inner :]
    return _climb(_climb(seed, old_steps, -1), rest, -1), _climb(_climb(seed, steps, turns), rest, -1)


def _shape(index: int, size: int) -> tuple[int, int]:
    """How many steps of a path are below the right edge of the tree, and how many along it (all from left)."""
    inner = (index ^ (size - 1)).bit_length()
    return inner, (index >> inner).bit_count()


def _climb(node: bytes, path: Sequence[bytes], turns: int) -> bytes:
    """Hash upwards: bit i of `turns` says that the i-th hash of `path` is the left one (-1: always)."""
    for at, sibling in enumerate(path):
        node = node_hash(sibling, node) if turns >> at & 1 else node_hash(node, sibling)
    return node


def _range_root(start: int, width: int, node: NodeSource) -> bytes:
    """Root over `width` leaves from `start`, which is a multiple of a power of two not below `width`."""
    peaks = []
    while width:
        level = width.bit_length() - 1
        peaks.append(node(level, start >> level))
        start, width = start + (1 << level), width - (1 << level)
    return _fold(peaks)


def _fold(peaks: Sequence[bytes]) -> bytes:
    root = peaks[-1]
    for peak in peaks[-2::-1]:
        root = node_hash(peak, root)
    return root


def _split(width: int) -> int:
    """The largest power of two below `width`, for `width` > 1 (RFC 6962 section 2.1)."""
    return 1 << ((width - 1).bit_length() - 1)


def _check_leaf(index: int, size: int) -> None:
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"got index {index} in a tree of {size}, expected an index below the size")


def _check_growth(old: int, new: int) -> None:
    if not 0 <= old <= new <= MAX_SIZE:
        raise ProofError(f"got sizes {old} and {new}, expected the first not above the second")


def _check_hashes(*hashes: bytes) -> None:
    """A hash of another length could move the border between left and right: refuse it."""
    for one in hashes:
        if len(one) != HASH_BYTES:
            raise ProofError(f"got a hash of {len(one)} bytes, expected {HASH_BYTES}")
