"""What the page of one thing is given: a target, a stage, a stand, the claims, a topic, a piece of news."""

from __future__ import annotations

from typing import Any

from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.claims import claim_rows, claims_about, topic_row, topic_rows
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.outline.page import shortened
from sawtna.campaigns.outline.stages import stage_row
from sawtna.campaigns.outline.stands import stand_row
from sawtna.campaigns.outline.targets import loss_panels, target_row


def target_context(frame: Frame, target: Item) -> dict[str, Any]:
    """One target with its answers, losses, stages and the moments in which it acted."""
    row = target_row(frame, target)
    return {
        **_heading(frame.name(target, "name"), frame.name(target, "note")),
        "row": row,
        "losses": loss_panels(frame, (row,)),
        "claims": claim_rows(frame, claims_about(frame, target=target.id)),
        "moments": [one for one in frame.story.items("moments") if one.body.get("target") == target.id],
        "stages": [one for one in frame.story.items("stages") if target.id in _names(one)],
        "pages": target.body.get("pages", []),
        "networks": target.body.get("asn", []),
    }


def stage_context(frame: Frame, stage: Item) -> dict[str, Any]:
    """One stage with its moments and every claim about it."""
    return {
        **_heading(frame.name(stage), frame.name(stage, "text")),
        "row": stage_row(frame, stage),
        "claims": claim_rows(frame, claims_about(frame, stage=stage.id)),
        "moments": [one for one in frame.story.items("moments") if one.body.get("stage") == stage.id],
    }


def stand_context(frame: Frame, stand: Item) -> dict[str, Any]:
    """One stand. An erased one has no name, and its page says so."""
    return {**_heading(frame.name(stand, "name"), frame.name(stand, "text")), "row": stand_row(frame, stand)}


def claims_context(frame: Frame) -> dict[str, Any]:
    """All topics with their claims, and the claims that belong to none."""
    loose = [
        claim
        for claim in frame.story.items("claims")
        if frame.story.item("topics", claim.body.get("topic")) is None
    ]
    return {
        "topics": topic_rows(frame),
        "loose": claim_rows(frame, loose),
        "count": frame.key("claims/count"),
    }


def topic_context(frame: Frame, topic: Item) -> dict[str, Any]:
    """One topic with its claims on one axis."""
    return {**_heading(frame.name(topic), frame.name(topic, "note")), "topic": topic_row(frame, topic)}


def news_context(frame: Frame, news: Item) -> dict[str, Any]:
    """One piece of news."""
    return {**_heading(frame.name(news), frame.name(news, "text")), "item": news}


def _heading(title: str, text: str) -> dict[str, str]:
    return {"page_title": title, "page_summary": shortened(text)}


def _names(stage: Item) -> list[object]:
    named = stage.body.get("targets", [])
    return named if isinstance(named, list) else []
