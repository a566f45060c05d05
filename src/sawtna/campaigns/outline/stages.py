"""The steps of a campaign in order, each with its state; when there are many, those that matter now come first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sawtna.campaigns.charts.lanes import Lane, lanes_of_time
from sawtna.campaigns.core.numbers import stage_state
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.claims import ClaimRow, claim_rows, claims_about
from sawtna.campaigns.outline.frame import Frame
from sawtna.ledger.core.dates import parse_day

SHOWN = 7


@dataclass(frozen=True, slots=True)
class StageRow:
    """One stage: `state` is announced, open or over; `days` is the key of its length."""

    item: Item
    state: str
    days: str
    lane: Lane | None
    targets: tuple[Item, ...]
    pledged: tuple[ClaimRow, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """The stages to show at once, and all of them when that is more."""

    shown: tuple[StageRow, ...]
    all: tuple[StageRow, ...]
    count: str

    @property
    def is_cut(self) -> bool:
        """Whether some stages wait behind "all"."""
        return len(self.shown) < len(self.all)


def stage_path(frame: Frame) -> Path:
    """All stages on one axis of time."""
    stages = frame.story.items("stages")
    spans = [_span(frame, stage) for stage in stages]
    if not stages:
        return Path((), (), "")
    first, last = min(begin for begin, _ in spans), max(end for _, end in spans)
    lanes = lanes_of_time(spans, first, last, rtl=frame.rtl).lanes
    rows = tuple(stage_row(frame, stage, lane) for stage, lane in zip(stages, lanes, strict=True))
    return Path(_first_to_see(rows), rows, frame.key("stages/count"))


def stage_row(frame: Frame, stage: Item, lane: Lane | None = None) -> StageRow:
    """One stage with its state on the frame's day."""
    named = stage.body.get("targets", [])
    targets = [frame.story.item("targets", name) for name in named] if isinstance(named, list) else []
    pledged = claim_rows(frame, claims_about(frame, stage=stage.id, metric="pledged"))
    present = tuple(target for target in targets if target is not None)
    return StageRow(
        stage,
        stage_state(stage, frame.as_of, frame.story),
        frame.key(f"stages/{stage.id}/days"),
        lane,
        present,
        pledged,
    )


def _first_to_see(rows: tuple[StageRow, ...]) -> tuple[StageRow, ...]:
    """All when they are few; else what is open, what comes next, what was last, kept in order."""
    if len(rows) <= SHOWN:
        return rows
    urgency = {"open": 0, "announced": 1, "over": 2}
    ranked = sorted(
        range(len(rows)), key=lambda place: (urgency[rows[place].state], _nearness(rows[place], place))
    )
    return tuple(rows[place] for place in sorted(ranked[:SHOWN]))


def _nearness(row: StageRow, place: int) -> int:
    return -place if row.state == "over" else place


def _span(frame: Frame, stage: Item) -> tuple[date, date]:
    first = stage.day.first if stage.day else frame.as_of
    closes = stage.body.get("closes", frame.story.campaign.body.get("closes"))
    last = parse_day(closes).last if isinstance(closes, str) else frame.as_of
    return first, max(first, last)
