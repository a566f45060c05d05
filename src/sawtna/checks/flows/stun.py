"""STUN Binding (RFC 8489): the question with which nearly every call begins, "how do you see me?"."""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.parts.stun_message import (
    BINDING,
    BINDING_ANSWER,
    SOFTWARE,
    XOR_MAPPED,
    pack_message,
    xor_address,
)
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow


def talk(dice: Dice) -> Talk:
    """Bindings, each with a transaction of its own; SOFTWARE makes a question as long as its answer."""
    while True:
        transaction = dice.take(12)
        question = pack_message(BINDING, transaction, [(SOFTWARE, b"sawtna01")])
        answer = pack_message(BINDING_ANSWER, transaction, [(XOR_MAPPED, xor_address(dice))])
        yield Exchange(question, answer)


FLOW = WrittenFlow(
    "stun", 1, "STUN, with which calls find their way", talk, frozenset({"stun"}), (3478, 19302)
)
