"""What both ends of a test agree on: the seed of a run, the bytes of each flow, the far end's neutral ports.

Control messages are one JSON object a line over TLS; docs/formats/check.md has them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from typing import Any

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.safe2 import talk_of_sizes
from sawtna.checks.flows.talk import Exchange, Flow

VERSION = 1
PART_BYTES = 16
LOWEST, HIGHEST = 20_000, 60_000
VOICE_PORTS = (53, 443, 1400, 3478, 3480, 5004, 5060, 5243, 7985)  # where a far end listens if it can
REGISTERED = frozenset(
    {27_000, 27_015, 33_434, 45_395, 50_318, 51_413, 51_820, 59_234}
)  # ports that other rules know
MOST_PACKETS = 400  # of one flow
STREAMS_FROM = 100_000  # flows of that number and above go over TCP
HELLO_DOMAIN = "sawtna/v1/far-end\n"
HALF_DOMAIN = "sawtna/v1/far-half\n"


def seed_of(probe: bytes, far: bytes) -> bytes:
    """The seed of a run: neither end chooses it alone."""
    return sha256(b"sawtna/check/v1/seed\n" + probe + far).digest()


def neutral_ports(choice: bytes, count: int) -> list[int]:
    """A far end's neutral ports: at random from 20,000 to 60,000, without registered ones, all different."""
    dice, found = Dice(choice, "ports"), dict[int, None]()
    while len(found) < count:
        port = dice.between(LOWEST, HIGHEST)
        if port not in REGISTERED:
            found[port] = None
    return list(found)


@dataclass(frozen=True, slots=True)
class Order:
    """One flow that a run asks for: its number in the run, which flow, to which port of which server, how many packets.

    `sizes` (pairs of bytes, sent and answered) makes a control as long as another flow; it is empty for all others.
    """

    number: int
    flow: str
    port: int
    count: int
    server: int = 0
    sizes: tuple[tuple[int, int], ...] = ()

    def exchanges(self, seed: bytes, flow: Flow) -> Iterator[Exchange]:
        """The packets of both ends: the same for probe, far end and whoever checks."""
        dice = Dice(seed, "flow", str(self.number), self.flow)
        talk = talk_of_sizes(dice, self.sizes) if self.sizes else flow.talk(dice)
        return islice(talk, self.count)


def sizes_of(exchanges: Sequence[Exchange]) -> tuple[tuple[int, int], ...]:
    """The sizes of some packets, for a control that is to be as long; its answers never grow."""
    return tuple((len(one.sent), min(len(one.sent), len(one.answer))) for one in exchanges)


def read_order(told: Any) -> Order:
    """One flow as told: [number, flow, port, count, server, sizes]; raises ValueError or TypeError."""
    number, flow, port, count, server, sizes = told
    pairs = tuple((min(int(sent), 1400), min(int(answered), int(sent), 1400)) for sent, answered in sizes)
    return Order(int(number), str(flow), int(port), int(count), int(server), pairs)


def tell_order(order: Order) -> list[object]:
    """The inverse of `read_order`."""
    return [order.number, order.flow, order.port, order.count, order.server, list(order.sizes)]
