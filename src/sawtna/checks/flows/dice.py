"""Random-looking values out of a seed, the same for both ends and for whoever recomputes a verdict, in any language.

Byte n of the stream is byte n of SHA-256(domain || seed || block number, 8 bytes, big endian) blocks put one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, MutableSequence, Sequence
from hashlib import sha256
from typing import TypeVar

DOMAIN = b"sawtna/check/v1/dice\n"

Thing = TypeVar("Thing")


class Dice:
    """A stream of bytes out of a seed. Owner: whoever makes one flow or one order; never shared."""

    __slots__ = ("_left", "_number", "_seed")

    def __init__(self, seed: bytes, *names: str) -> None:
        """`names` tell apart the streams of one seed: the order of a block, a flow, its ports."""
        self._seed = sha256(DOMAIN + b"\n".join([seed.hex().encode(), *(name.encode() for name in names)]))
        self._number = 0
        self._left = b""

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        while len(self._left) < count:
            block = self._seed.copy()
            block.update(b"\n" + self._number.to_bytes(8, "big"))
            self._left += block.digest()
            self._number += 1
        taken, self._left = self._left[:count], self._left[count:]
        return taken

    def below(self, end: int) -> int:
        """A whole number in [0, end), each as likely as the others (by rejection)."""
        if not 0 < end <= 2**32:
            raise ValueError(f"got an end of {end}, expected 1 to 2**32")
        limit = 2**32 - 2**32 % end
        while True:
            number = int.from_bytes(self.take(4), "big")
            if number < limit:
                return number % end

    def between(self, first: int, last: int) -> int:
        """A whole number from `first` to `last`, both included."""
        return first + self.below(last - first + 1)

    def pick(self, things: Sequence[Thing]) -> Thing:
        """One of several things."""
        return things[self.below(len(things))]

    def shuffle(self, things: MutableSequence[Thing]) -> None:
        """Put things into a random order, in place; each order is as likely as the others (Fisher and Yates)."""
        for place in range(len(things) - 1, 0, -1):
            other = self.below(place + 1)
            things[place], things[other] = things[other], things[place]

    def words(self, count: int) -> Iterator[int]:
        """`count` numbers of 32 bits."""
        for _ in range(count):
            yield int.from_bytes(self.take(4), "big")
