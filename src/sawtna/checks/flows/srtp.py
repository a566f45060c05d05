"""SRTP (RFC 3711): RTP whose body is enciphered, with a tag of 10 bytes; what WebRTC sends once its keys are agreed.

The padded variant sends 250 bytes: some rules spare handshakes and drop what is longer than 200.
"""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.parts.rtp_packet import rtp_packets
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

OPUS_TYPE = 111
TICKS = 960  # 20 ms of Opus at 48 kHz (RFC 7587 4.1)
TAG = 10


def media(
    dice: Dice, size: int, payload_type: int = OPUS_TYPE, ticks: int = TICKS, gap: float = 20.0
) -> Talk:
    """Two streams, one each way; `size` of a whole packet in bytes."""
    mine, theirs = (
        rtp_packets(Dice(dice.take(32)), payload_type, ticks, lambda one: one.take(size - 12))
        for _ in range(2)
    )
    for sent, answer in zip(mine, theirs, strict=False):
        yield Exchange(sent, answer, gap)


def _talk(dice: Dice) -> Talk:
    return media(dice, 12 + 60 + TAG)


def _padded_talk(dice: Dice) -> Talk:
    return media(dice, 250)


FLOW = WrittenFlow("srtp", 1, "SRTP, enciphered sound", _talk, frozenset({"rtp"}))
PADDED = WrittenFlow(
    "srtp_250", 1, "SRTP, enciphered sound in long packets", _padded_talk, frozenset({"rtp"})
)
