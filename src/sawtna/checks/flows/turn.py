"""TURN (RFC 8656): a relay is asked for, refused once, granted, a channel is bound, and sound goes through it.

Over TCP each message stands for itself, ChannelData padded to four bytes (12.5); over TLS the same within the tunnel.
"""

from __future__ import annotations

from hashlib import md5

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.parts import stun_message as stun
from sawtna.checks.flows.srtp import media
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

CHANNEL = 0x4001
UDP = b"\x11\x00\x00\x00"
UNAUTHORIZED = b"\x00\x00\x04\x01Unauthorized"


def talk_in_realm(dice: Dice, realm: bytes, size: int = 82) -> Talk:
    """Setting up in the realm of a provider, then channel data that holds packets of `size` bytes without an end."""
    yield from setting_up(dice, realm)
    for one in media(dice, size):
        yield Exchange(channel_data(one.sent), channel_data(one.answer), one.gap)


def setting_up(dice: Dice, realm: bytes) -> Talk:
    """Allocate, refused and then signed, and ChannelBind."""
    nonce, user, password = stun.name_of(dice, 16), stun.name_of(dice, 8), stun.name_of(dice, 16)
    key = md5(b":".join([user, realm, password]), usedforsecurity=False).digest()  # RFC 8489 9.2.2
    signed = [(stun.USERNAME, user), (stun.REALM, realm), (stun.NONCE, nonce)]

    asked, refused = (
        dice.take(12),
        [(stun.ERROR_CODE, UNAUTHORIZED), (stun.REALM, realm), (stun.NONCE, nonce)],
    )
    plain = [(stun.TRANSPORT, UDP), (stun.SOFTWARE, stun.name_of(dice, 64))]
    yield Exchange(
        stun.pack_message(stun.ALLOCATE, asked, plain),
        stun.pack_message(stun.ALLOCATE_REFUSAL, asked, refused),
    )

    again, granted = (
        dice.take(12),
        [(stun.XOR_RELAYED, stun.xor_address(dice)), (stun.LIFETIME, b"\x00\x00\x02\x58")],
    )
    yield Exchange(
        stun.pack_message(stun.ALLOCATE, again, [(stun.TRANSPORT, UDP), *signed], key=key),
        stun.pack_message(stun.ALLOCATE_ANSWER, again, granted, key=key),
    )

    bound = dice.take(12)
    peer = [
        (stun.CHANNEL_NUMBER, CHANNEL.to_bytes(2, "big") + b"\x00\x00"),
        (stun.XOR_PEER, stun.xor_address(dice)),
    ]
    yield Exchange(
        stun.pack_message(stun.CHANNEL_BIND, bound, [*peer, *signed], key=key),
        stun.pack_message(stun.CHANNEL_BIND_ANSWER, bound, [], key=key),
    )


def channel_data(inner: bytes) -> bytes:
    """A packet in the channel (12.4), padded as TCP asks for and UDP allows."""
    return CHANNEL.to_bytes(2, "big") + len(inner).to_bytes(2, "big") + inner + bytes(-len(inner) % 4)


def _talk(dice: Dice) -> Talk:
    return talk_in_realm(dice, b"sawtna.example")


FLOW = WrittenFlow(
    "turn", 1, "TURN, the detour of a call over a relay", _talk, frozenset({"stun", "turn"}), (3478,)
)
OVER_TCP = WrittenFlow(
    "turn_tcp", 1, "TURN over TCP", _talk, frozenset({"stun", "turn"}), (3478,), transport="tcp"
)
OVER_TLS = WrittenFlow("turn_tls", 1, "TURN inside TLS", _talk, usual_ports=(443, 5349), transport="tls")
