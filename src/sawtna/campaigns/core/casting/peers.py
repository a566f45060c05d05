"""Vouching: k people of a roll admit one newcomer, each by a cast that names the newcomer's code by its hash (memo trust 6.3).

A vouch counts once a person and vouching, and cannot be taken back: the newcomer may have voted by then. Only vouches of one
and the same vouching add up, because in two of them one person has two one-time keys that nobody can tell to be the same.
"""

from __future__ import annotations

from collections import Counter


class Vouches:
    """The vouches of a roll. Owner: one fold or one server; lives as long as it."""

    __slots__ = ("_admitted", "_vouched")

    def __init__(self) -> None:
        self._vouched: Counter[tuple[int, bytes]] = Counter()
        self._admitted: set[bytes] = set()

    def take(self, vouching: int, newcomer: bytes, needed: int) -> None:
        """One vouch of one person in the vouching of that entry, for the newcomer with that code hash."""
        self._vouched[vouching, newcomer] += 1
        if self._vouched[vouching, newcomer] >= needed:
            self._admitted.add(newcomer)

    def admits(self, newcomer: bytes) -> bool:
        """Whether enough people vouched for the newcomer."""
        return newcomer in self._admitted

    @property
    def admitted(self) -> int:
        """How many newcomers have been admitted: never more tokens of kind `peer` than these may be issued for a ballot."""
        return len(self._admitted)
