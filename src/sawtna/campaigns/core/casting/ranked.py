"""Rankings counted by Schulze's method (M. Schulze, "A new monotonic, clone-independent, reversal symmetric, and
Condorcet-consistent single-winner election method", 2011), strength measured by winning votes.

The full pairwise table is part of the result, and ties are shown as ties. Options that a ranking leaves out are below all that
it names, and equal among themselves.
"""

from __future__ import annotations

from collections.abc import Mapping

Table = list[list[int]]


def pairwise(options: int, rankings: Mapping[tuple[int, ...], int]) -> Table:
    """`table[a][b]`: how many people have option a above option b; `rankings` says how many people gave each ranking."""
    table = [[0] * options for _ in range(options)]
    for ranking, people in rankings.items():
        below = set(range(options))
        for option in ranking:
            below.discard(option)
            for other in below:
                table[option][other] += people
    return table


def links(table: Table) -> Table:
    """How strong each win is, 0 for none: more supporters first; among equals, fewer opponents (Schulze's definition)."""
    options, most = range(len(table)), max((max(row) for row in table), default=0)
    return [
        [table[a][b] * (most + 1) + most - table[b][a] if table[a][b] > table[b][a] else 0 for b in options]
        for a in options
    ]


def strongest_paths(table: Table) -> Table:
    """Strength of the strongest path between each two options: that of its weakest link (Floyd and Warshall)."""
    paths, options = links(table), range(len(table))
    for middle in options:
        for a in options:
            through = paths[a][middle]
            if a == middle or not through:
                continue
            for b in options:
                if b not in (a, middle):
                    paths[a][b] = max(paths[a][b], min(through, paths[middle][b]))
    return paths


def places(table: Table) -> list[int]:
    """The place of each option, 1 for the first: one more than the options that beat it. Options that tie share a place."""
    paths = strongest_paths(table)
    options = range(len(table))
    return [1 + sum(paths[b][a] > paths[a][b] for b in options) for a in options]
