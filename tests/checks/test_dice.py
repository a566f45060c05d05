"""The seeded dice, on which both ends and every verifier rely."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sawtna.checks.flows.dice import DOMAIN, Dice


def test_the_stream_is_what_its_document_says() -> None:
    """Byte for byte SHA-256 of domain, seed, names and block number: other languages can make it too."""
    first, second = (
        sha256(DOMAIN + b"01ff\nflow\n7" + b"\n" + number.to_bytes(8, "big")).digest() for number in range(2)
    )
    dice = Dice(b"\x01\xff", "flow", "7")
    assert dice.take(40) == (first + second)[:40]
    assert dice.take(24) == second[8:]


@given(some.binary(max_size=40), some.integers(1, 2**32), some.integers(0, 30))
def test_a_number_lies_in_its_range(seed: bytes, end: int, tries: int) -> None:
    """Every number is below its end."""
    dice = Dice(seed)
    assert all(0 <= dice.below(end) < end for _ in range(tries))


def test_each_number_comes_as_often_as_the_others() -> None:
    """Of 30,000 throws each of six sides comes 5,000 times, give or take 300."""
    dice = Dice(b"fair")
    counted = Counter(dice.below(6) for _ in range(30_000))
    assert all(abs(count - 5000) < 300 for count in counted.values())
    assert len(counted) == 6


def test_each_order_comes_as_often_as_the_others() -> None:
    """Shuffling three things gives each of the six orders as often."""
    dice, counted = Dice(b"order"), Counter[str]()
    for _ in range(12_000):
        things = list("abc")
        dice.shuffle(things)
        counted["".join(things)] += 1
    assert all(abs(count - 2000) < 200 for count in counted.values())
    assert len(counted) == 6


@pytest.mark.parametrize("end", [0, -1, 2**32 + 1])
def test_an_impossible_range_is_refused(end: int) -> None:
    """An empty or too wide range is an error of the program."""
    with pytest.raises(ValueError, match="expected 1 to"):
        Dice(b"").below(end)
