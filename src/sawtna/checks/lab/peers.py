"""What two other instruments would say of the same network: one STUN transaction, as OONI Probe asks, and Wehe's pair of replays.

Their rules are written here anew from their documentation, over our own far end, so that all three judge the same network:
- OONI, experiment stunreachability 0.4.0 (spec ts-025): one Binding transaction (retransmitted as RFC 8489, 6.2.1 has it, for
  8 seconds); any failure is an anomaly. No control.
- Wehe (Choffnes et al., SIGCOMM 2019): a recorded call and the same with other bytes, one after the other, on the same port;
  100 bins of throughput each; the area between the means and a Kolmogorov-Smirnov test over the bins that are not empty. Ours are
  10 seconds each, theirs 15 to 22, and there is no second pair.

Started by the lab on the subscriber's side: `python -m sawtna.checks.lab.peers HOST:PORT`; prints one JSON object.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import exp, sqrt
from typing import Literal

from sawtna.checks.core.meeting import Order
from sawtna.checks.core.observation import Flown
from sawtna.checks.flows import FLOWS
from sawtna.checks.probe.air import Air
from sawtna.checks.probe.gate import Address, Gate, GateError, open_gate

PORT = 3478
RETRANSMITTED = (0.0, 0.5, 1.5, 3.5)  # seconds: RTO 500 ms, doubled (RFC 8489, 6.2.1)
GIVE_UP = 8.0
REPLAY, BINS = 10.0, 100  # seconds; parts of a replay
AREA, AREA_FAST, FAST = 0.50, 0.30, 10_000_000  # thresholds, the second one above so many bit/s
LEVEL = 0.01

Word = Literal["differentiation", "inconclusive", "none", "no_result"]


@dataclass(frozen=True, slots=True)
class Wehe:
    """What Wehe's rule says, and from what."""

    says: Word
    area: float | None = None
    p: float | None = None


def judge(original: Sequence[float], control: Sequence[float]) -> Wehe:
    """Wehe's rule over the throughput (bit/s) of the bins of both replays."""
    means = [sum(side) / len(side) for side in (original, control)]
    if not max(means):
        return Wehe("no_result")
    area = (means[1] - means[0]) / max(means)
    sides = [[one for one in side if one > 0] for side in (original, control)]
    if not all(sides):
        return Wehe("no_result", round(area, 3))
    p = ks_p(*sides)
    is_wide = abs(area) >= (AREA_FAST if max(means) > FAST else AREA)
    says: Word = "none" if not is_wide else "differentiation" if p < LEVEL else "inconclusive"
    return Wehe(says, round(area, 3), round(p, 5))


def ks_p(first: Sequence[float], second: Sequence[float]) -> float:
    """The p of the two-sample Kolmogorov-Smirnov test by its limit (Smirnov 1948), with Stephens' correction for few values."""
    n, m = len(first), len(second)
    places = sorted({*first, *second})
    distance = max(
        abs(sum(one <= at for one in first) / n - sum(one <= at for one in second) / m) for at in places
    )
    size = sqrt(n * m / (n + m))
    x = (size + 0.12 + 0.11 / size) * distance
    if x < 0.2:
        return 1.0
    return min(1.0, max(0.0, 2 * sum((-1) ** (k - 1) * exp(-2 * k * k * x * x) for k in range(1, 101))))


async def ask_peers(address: Address) -> dict[str, object]:
    """Both instruments' words; a far end that cannot be reached at all answers neither."""
    try:
        gate = await open_gate(address, "www.example.com")
        await gate.greet()
        await gate.begin()
    except GateError:
        return {"stun": "anomaly", "wehe": "no_result", "area": None, "p": None}
    began = time.monotonic()
    air = Air([address.host], lambda: (time.monotonic() - began) * 1000)
    try:
        stun = await _bind(gate, air)
        wehe = await _replay(gate, air)
    finally:
        air.close()
        gate.close()
    return {"stun": "ok" if stun else "anomaly", "wehe": wehe.says, "area": wehe.area, "p": wehe.p}


async def _bind(gate: Gate, air: Air) -> bool:
    """One Binding request, sent again until it is answered."""
    order = Order(0, "stun", PORT, 1)
    if not await _announce(gate, order):
        return False
    exchange = next(order.exchanges(gate.seed, FLOWS["stun"]))
    tries = [Flown("signature:stun", "first", number, order) for number in range(len(RETRANSMITTED))]
    for one, after in zip(tries, RETRANSMITTED, strict=True):
        air.schedule(one, [exchange], air.clock() + after * 1000, 20.0)
    until = air.clock() + GIVE_UP * 1000
    while air.clock() < until:
        if any(one.back[0] is not None for one in tries):
            air.stop(tries)
            return True
        await asyncio.sleep(0.02)
    return False


async def _announce(gate: Gate, order: Order) -> bool:
    try:
        await gate.expect([order])
    except GateError:
        return False
    return True


async def _replay(gate: Gate, air: Air) -> Wehe:
    """A call in WhatsApp's shape and the same with other bytes, in an order that a coin gives."""
    call = list(Order(1, "whatsapp", PORT, 400).exchanges(gate.seed, FLOWS["whatsapp"]))
    length, count = 0.0, 0
    while count < len(call) and length < REPLAY * 1000:
        length, count = length + call[count].gap, count + 1
    sizes = tuple((len(one.sent), min(len(one.answer), len(one.sent))) for one in call[:count])
    orders = [Order(1, "whatsapp", PORT, count), Order(2, "safe2", PORT, count, 0, sizes)]
    bins: dict[int, list[float]] = {}
    for order in random.sample(orders, 2):
        if not await _announce(gate, order):
            return Wehe("no_result")
        bins[order.number] = await _play(gate, air, order, [one.gap for one in call[:count]])
    return judge(bins[1], bins[2])


async def _play(gate: Gate, air: Air, order: Order, gaps: Sequence[float]) -> list[float]:
    """Bit/s that came back, by bin."""
    made = order.exchanges(gate.seed, FLOWS[order.flow])
    exchanges = [replace(one, gap=gap) for one, gap in zip(made, gaps, strict=True)]
    flown, start = Flown("replay", "first", order.number, order), air.clock() + 20
    air.schedule(flown, exchanges, start, None)
    await asyncio.sleep(REPLAY + 1.0)
    bins = [0.0] * BINS
    for back, exchange in zip(flown.back, exchanges, strict=True):
        if back is not None:
            place = int((back - start) / (REPLAY * 1000) * BINS)
            bins[min(BINS - 1, max(0, place))] += (len(exchange.answer) + 28) * 8 * BINS / REPLAY
    return bins


if __name__ == "__main__":
    host, _, number = sys.argv[1].partition(",")[0].rpartition(":")
    sys.stdout.write(json.dumps(asyncio.run(ask_peers(Address(host, int(number))))) + "\n")
