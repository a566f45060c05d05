"""What the book says of a target's networks: rooms are strangers, so this is read from the book's numbers and nothing else.

The keys are those of docs/formats/numbers.md: `checks/as36903/…`.
"""

from __future__ import annotations

from dataclasses import dataclass

from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.words import NAMES


@dataclass(frozen=True, slots=True)
class PresentState:
    """What holds over one kind of access at present. `lasted` is the key of the number of its days, `hindered` and `conclusive`
    are keys of the newest four weeks.
    """

    via: str
    state: str
    lasted: str
    hindered: str
    conclusive: str


@dataclass(frozen=True, slots=True)
class MeasuredNetwork:
    """One network of a target, and what holds over each kind of access to it, as far as that has a name."""

    net: str
    present: tuple[PresentState, ...]


def measured_networks(frame: Frame, target: Item) -> tuple[MeasuredNetwork, ...]:
    """The networks of a target of which the book has checks that came to a result."""
    numbers = target.body.get("asn")
    found = (_measured(frame, f"AS{number}") for number in (numbers if isinstance(numbers, list) else ()))
    return tuple(network for network in found if network is not None)


def _measured(frame: Frame, net: str) -> MeasuredNetwork | None:
    path = f"checks/{net.lower()}"
    if not frame.value(f"{path}/recent/conclusive"):
        return None
    present = (
        PresentState(
            via, state, key, f"{path}/via/{via}/recent/hindered", f"{path}/via/{via}/recent/conclusive"
        )
        for via in NAMES["via"]
        for state in NAMES["stretch"]
        if (key := f"{path}/via/{via}/present/{state}") in frame.numbers
    )
    return MeasuredNetwork(net, tuple(present))
