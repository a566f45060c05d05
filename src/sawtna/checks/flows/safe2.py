"""The control: bytes that no classifier of voice takes for anything (research "safe2").

Uniformly random bytes are a bad control: one in ten such flows is taken for RTP. So the first byte lies in 4 to 15, the range
that RFC 9443 7 leaves unassigned when protocols share a port, bytes 2 and 3 begin no known message, no field repeats the length
of the packet, and the cookie of STUN does not stand in its place.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.parts.stun_message import COOKIE
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

SIZES = ((76, 76), (104, 92), (126, 76), (92, 92), (72, 60), (140, 104))  # sent and answered, bytes
KNOWN_THIRD_BYTES = frozenset({0, 1, 2, 3, 9, 0x0B, 0x0C, 0x11, 0x19, 0x1B})
SHORTEST = 12


def opaque(dice: Dice, size: int) -> bytes:
    """A packet of the control, `size` bytes, at least 12."""
    while True:
        packet = bytes([4 + dice.below(12)]) + dice.take(max(size, SHORTEST) - 1)
        if _is_safe(packet):
            return packet


def _is_safe(packet: bytes) -> bool:
    size, said = len(packet), int.from_bytes(packet[2:4], "big")
    return (
        packet[2] not in KNOWN_THIRD_BYTES
        and packet[3] != 0
        and packet[4:8] != COOKIE
        and said not in {size, size - 2, size - 4, size - 20}
    )


def talk_of_sizes(dice: Dice, sizes: Sequence[tuple[int, int]], gap: float = 20.0) -> Talk:
    """Controls as long as the packets and answers of another flow: pairs in bytes, used over and over."""
    for sent, answered in cycle(sizes):
        yield Exchange(opaque(dice, sent), opaque(dice, answered), gap)


def _talk(dice: Dice) -> Talk:
    return talk_of_sizes(dice, SIZES)


FLOW = WrittenFlow("safe2", 1, "bytes that mean nothing", _talk)
