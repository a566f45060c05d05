"""RTP packets (RFC 3550 5.1) one after the other, as voice sends them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sawtna.checks.flows.dice import Dice


def rtp_packets(
    dice: Dice, payload_type: int, ticks: int, body: Callable[[Dice], bytes], *, marks_first: bool = True
) -> Iterator[bytes]:
    """Packets of one source without an end; `ticks` is the time stamp's step a packet."""
    number, stamp = dice.below(2**16), dice.below(2**32)
    source = dice.take(4)
    first = marks_first
    while True:
        head = bytes([0x80, payload_type | (0x80 if first else 0)])
        yield head + number.to_bytes(2, "big") + stamp.to_bytes(4, "big") + source + body(dice)
        number, stamp, first = (number + 1) % 2**16, (stamp + ticks) % 2**32, False
