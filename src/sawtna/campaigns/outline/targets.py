"""Who is addressed: how long each has been silent, what it answered, what it is said to have lost."""

from __future__ import annotations

from dataclasses import dataclass

from sawtna.campaigns.charts.losses import Panel, Point, build_panels
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.claims import ClaimRow, claim_rows, claims_about
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.outline.measured import MeasuredNetwork, measured_networks


@dataclass(frozen=True, slots=True)
class TargetRow:
    """One target. `silent`, `replied`, `low`, `high`, `claims`, `followers` are keys of numbers.

    `low` and `high` leave out what is doubted, and `leaves_out` says whether there is such a claim.
    """

    item: Item
    silent: str
    replied: str
    low: str
    high: str
    claims: str
    followers: str
    leaves_out: bool
    replies: tuple[Item, ...]
    since: object
    measured: tuple[MeasuredNetwork, ...] = ()

    @property
    def last_reply(self) -> Item | None:
        """What it answered last."""
        return self.replies[-1] if self.replies else None


@dataclass(frozen=True, slots=True)
class LossPanel:
    """What sources say one target lost: the drawing, and the table beside it."""

    target: TargetRow
    panel: Panel
    claims: tuple[ClaimRow, ...]


def target_row(frame: Frame, target: Item) -> TargetRow:
    """One target with its clock of silence."""
    replies = tuple(reply for reply in frame.story.items("replies") if reply.body.get("target") == target.id)
    path, lost = f"targets/{target.id}", f"targets/{target.id}/followers-lost"
    since = replies[-1].body["on"] if replies else frame.story.campaign.body.get("opens")
    return TargetRow(
        item=target,
        silent=frame.key(f"{path}/silent-days"),
        replied=frame.key(f"{path}/replies"),
        low=frame.key(f"{lost}/low"),
        high=frame.key(f"{lost}/high"),
        claims=frame.key(f"{lost}/claims"),
        followers=frame.key(f"{path}/followers"),
        leaves_out=any(claim.body.get("doubted") for claim in _totals_lost(frame, target)),
        replies=replies,
        since=since,
        measured=measured_networks(frame, target),
    )


def target_rows(frame: Frame) -> tuple[TargetRow, ...]:
    """All targets in the order in which they were entered."""
    return tuple(target_row(frame, target) for target in frame.story.items("targets"))


def loss_panels(frame: Frame, targets: tuple[TargetRow, ...]) -> tuple[LossPanel, ...]:
    """A panel for each target with claims of followers lost; all share their axes."""
    claims = [_losses(frame, row) for row in targets]
    told = [(row, several) for row, several in zip(targets, claims, strict=True) if several]
    panels = build_panels([[_point(frame, claim) for claim in several] for _, several in told], rtl=frame.rtl)
    rows = zip(told, panels, strict=True)
    return tuple(LossPanel(row, panel, claim_rows(frame, several)) for (row, several), panel in rows)


def _losses(frame: Frame, row: TargetRow) -> list[Item]:
    return [one for one in _totals_lost(frame, row.item) if not one.body.get("doubted") and one.day]


def _totals_lost(frame: Frame, target: Item) -> list[Item]:
    """What sources say a target lost in all: no rates, nothing without a figure."""
    claims = claims_about(frame, metric="followers-lost", target=target.id)
    return [claim for claim in claims if "per" not in claim.body and "value" in claim.body]


def _point(frame: Frame, claim: Item) -> Point:
    key = frame.key(f"claims/{claim.id}")
    day = claim.day
    if day is None:
        raise ValueError(f"got claim {claim.id} without a day, expected one with")
    return Point(key, frame.value(key) or 0, day, str(claim.body.get("quality", "exact")))
