"""What a WhatsApp call looks like from outside: its own STUN attributes, then sound of type 120 every 50 to 60 ms.

Sizes and gaps after public captures; all content is made from the seed.
"""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.parts import stun_message as stun
from sawtna.checks.flows.parts.rtp_packet import rtp_packets
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

RELAY_TOKEN, RELAY_LATENCY = 0x4000, 0x4002
TOKEN_BYTES = 102  # not a multiple of four, and not padded: so do the captures
SOUND_TYPE = 120


def talk(dice: Dice) -> Talk:
    """Two relays are asked, one is bound, then sound."""
    for _ in range(2):
        asked = dice.take(12)
        told = [(stun.XOR_MAPPED, stun.xor_address(dice)), (RELAY_LATENCY, dice.take(4))]
        yield Exchange(
            stun.pack_message(stun.ALLOCATE, asked, [(RELAY_TOKEN, dice.take(TOKEN_BYTES))], padded=False),
            stun.pack_message(stun.ALLOCATE_ANSWER, asked, told),
        )
    bound, key = dice.take(12), dice.take(16)
    yield Exchange(
        stun.pack_message(stun.BINDING, bound, [], key=key),
        stun.pack_message(stun.BINDING_ANSWER, bound, [], key=key),
    )
    mine, theirs = (rtp_packets(Dice(dice.take(32)), SOUND_TYPE, 960, _sound) for _ in range(2))
    for sent, answer in zip(mine, theirs, strict=False):
        yield Exchange(sent, answer[: len(sent)], 50.0 + dice.below(11))


def _sound(dice: Dice) -> bytes:
    return dice.take(48 + dice.below(80))


FLOW = WrittenFlow(
    "whatsapp", 1, "a call as WhatsApp makes it", talk, frozenset({"stun", "rtp", "whatsapp"}), (3478,)
)
