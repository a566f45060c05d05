"""Rankings by Schulze's method: his own example, a brute force, and a library that others vote with."""

from collections import Counter
from itertools import pairwise as neighbours
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.campaigns.core.casting.ranked import pairwise, places, strongest_paths

schulze_condorcet = pytest.importorskip("schulze_condorcet", reason="pip install 'sawtna[dev]' brings it")

A, B, C, D, E = range(5)
# Schulze 2011, section 3: example 1, with 45 voters.
EXAMPLE = {
    (A, C, B, E, D): 5,
    (A, D, E, C, B): 5,
    (B, E, D, A, C): 8,
    (C, A, B, E, D): 3,
    (C, A, E, B, D): 7,
    (C, B, A, D, E): 2,
    (D, C, E, B, A): 7,
    (E, B, A, D, C): 8,
}


@st.composite
def elections(draw):
    """(number of options, rankings with how many people gave each); rankings may leave options out."""
    options = draw(st.integers(1, 5))
    ranking = st.permutations(range(options)).flatmap(
        lambda whole: st.integers(1, options).map(lambda length: tuple(whole[:length]))
    )
    return options, Counter(draw(st.lists(ranking, max_size=12)))


def strength_by_hand(table, x, y):
    """Who wins against y, by how many supporters, and then by how few opponents."""
    return (table[x][y], -table[y][x]) if table[x][y] > table[y][x] else (0, 0)


def strongest_by_hand(table, a, b):
    """The strongest of all paths, each of them looked at."""
    others = [option for option in range(len(table)) if option not in (a, b)]
    best = (0, 0)
    for length in range(len(others) + 1):
        for between in permutations(others, length):
            path = (a, *between, b)
            best = max(best, min(strength_by_hand(table, x, y) for x, y in neighbours(path)))
    return best


def test_schulzes_own_example_gives_his_order():
    """E before A before C before B before D."""
    assert places(pairwise(5, EXAMPLE)) == [2, 4, 3, 5, 1]


@settings(deadline=None)
@given(elections())
def test_paths_are_the_strongest_of_all(election):
    """Paths compare as the best among all paths do, looked at one by one."""
    options, rankings = election
    table = pairwise(options, rankings)
    paths = strongest_paths(table)
    pairs = list(permutations(range(options), 2))
    by_hand = {(a, b): strongest_by_hand(table, a, b) for a, b in pairs}
    for one in pairs:
        for other in pairs:
            assert (paths[one[0]][one[1]] > paths[other[0]][other[1]]) is (by_hand[one] > by_hand[other])


@settings(deadline=None)
@given(elections())
def test_another_library_finds_the_same_table_and_the_same_winners(election):
    """schulze-condorcet, with which a large association votes, agrees on the table and on who is first."""
    options, rankings = election
    names = [f"o{option}" for option in range(options)]
    votes = []
    for ranking, people in rankings.items():
        rest = [names[option] for option in range(options) if option not in ranking]
        levels = [names[option] for option in ranking] + (["=".join(rest)] if rest else [])
        votes += [">".join(levels)] * people
    table = pairwise(options, rankings)
    counts = schulze_condorcet.pairwise_preference(votes, names)
    assert all(table[a][b] == counts[names[a], names[b]] for a, b in permutations(range(options), 2))
    first = schulze_condorcet.schulze_evaluate(votes, names).split(">")[0].split("=")
    found = places(table)
    assert sorted(first) == [name for name, place in zip(names, found, strict=True) if place == 1]


@settings(deadline=None)
@given(elections())
def test_who_beats_another_has_the_better_place(election):
    """Places never contradict the paths, and options that nothing tells apart share one."""
    options, rankings = election
    table = pairwise(options, rankings)
    paths, found = strongest_paths(table), places(table)
    for a, b in permutations(range(options), 2):
        if paths[a][b] > paths[b][a]:
            assert found[a] < found[b]
    if not rankings:
        assert found == [1] * options


def test_left_out_options_are_below_all_that_are_named():
    """Whoever names one option prefers it to each other, and no other to another."""
    assert pairwise(3, {(1,): 4}) == [[0, 0, 0], [4, 0, 4], [0, 0, 0]]
    assert places(pairwise(3, {(1,): 4})) == [2, 1, 2]
