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
from sawtna.campaigns.outline.tongues import languages_instead


def target_context(frame: Frame, target: Item) -> dict[str, Any]:
    """One target with its answers, losses, stages and the moments in which it acted."""
    row = target_row(frame, target)
    claims = claims_about(frame, target=target.id)
    moments = [one for one in frame.story.items("moments") if one.body.get("target") == target.id]
    return {
        **_heading(
            frame,
            frame.name(target, "name"),
            frame.name(target, "note"),
            target,
            *row.replies,
            *claims,
            *moments,
        ),
        "row": row,
        "losses": loss_panels(frame, (row,)),
        "claims": claim_rows(frame, claims),
        "moments": moments,
        "stages": [one for one in frame.story.items("stages") if target.id in _names(one)],
        "pages": target.body.get("pages", []),
        "networks": target.body.get("asn", []),
    }


def stage_context(frame: Frame, stage: Item) -> dict[str, Any]:
    """One stage with its moments and every claim about it."""
    claims = claims_about(frame, stage=stage.id)
    moments = [one for one in frame.story.items("moments") if one.body.get("stage") == stage.id]
    return {
        **_heading(frame, frame.name(stage), frame.name(stage, "text"), stage, *claims, *moments),
        "row": stage_row(frame, stage),
        "claims": claim_rows(frame, claims),
        "moments": moments,
    }


def stand_context(frame: Frame, stand: Item) -> dict[str, Any]:
    """One stand. An erased one has no name, and its page says so."""
    return {
        **_heading(frame, frame.name(stand, "name"), frame.name(stand, "text"), stand),
        "row": stand_row(frame, stand),
    }


def claims_context(frame: Frame) -> dict[str, Any]:
    """All topics with their claims, and the claims that belong to none."""
    loose = [
        claim
        for claim in frame.story.items("claims")
        if frame.story.item("topics", claim.body.get("topic")) is None
    ]
    return {
        "instead": languages_instead(
            [*frame.story.items("topics"), *frame.story.items("claims")], frame.language
        ),
        "topics": topic_rows(frame),
        "loose": claim_rows(frame, loose),
        "count": frame.key("claims/count"),
    }


def topic_context(frame: Frame, topic: Item) -> dict[str, Any]:
    """One topic with its claims on one axis."""
    claims = claims_about(frame, topic=topic.id)
    heading = _heading(frame, frame.name(topic), frame.name(topic, "note"), topic, *claims)
    return {**heading, "topic": topic_row(frame, topic)}


def news_context(frame: Frame, news: Item) -> dict[str, Any]:
    """One piece of news."""
    return {**_heading(frame, frame.name(news), frame.name(news, "text"), news), "item": news}


def _heading(frame: Frame, title: str, text: str, *items: Item) -> dict[str, object]:
    """The title of the page, what previews say, and which languages stand in for the page's own."""
    return {
        "page_title": title,
        "page_summary": shortened(text),
        "instead": languages_instead(items, frame.language),
    }


def _names(stage: Item) -> list[object]:
    named = stage.body.get("targets", [])
    return named if isinstance(named, list) else []
