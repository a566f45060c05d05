"""What a run saw, as plain values: the only thing that a verdict is made from.

Times are ms since the run began, by the probe's clock.

Arms are named `control`, `control:long`, `signature:FLOW`, `port:NUMBER`, `both:FLOW@NUMBER`, `server:NUMBER`, `long:FLOW`,
`long:control`; streams `tcp:control`, `tcp:FLOW`, `tls:plain`, `tls:voice`, `inside:control`, `inside:FLOW`, `long_tls:control`,
`long_tls:FLOW`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from sawtna.checks.core.meeting import Order

PATIENCE = 4000.0  # ms: a call has no use for later answers, but "late" is not "lost"
Phase = Literal["first", "block", "long", "fresh", "background"]
Outcome = Literal["open", "silent", "reset", "refused", "failed"]


@dataclass(slots=True)
class Flown:
    """One flow of datagrams: when each packet left, when its answer came, when the far end had it (ms of its session)."""

    arm: str
    phase: Phase
    block: int
    order: Order
    sent: list[float] = field(default_factory=list)
    back: list[float | None] = field(default_factory=list)
    far: list[float | None] = field(default_factory=list)

    def delivered(self, patience: float) -> int:
        """How many answers came within `patience` ms."""
        return sum(
            1
            for out, answer in zip(self.sent, self.back, strict=False)
            if answer is not None and answer - out <= patience
        )

    def round_trips(self) -> list[float]:
        """The times there and back, ms."""
        return [answer - out for out, answer in zip(self.sent, self.back, strict=False) if answer is not None]


@dataclass(frozen=True, slots=True)
class Streamed:
    """One attempt over TCP or TLS: how it ended, and when (ms)."""

    arm: str
    block: int
    began: float
    ended: float
    outcome: Outcome
    name: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One packet with a short life: its TTL, who said that it died (or an empty text), whether it was answered by the far end."""

    arm: str
    ttl: int
    reporter: str
    answered: bool


@dataclass(slots=True)
class Reach:
    """Whether the far end's addresses could be reached over TLS: (ms, whether it answered) a try, for each address."""

    tries: dict[int, list[tuple[float, bool]]] = field(default_factory=dict)
    is_captive: bool = False

    def share(self, server: int) -> float:
        """The share of tries that were answered; 0 where nothing was tried."""
        tried = self.tries.get(server, [])
        return sum(good for _, good in tried) / len(tried) if tried else 0.0


@dataclass(slots=True)
class Run:
    """All of one run. Owner: the probe while it runs, then the evidence.

    `settled` grows when late answers may have come in for flows that are here already; `tallied` keeps the newest sum.
    """

    seed: bytes = b""
    began: int = 0
    servers: int = 1
    neutral: list[int] = field(default_factory=list)
    voice: list[int] = field(default_factory=list)
    patience: float = PATIENCE
    far_is_well: bool = True
    reach: Reach = field(default_factory=Reach)
    flown: list[Flown] = field(default_factory=list)
    streamed: list[Streamed] = field(default_factory=list)
    names_here: dict[str, list[str]] = field(default_factory=dict)
    names_there: dict[str, list[str]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    ended: float = 0.0
    is_whole: bool = False
    settled: int = 0
    tallied: tuple[object, object] | None = field(default=None, repr=False, compare=False)

    def blocks(self) -> Iterator[list[Flown]]:
        """The datagram blocks in order."""
        numbers = sorted({one.block for one in self.flown if one.phase == "block"})
        for number in numbers:
            yield [one for one in self.flown if one.phase == "block" and one.block == number]

    def rounds(self) -> Iterator[list[Flown]]:
        """The rounds of long flows in order."""
        for number in sorted({one.block for one in self.flown if one.phase == "long"}):
            yield [one for one in self.flown if one.phase == "long" and one.block == number]

    def stream_blocks(self) -> Iterator[list[Streamed]]:
        """The stream blocks in order."""
        for number in sorted({one.block for one in self.streamed}):
            yield [one for one in self.streamed if one.block == number]


def of_arm(flown: Iterable[Flown], *arms: str) -> list[Flown]:
    """The flows of some arms."""
    return [one for one in flown if one.arm in arms]
