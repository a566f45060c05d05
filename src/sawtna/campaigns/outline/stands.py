"""What people did in public, state by state, and the events at which they did it."""

from __future__ import annotations

from dataclasses import dataclass

from sawtna.campaigns.core.entries import STATES
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.claims import ClaimRow, claim_rows, claims_about
from sawtna.campaigns.outline.frame import Frame

SHOWN = 12


@dataclass(frozen=True, slots=True)
class StandRow:
    """One stand, with the event or target that it is about."""

    item: Item
    event: Item | None
    target: Item | None


@dataclass(frozen=True, slots=True)
class StateTotal:
    """How many people hold a state: keys of people and of stands."""

    state: str
    people: str
    count: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something with sponsors about which people took stands."""

    item: Item
    sponsors: tuple[Item, ...]
    claims: tuple[ClaimRow, ...]


@dataclass(frozen=True, slots=True)
class Stands:
    """All stands, with totals of the states that somebody holds."""

    shown: tuple[StandRow, ...]
    rest: tuple[StandRow, ...]
    totals: tuple[StateTotal, ...]
    events: tuple[Event, ...]
    count: str


def stand_row(frame: Frame, stand: Item) -> StandRow:
    """One stand."""
    event, target = (
        frame.story.item("events", stand.body.get("event")),
        frame.story.item("targets", stand.body.get("target")),
    )
    return StandRow(stand, event, target)


def all_stands(frame: Frame) -> Stands:
    """All stands by date."""
    rows = tuple(stand_row(frame, stand) for stand in frame.story.items("stands"))
    totals = [
        StateTotal(state, frame.key(f"stands/{state}/people"), frame.key(f"stands/{state}/count"))
        for state in STATES
    ]
    held = tuple(total for total in totals if frame.value(total.count))
    events = tuple(_event(frame, event) for event in frame.story.items("events"))
    return Stands(rows[:SHOWN], rows[SHOWN:], held, events, frame.key("stands/count"))


def _event(frame: Frame, event: Item) -> Event:
    named = event.body.get("sponsors", [])
    sponsors = [frame.story.item("targets", name) for name in named] if isinstance(named, list) else []
    claims = [claim for claim in claims_about(frame, event=event.id) if "topic" not in claim.body]
    return Event(event, tuple(one for one in sponsors if one is not None), claim_rows(frame, claims))
