"""What a run sends, block after block: which arms, which controls beside them, in which order. All of it out of the seed.

Arms whose packets are long have controls of their own, because a tired network loses long packets first. A control takes the
sizes of an arm of its class, chosen anew each time, so that size does not tell them apart. No two flows of a run share a neutral
port as long as there are enough of them: what an operator keeps against one flow, or against the server's port that it used,
must not fall on another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

from sawtna.checks.core.meeting import Order, sizes_of
from sawtna.checks.flows import FLOWS
from sawtna.checks.flows.dice import Dice

SHORT = ("stun", "ice", "turn", "rtp", "whatsapp", "teams", "telegram")
LONG = ("dtls_openssl", "dtls_browser", "srtp_250", "sip", "viber")
TOGETHER = (  # a signature at its usual port, for rules that ask for both
    ("whatsapp", 3478),
    ("stun", 3478),
    ("teams", 3480),
    ("sip", 5060),
    ("viber", 7985),
    ("telegram", 1400),
)
CORE = ("stun", "rtp", "whatsapp")  # where the network is slow
CALLS = ("webrtc", "whatsapp", "rtp") * 2  # the voice flows of a round of long ones
CALLS_AGAIN = ("rtp", "rtp", "webrtc", "webrtc", "whatsapp")  # of a second round: fewer bytes
CONTROLS, LONG_CONTROLS, ROUND_CONTROLS = 7, 7, 4
GAP = 20.0  # ms
PAUSE = 300.0  # ms before the last packet of a flow of a block: a cut rate has credit again by then, a dropped flow stays dead
SHAKE = 0.8  # of the gap in a round of long flows: packets in step would share a cut rate unevenly
MOST_OF_LONG = 4  # packets of a flow whose packets are long
FEW = 3  # controls that ask whether anything passes at all


@dataclass(frozen=True, slots=True)
class Pace:
    """How much a block asks of the network: packets a flow, ms between them and between blocks, all arms or the core."""

    packets: int
    gap: float
    interval: float
    is_full: bool


PACES = (
    Pace(5, GAP, 500.0, is_full=True),
    Pace(4, 30.0, 900.0, is_full=True),
    Pace(4, 40.0, 1300.0, is_full=False),
    Pace(3, 60.0, 2000.0, is_full=False),
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One flow of a block: its arm, what is ordered, and when it begins, ms after the block."""

    arm: str
    order: Order
    start: float


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a run takes place: its seed, the far end's neutral ports and usual ports of voice, and how many addresses it has."""

    seed: bytes
    neutral: tuple[int, ...]
    voice: tuple[int, ...]
    servers: int = 1

    def neutral_port(self, number: int) -> int:
        """The neutral port of the flow with that number."""
        ports = _shuffled(self.seed, self.neutral)
        return ports[number % len(ports)]


@lru_cache(maxsize=8)
def _shuffled(seed: bytes, neutral: tuple[int, ...]) -> tuple[int, ...]:
    ports = list(neutral)
    Dice(seed, "neutral").shuffle(ports)
    return tuple(ports)


def arms_of(ground: Ground, *, is_full: bool) -> list[str]:
    """The arms of a block, without controls."""
    if not is_full:
        return [
            *(f"signature:{flow}" for flow in CORE),
            *(f"port:{port}" for port in ground.voice if port == 3478),
        ]
    arms = [f"signature:{flow}" for flow in (*SHORT, *LONG)]
    arms += [f"port:{port}" for port in ground.voice]
    return arms + [f"server:{server}" for server in range(1, ground.servers)]


def plan_first(ground: Ground) -> list[Planned]:
    """The first flows of a run: three controls, before any voice."""
    return [_plain(number, ground.neutral[number]) for number in range(FEW)]


def plan_fresh(ground: Ground, first: int) -> list[Planned]:
    """Three controls that begin when long flows have fallen silent."""
    return [_plain(first + place, port) for place, port in enumerate(ground.neutral[: -FEW - 1 : -1])]


def _plain(number: int, port: int) -> Planned:
    return Planned("control", Order(number, "safe2", port, 4, 0, ((92, 92),)), 0.0)


def plan_block(
    ground: Ground, number: int, first: int, pace: Pace, only: Collection[str] = ()
) -> list[Planned]:
    """A block in its order; `first` is the number of its first flow in the run. `only` leaves out all other arms."""
    arms = [arm for arm in arms_of(ground, is_full=pace.is_full) if not only or arm in only]
    has_long = any(control_of(arm) == "control:long" for arm in arms)
    arms += ["control"] * CONTROLS + ["control:long"] * (LONG_CONTROLS if has_long else 0)
    spread = max(0.0, pace.interval - pace.packets * pace.gap)
    return _in_order(ground, Dice(ground.seed, "block", str(number)), arms, first, pace.packets, spread)


def plan_together(ground: Ground, number: int, first: int) -> list[Planned]:
    """A block that asks for rules of the form "this signature at this port"; sent last, lest it spoil the ports for others."""
    arms = ["control"] * CONTROLS + ["control:long"] * LONG_CONTROLS
    arms += [f"both:{flow}@{port}" for flow, port in TOGETHER if port in ground.voice]
    return _in_order(ground, Dice(ground.seed, "together", str(number)), arms, first, 4, 700.0)


def plan_dead_block(ground: Ground, number: int, first: int) -> list[Planned]:
    """A block for a network on which no control comes back: is there a port, a known protocol or an address where UDP passes?"""
    arms = ["control"] * CONTROLS + [f"port:{port}" for port in ground.voice]
    arms += ["signature:quic", "both:quic@443", *(f"server:{server}" for server in range(1, ground.servers))]
    return _in_order(ground, Dice(ground.seed, "dead", str(number)), arms, first, 3, 450.0)


def _in_order(  # noqa: PLR0917
    ground: Ground, dice: Dice, arms: list[str], first: int, packets: int, spread: float
) -> list[Planned]:
    """Arms in a random order, their beginnings spread over so many ms."""
    dice.shuffle(arms)
    return [
        Planned(arm, _order(ground, dice, arm, first + place, packets), spread * place / len(arms))
        for place, arm in enumerate(arms)
    ]


def _order(ground: Ground, dice: Dice, arm: str, number: int, packets: int) -> Order:
    kind, _, what = arm.partition(":")
    neutral = ground.neutral_port(number)
    packets = min(packets, MOST_OF_LONG) if control_of(arm) == "control:long" else packets
    if kind == "signature":
        return Order(number, what, neutral, packets)
    if kind == "both":
        flow, _, port = what.partition("@")
        return Order(number, flow, int(port), packets)
    like = dice.pick(LONG if what == "long" else SHORT)
    sizes = _sizes(like, packets)
    return Order(
        number,
        "safe2",
        int(what) if kind == "port" else neutral,
        packets,
        int(what) if kind == "server" else 0,
        sizes,
    )


@lru_cache(maxsize=256)
def _sizes(like: str, packets: int) -> tuple[tuple[int, int], ...]:
    """The sizes of the first packets of a flow, the same each time."""
    return sizes_of(list(islice(FLOWS[like].talk(Dice(b"", "sizes")), packets)))


def control_of(arm: str) -> str:
    """Which controls an arm is compared with, or a control is one of."""
    flow = arm.partition(":")[2].partition("@")[0]
    return "control:long" if flow in {*LONG, "long"} else "control"


def plan_long(
    ground: Ground, number: int, first: int, packets: int, calls: Sequence[str] = CALLS
) -> list[Planned]:
    """A round of long flows: of each call, and controls as long as they, in a random order."""
    dice = Dice(ground.seed, "long", str(number))
    flows, like = list(calls), list(calls)
    dice.shuffle(like)
    arms: list[tuple[str, str, tuple[tuple[int, int], ...]]] = [(f"long:{flow}", flow, ()) for flow in flows]
    arms += [("long:control", "safe2", _sizes(flow, min(packets, 24))) for flow in like[:ROUND_CONTROLS]]
    dice.shuffle(arms)
    return [
        Planned(
            arm,
            Order(first + place, flow, ground.neutral_port(first + place), packets, 0, sizes),
            3.0 * place,
        )
        for place, (arm, flow, sizes) in enumerate(arms)
    ]


def sized_order(ground: Ground, number: int, arm: str, flow: str, packets: int) -> Order:
    """A long flow, or a control as long as it."""
    port = ground.neutral_port(number)
    if arm == "long:control":
        return Order(number, "safe2", port, packets, 0, _sizes(flow, 24))
    return Order(number, flow, port, packets)


def plan_trail(
    ground: Ground, first: int, traced: tuple[str, int | None], hops: int, tries: int
) -> list[tuple[int, Planned]]:
    """(TTL, flow of one packet) for what was hit and for the control, in a random order, each to a port of its own.

    `traced` is a flow, and the port where it is hit, or None for a rule that holds at every port.
    """
    dice = Dice(ground.seed, "trail")
    wanted = [
        (ttl, is_control) for ttl in range(1, hops + 1) for is_control in (False, True) for _ in range(tries)
    ]
    dice.shuffle(wanted)
    planned = []
    for place, (ttl, is_control) in enumerate(wanted):
        number = first + place
        flow, port = ("safe2", None) if is_control else traced
        order = Order(
            number, flow, port or ground.neutral_port(number), 1, 0, ((76, 76),) if flow == "safe2" else ()
        )
        planned.append((ttl, Planned("control" if is_control else flow, order, 15.0 * place)))
    return planned
