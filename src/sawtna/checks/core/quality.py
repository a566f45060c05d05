"""How a call would sound: loss, jitter (RFC 3550 6.4.1), delay, and an opinion score by the E-model (ITU-T G.107).

Opus has no standard impairment factors, so the score is an estimate and is printed as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

BEST_R = 93.2  # G.107 with its default values
BUFFER_AND_FRAME = 30.0  # ms: a short jitter buffer and one frame of 20 ms
ROBUSTNESS = 10.0  # Bpl of Opus without in-band FEC, as measured for comparable codecs


@dataclass(frozen=True, slots=True)
class Quality:
    """Loss as a share in [0, 1], jitter and round trip in ms, `mos` from 1 (nobody understands) to 4.5 (perfect): an estimate."""

    loss: float
    jitter: float
    round_trip: float
    mos: float


def jitter_of(sent: Sequence[float], received: Sequence[float]) -> float:
    """Interarrival jitter (RFC 3550 6.4.1) of packets that arrived: times in ms, by two clocks that need not agree."""
    jitter = 0.0
    for before in range(len(sent) - 1):
        after = before + 1
        moved = (received[after] - received[before]) - (sent[after] - sent[before])
        jitter += (abs(moved) - jitter) / 16
    return jitter


def opinion(loss: float, delay: float, robustness: float = ROBUSTNESS) -> float:
    """Mean opinion score for a loss share and a one-way delay in ms, mouth to ear."""
    delayed = 0.024 * delay + (0.11 * (delay - 177.3) if delay > 177.3 else 0.0)  # Cole and Rosenbluth 2001
    percent = 100 * loss
    rating = BEST_R - delayed - 95 * percent / (percent + robustness)
    if rating <= 0:
        return 1.0
    score = 1 + 0.035 * rating + 7e-6 * rating * (rating - 60) * (100 - rating)
    return min(4.5, max(1.0, score))


def quality_of(sent: Sequence[float], returned: Sequence[float | None]) -> Quality:
    """The quality of a flow from the times (ms, one clock) at which packets went out and their answers came (or None)."""
    pairs = [(out, back) for out, back in zip(sent, returned, strict=True) if back is not None]
    if not pairs:
        return Quality(1.0, 0.0, 0.0, 1.0)
    loss = 1 - len(pairs) / len(sent)
    jitter = jitter_of([out for out, _ in pairs], [back for _, back in pairs])
    round_trip = median(back - out for out, back in pairs)
    one_way_loss = 1 - (1 - loss) ** 0.5  # a packet and its answer crossed the network twice
    return Quality(
        loss, jitter, round_trip, opinion(one_way_loss, round_trip / 2 + 2 * jitter + BUFFER_AND_FRAME)
    )
