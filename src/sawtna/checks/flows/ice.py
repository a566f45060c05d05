"""ICE connectivity checks (RFC 8445 7): STUN Bindings that two callers send one another, with user name and integrity."""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.parts.stun_message import (
    BINDING,
    BINDING_ANSWER,
    CONTROLLING,
    PRIORITY,
    USERNAME,
    XOR_MAPPED,
    Attribute,
    name_of,
    pack_message,
    xor_address,
)
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

NETWORK_COST = 0xC057  # what libwebrtc adds


def talk(dice: Dice, *more: Attribute) -> Talk:
    """Checks of one pair of candidates."""
    user = name_of(dice, 4) + b":" + name_of(dice, 4)
    password, breaker = name_of(dice, 22), dice.take(8)
    said: list[Attribute] = [
        (USERNAME, user),
        (NETWORK_COST, bytes.fromhex("0000000a")),
        (CONTROLLING, breaker),
        (PRIORITY, dice.take(4)),
        *more,
    ]
    while True:
        transaction = dice.take(12)
        question = pack_message(BINDING, transaction, said, key=password, fingerprint=True)
        told: list[Attribute] = [(XOR_MAPPED, xor_address(dice))]
        answer = pack_message(BINDING_ANSWER, transaction, told, key=password, fingerprint=True)
        yield Exchange(question, answer)


FLOW = WrittenFlow("ice", 1, "ICE, the handshake of two callers", talk, frozenset({"stun", "ice"}))
