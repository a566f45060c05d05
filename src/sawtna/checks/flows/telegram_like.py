"""What a Telegram call looks like from outside: TURN in the realm telegram.org, then packets that look like nothing."""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.safe2 import talk_of_sizes
from sawtna.checks.flows.talk import Talk, WrittenFlow
from sawtna.checks.flows.turn import setting_up


def talk(dice: Dice) -> Talk:
    """The relay is asked for; then opaque packets every 20 ms."""
    yield from setting_up(dice, b"telegram.org")
    yield from talk_of_sizes(dice, ((120, 104), (88, 88), (104, 96)))


FLOW = WrittenFlow(
    "telegram", 1, "a call as Telegram makes it", talk, frozenset({"stun", "turn", "telegram"}), (1400, 596)
)
