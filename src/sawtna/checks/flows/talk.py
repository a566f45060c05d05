"""What a flow is: two ends that talk, packet by packet, each packet known to both from the seed.

The probe sends, the far end answers what arrived. An end recognises a packet by its bytes, so it needs to parse nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, Protocol

from sawtna.checks.flows.dice import Dice

Transport = Literal["udp", "tcp", "tls"]


@dataclass(frozen=True, slots=True)
class Exchange:
    """One packet of the probe, and the packet with which the far end answers it.

    `gap` is the time that the flow by its nature lets pass before the next packet, in milliseconds; a phase may set another pace.
    `may_grow` marks the few answers that are longer than what they answer, because the standard has them so; an end answers
    such only to a flow that has shown a round trip before.
    """

    sent: bytes
    answer: bytes
    gap: float = 20.0
    may_grow: bool = False


Talk = Iterator[Exchange]


class Flow(Protocol):
    """One kind of traffic. `talk` never ends: who wants six packets takes six."""

    @property
    def name(self) -> str:
        """The name in results, such as `stun`; never reused for other bytes: those get a new version."""
        ...

    @property
    def version(self) -> int:
        """Grows with each change of the bytes."""
        ...

    @property
    def transport(self) -> Transport:
        """What carries it."""
        ...

    @property
    def imitates(self) -> str:
        """What it stands for in a sentence, such as `STUN, with which calls find their way`."""
        ...

    @property
    def signatures(self) -> frozenset[str]:
        """The content rules that would hit it: `stun`, `rtp`, `dtls`, `sip`, `whatsapp`, …; of a control none."""
        ...

    @property
    def usual_ports(self) -> tuple[int, ...]:
        """Where such traffic is at home at the server."""
        ...

    def talk(self, dice: Dice) -> Talk:
        """The packets of both ends, in order, without an end."""
        ...


@dataclass(frozen=True, slots=True)
class WrittenFlow:
    """A flow whose talk is a function: what the files of `flows` hold."""

    name: str
    version: int
    imitates: str
    talk: Callable[[Dice], Talk]
    signatures: frozenset[str] = frozenset()
    usual_ports: tuple[int, ...] = ()
    transport: Transport = "udp"
