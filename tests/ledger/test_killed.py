"""`kill -9` at any moment: the book never forks, never has a gap, and never loses an entry that was accepted."""

import random
import time

import pytest

from tests.ledger.raising import fresh_database, nursery

pytestmark = [pytest.mark.stores, pytest.mark.slow]

KILLS = 42


def rest(dice: random.Random, least: float, most: float) -> None:
    """Let the children work for a while that nobody can foresee."""
    time.sleep(dice.uniform(least, most))


def test_a_book_survives_forty_kills(tmp_path):
    """Writers and publishers are killed at random points, one after the other; after each the book is whole and goes on."""
    dice = random.Random()
    with fresh_database(tmp_path) as database, nursery(tmp_path, database) as ward:
        sizes = []
        for at in range(KILLS):
            child = ward.raise_child(("append", "both", "both")[at % 3], f"k{at}")
            rest(dice, 0.005, 0.12)
            ward.kill(child)
            if at % 3 == 0:
                publisher = ward.raise_child("publish", "p")
                rest(dice, 0.001, 0.05)
                ward.kill(publisher)
            if at % 3 == 2 or at == KILLS - 1:
                sizes.append(ward.run("verify")["size"])
        assert sizes == sorted(sizes)
        found = ward.run("verify")
    assert found["accepted"] > KILLS
    assert found["size"] > found["accepted"]


def test_two_writers_at_once_neither_fork_nor_lose_when_one_is_killed(tmp_path):
    """Two processes write, a third publishes; one of the three is killed in the middle, the others go on undisturbed."""
    dice = random.Random()
    with fresh_database(tmp_path) as database, nursery(tmp_path, database) as ward:
        for at in range(12):
            children = [ward.raise_child("append", f"a{at}"), ward.raise_child("append", f"b{at}")]
            children.append(ward.raise_child("publish", "p"))
            dice.shuffle(children)
            rest(dice, 0.02, 0.15)
            ward.kill(children[0])
            rest(dice, 0.02, 0.1)
            assert not ward.trouble
            for child in children[1:]:
                ward.kill(child)
            if at % 3 == 2:
                ward.run("verify")
        writers = {line.split(" ")[1][0] for line in (tmp_path / "accepted").read_text().splitlines()}
    assert writers == {"a", "b"}
