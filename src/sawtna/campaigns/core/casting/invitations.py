"""Invitation codes: an organiser commits to all of them in the book before giving out the first (memo trust 6.3).

The commitment is an RFC 6962 tree over SHA-256(code), in the order of these hashes, so that it does not tell which code was
printed on which sheet. Codes carry 80 bits: from the root nobody can guess one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from sawtna.campaigns.core.casting.vouchers import ContactError
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.merkle import inclusion_path, leaf_hash, root_of, verify_inclusion

SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's Base 32: no i, l, o, u
LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1"})
CODE_SIGNS = 16
CODE_BYTES = 10
CODE = re.compile(f"[{SIGNS}]{{{CODE_SIGNS}}}")

Path = tuple[bytes, ...]


def write_invitation(dice: bytes) -> str:
    """A code out of 10 random bytes, in groups of four: `k7qm-3xwp-2b9d-h4tn`."""
    if len(dice) != CODE_BYTES:
        raise ContactError(f"got {len(dice)} random bytes, expected {CODE_BYTES}")
    number = int.from_bytes(dice, "big")
    signs = "".join(SIGNS[number >> 5 * place & 31] for place in reversed(range(CODE_SIGNS)))
    return "-".join(signs[start : start + 4] for start in range(0, CODE_SIGNS, 4))


def read_invitation(typed: str) -> str:
    """The one spelling of a code as a person typed it, without hyphens; raises ContactError."""
    plain = unicodedata.normalize("NFKC", typed[:80]).lower()
    signs = "".join(str(unicodedata.decimal(sign, sign)) for sign in plain if sign.isalnum())
    signs = signs.translate(LOOKALIKES)
    if not CODE.fullmatch(signs):
        raise ContactError(f"got {typed[:40]!r}, expected an invitation code such as k7qm-3xwp-2b9d-h4tn")
    return signs


def code_hash(code: str) -> bytes:
    """SHA-256 of a code in its one spelling: what the commitment holds, and how a vouch names a newcomer."""
    return sha256(read_invitation(code).encode()).digest()


def _in_order(codes: Iterable[str]) -> list[bytes]:
    hashes = sorted(map(code_hash, codes))
    if len(set(hashes)) != len(hashes):
        raise ContactError("got an invitation code twice, expected each once")
    return hashes


def root_of_codes(codes: Iterable[str]) -> bytes:
    """The root that the `invite` entry holds, 32 bytes."""
    return root_of(map(leaf_hash, _in_order(codes)))


def prove_code(codes: Sequence[str], code: str) -> tuple[int, Path]:
    """(place, path) with which the holder of a code sees that it is under the root; raises ContactError for a foreign code."""
    hashes = _in_order(codes)
    try:
        place = hashes.index(code_hash(code))
    except ValueError:
        raise ContactError("got a code that is not among these, expected one of them") from None
    return place, inclusion_path(place, len(hashes), _nodes_over([leaf_hash(one) for one in hashes]))


def _nodes_over(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    return lambda level, index: root_of(leaves[index << level : (index + 1) << level])


def is_committed(code: str, place: int, count: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether a code is one of the `count` codes under the root of an `invite` entry."""
    try:
        verify_inclusion(place, count, leaf_hash(code_hash(code)), path, root)
    except BookError:
        return False
    return True
