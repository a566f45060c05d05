"""RTP (RFC 3550) with Opus (RFC 7587) or G.711 (RFC 3551, type 0): sound as telephones and apps send it."""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.srtp import OPUS_TYPE, media
from sawtna.checks.flows.talk import Talk, WrittenFlow

PCMU_TYPE = 0


def _opus(dice: Dice) -> Talk:
    return media(dice, 12 + 60, OPUS_TYPE, 960)


def _pcmu(dice: Dice) -> Talk:
    return media(dice, 12 + 160, PCMU_TYPE, 160)


OPUS = WrittenFlow("rtp", 1, "RTP with Opus, the sound of most apps", _opus, frozenset({"rtp"}), (5004,))
PCMU = WrittenFlow(
    "rtp_g711", 1, "RTP with G.711, the sound of internet telephones", _pcmu, frozenset({"rtp"}), (5004,)
)
