"""IPv6, beside all that is measured over IPv4: does it lead anywhere, and does voice pass there? It accuses nobody.

Stream arms `ipv6:route`, `ipv6:tls`, `ipv6:control`, `ipv6:FLOW`: whether there is a way at all, whether the far end answers over
TLS, and whether most packets of a short flow of datagrams came back.
"""

from __future__ import annotations

from typing import Literal

from sawtna.checks.core.meeting import STREAMS_FROM, Order
from sawtna.checks.core.observation import Run
from sawtna.checks.flows.dice import Dice

IPv6 = Literal["open", "blocked", "absent"]
FLOWS = ("stun", "rtp")
TIMES, PACKETS = 3, 4
FIRST = STREAMS_FROM + 2000  # number of its first flow


def plan_ipv6(run: Run) -> list[tuple[str, Order]]:
    """Short flows to neutral ports, in a random order: voice and as many controls."""
    dice = Dice(run.seed, "ipv6")
    arms = [flow for flow in (*FLOWS, "safe2") for _ in range(TIMES)]
    dice.shuffle(arms)
    return [
        (
            "ipv6:control" if flow == "safe2" else f"ipv6:{flow}",
            Order(FIRST + place, flow, dice.pick(run.neutral), PACKETS),
        )
        for place, flow in enumerate(arms)
    ]


def ipv6_of(run: Run) -> IPv6 | None:
    """`absent` where nothing answers over it; None where it was not tried, because the far end has no such address."""
    tried: dict[str, list[bool]] = {}
    for one in run.streamed:
        tried.setdefault(one.arm, []).append(one.outcome == "open")
    if not any(tried.get("ipv6:route", [True])):
        return "absent"
    if "ipv6:tls" not in tried:
        return None
    if not any(tried["ipv6:tls"]):
        return "absent"
    controls = tried.get("ipv6:control", [])
    voice = [tried.get(f"ipv6:{flow}", []) for flow in FLOWS]
    is_dead = not any(controls) and not any(map(any, voice))
    if controls and (is_dead or (all(controls) and not all(map(any, voice)))):
        return "blocked"
    return "open" if any(map(any, voice)) else None
