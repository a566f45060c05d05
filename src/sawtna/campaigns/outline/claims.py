"""Claims as rows, and topics as claims side by side on one axis."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sawtna.campaigns.charts.lanes import Lane, lanes_by_powers
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.frame import Frame


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """What one source states. `value`, `high`, `share` are keys of numbers ("" when it names none)."""

    item: Item
    value: str
    high: str
    share: str
    target: Item | None
    lane: Lane | None = None

    @property
    def unit(self) -> str:
        """What is counted, by metric."""
        return str(self.item.body.get("metric", "other"))


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One question and the answers that were printed. `times` is the key of how far two of the same day lie apart ("" when no
    two are of one day); `are_of_different_days` says that answers differ and need not contradict each other.
    """

    item: Item
    claims: tuple[ClaimRow, ...]
    lines: tuple[float, ...]
    count: str
    low: str
    high: str
    times: str
    are_of_different_days: bool


def claim_row(frame: Frame, claim: Item, lane: Lane | None = None) -> ClaimRow:
    """One claim with the keys of its numbers."""
    path = f"claims/{claim.id}"
    target = frame.story.item("targets", claim.body.get("target"))
    return ClaimRow(
        claim, frame.key(path), frame.key(f"{path}/high"), frame.key(f"{path}/share"), target, lane
    )


def claim_rows(frame: Frame, claims: Iterable[Item]) -> tuple[ClaimRow, ...]:
    """Several claims as rows."""
    return tuple(claim_row(frame, claim) for claim in claims)


def claims_about(frame: Frame, **fields: str) -> list[Item]:
    """The claims that have these fields, by date: `claims_about(frame, stage="boycott", metric="pledged")`."""
    claims = frame.story.items("claims")
    return [claim for claim in claims if all(claim.body.get(name) == value for name, value in fields.items())]


def topic_row(frame: Frame, topic: Item) -> TopicRow:
    """A topic with its claims on one axis, lowest first, those without a figure last."""
    claims = sorted(claims_about(frame, topic=topic.id), key=lambda claim: _span(frame, claim) or (2**60, 0))
    spans = [_span(frame, claim) for claim in claims]
    drawn = lanes_by_powers(spans, rtl=frame.rtl)
    rows = tuple(claim_row(frame, claim, lane) for claim, lane in zip(claims, drawn.lanes, strict=True))
    path = f"topics/{topic.id}"
    count, low, high, times = (frame.key(f"{path}/{name}") for name in ("claims", "low", "high", "times"))
    differ = len({span for span in spans if span is not None}) > 1 and (frame.value(low) or 0) > 0
    return TopicRow(topic, rows, drawn.lines, count, low, high, times, differ and not times)


def topic_rows(frame: Frame) -> tuple[TopicRow, ...]:
    """All topics that have claims."""
    return tuple(row for topic in frame.story.items("topics") if (row := topic_row(frame, topic)).claims)


def _span(frame: Frame, claim: Item) -> tuple[int, int] | None:
    """Low and high in the unit of the topic: rates by the minute, the rest as stated."""
    ending = "/a-minute" if "per" in claim.body else ""
    low = frame.value(frame.key(f"claims/{claim.id}{ending}"))
    if low is None:
        return None
    high = frame.value(frame.key(f"claims/{claim.id}/high{ending}"))
    return low, low if high is None else high
