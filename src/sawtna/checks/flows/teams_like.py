"""What a call of Teams (and once of Skype) looks like from outside: ICE with attributes of MS-ICE2, then RTP of type 104."""

from __future__ import annotations

from itertools import islice

from sawtna.checks.flows import ice
from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.srtp import media
from sawtna.checks.flows.talk import Talk, WrittenFlow

IMPLEMENTATION_VERSION, CANDIDATE_IDENTIFIER = 0x8070, 0x8054  # [MS-ICE2] 2.2.1
SOUND_TYPE = 104


def talk(dice: Dice) -> Talk:
    """Three checks, then sound."""
    named = (CANDIDATE_IDENTIFIER, b"1\x00\x00\x00")
    yield from islice(ice.talk(dice, (IMPLEMENTATION_VERSION, b"\x00\x00\x00\x02"), named), 3)
    yield from media(dice, 92, SOUND_TYPE)


FLOW = WrittenFlow(
    "teams", 1, "a call as Teams makes it", talk, frozenset({"stun", "rtp", "teams"}), (3479, 3480, 3481)
)
