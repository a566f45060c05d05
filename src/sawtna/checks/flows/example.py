"""Copy this file to teach the instrument a new flow. Say here what it imitates and after which standard or capture.

1. Write `talk`: yield one Exchange a packet of the probe; an answer should not be longer than what it answers.
2. Take every value that varies from `dice`, so that both ends, and whoever checks the evidence, make the same bytes.
3. Name the content rules that would hit it in `signatures`, and where it is at home in `usual_ports`.
4. Hang it into `flows/__init__.py`, and say in tests/checks/test_flows.py what nDPI takes it for.
"""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow


def talk(dice: Dice) -> Talk:
    """An opening of 24 bytes, then packets of 60."""
    session = dice.take(8)
    yield Exchange(b"HELO" + session + dice.take(12), b"EHLO" + session + dice.take(12))
    while True:
        yield Exchange(session + dice.take(52), session + dice.take(52))


FLOW = WrittenFlow("example", 1, "an example", talk, frozenset({"example"}), (4000,))
