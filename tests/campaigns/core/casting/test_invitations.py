"""Invitations and vouches: who may come in is committed to before anybody does."""

import random

import pytest

from sawtna.campaigns.core.casting.invitations import (
    code_hash,
    is_committed,
    prove_code,
    read_invitation,
    root_of_codes,
    write_invitation,
)
from sawtna.campaigns.core.casting.peers import Vouches
from sawtna.campaigns.core.casting.vouchers import ContactError

DICE = random.Random(7)
CODES = [write_invitation(DICE.randbytes(10)) for _ in range(37)]


def test_a_code_is_four_groups_that_are_easy_to_read():
    """No letter looks like a digit."""
    assert write_invitation(bytes(10)) == "0000-0000-0000-0000"
    assert write_invitation(b"\xff" * 10) == "zzzz-zzzz-zzzz-zzzz"
    assert not set("".join(CODES)) & set("iloU")
    with pytest.raises(ContactError, match="expected 10"):
        write_invitation(bytes(9))


def test_a_code_is_read_as_people_type_it():
    """Capitals, spaces, no hyphens, o for 0 and l for 1."""
    assert read_invitation("K7QM 3xwp2B9D-h4tn") == "k7qm3xwp2b9dh4tn"
    assert read_invitation("OOOO-IIII-llll-٠٠٠٠") == "0000111111110000"


@pytest.mark.parametrize(
    "typed", ["", "k7qm", "k7qm-3xwp-2b9d-h4t", "k7qm-3xwp-2b9d-h4tnn", "u" * 16, "-" * 16]
)
def test_what_is_no_code_is_refused(typed):
    """Too short, too long, or with a letter that no code has."""
    with pytest.raises(ContactError, match="invitation code"):
        read_invitation(typed)


@pytest.mark.parametrize("count", [1, 2, 3, 8, 37])
def test_every_holder_can_see_that_the_code_was_committed_to(count):
    """The proof of each code leads to the root in the book, and to no other."""
    codes = CODES[:count]
    root = root_of_codes(codes)
    for code in codes:
        place, path = prove_code(codes, code)
        assert is_committed(code.upper(), place, count, path, root)
        assert not is_committed(code, place, count, path, bytes(32))
        assert not is_committed(CODES[-1] if count < 37 else "0" * 16, place, count, path, root)


def test_the_root_does_not_tell_the_order_of_the_sheets():
    """Codes in another order give the same root."""
    assert root_of_codes(CODES) == root_of_codes(CODES[::-1])


def test_a_code_twice_or_a_foreign_one_is_refused():
    """Each code is one person, and only a code of these has a proof."""
    with pytest.raises(ContactError, match="each once"):
        root_of_codes([CODES[0], CODES[0].upper()])
    with pytest.raises(ContactError, match="not among these"):
        prove_code(CODES[1:], CODES[0])


def test_k_people_of_one_vouching_admit_a_newcomer():
    """Two vouches are too few for three; vouches of different vouchings do not add up."""
    vouches, newcomer = Vouches(), code_hash(CODES[0])
    for vouching in (5, 5, 6):
        vouches.take(vouching, newcomer, needed=3)
    assert not vouches.admits(newcomer)
    vouches.take(5, code_hash(CODES[1]), needed=3)
    assert vouches.admitted == 0
    vouches.take(5, newcomer, needed=3)
    vouches.take(5, newcomer, needed=3)
    assert vouches.admits(newcomer)
    assert vouches.admitted == 1
