"""What a Viber call looks like from outside: short headers of its own, three or four packets a second at port 7985."""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow


def talk(dice: Dice) -> Talk:
    """A session id, the opening, then keep-alives and sound by turns."""
    session = dice.take(2)
    yield Exchange(
        session + b"\x01\x00\x05\x00" + dice.take(251), session + b"\x0c\x00" + dice.take(72), gap=100.0
    )
    while True:
        yield Exchange(
            session + b"\x09\x00" + dice.take(16), session + b"\x0b\x00" + dice.take(16), gap=250.0
        )
        yield Exchange(
            session + b"\x03\x00" + dice.take(96), session + b"\x03\x00" + dice.take(96), gap=250.0
        )


FLOW = WrittenFlow(
    "viber", 1, "a call as Viber makes it", talk, frozenset({"viber"}), (7985, 7987, 5243, 4244)
)
