"""A whole WebRTC call on one pair of ports (RFC 8825, RFC 9443): ICE checks, the DTLS handshake, SRTP."""

from __future__ import annotations

from itertools import islice

from sawtna.checks.flows import dtls, ice
from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.srtp import media
from sawtna.checks.flows.talk import Talk, WrittenFlow


def talk(dice: Dice) -> Talk:
    """Two checks, the handshake of a browser, then sound."""
    yield from islice(ice.talk(dice), 2)
    yield from dtls.handshake(dice, dtls.BROWSER)
    yield from media(dice, 82)


FLOW = WrittenFlow(
    "webrtc", 1, "a call as a web page makes it", talk, frozenset({"stun", "ice", "dtls", "rtp"})
)
