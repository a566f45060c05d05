"""The campaign page as a whole: what its template is given. A desk shows a draft with the same function and the draft's fold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.ballots import ballot_rows, letter_rows
from sawtna.campaigns.outline.claims import TopicRow, topic_rows
from sawtna.campaigns.outline.clock import clock_row
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.outline.stages import stage_path
from sawtna.campaigns.outline.stands import all_stands
from sawtna.campaigns.outline.targets import loss_panels, target_rows
from sawtna.campaigns.outline.tongues import languages_instead

SHOWN_MOMENTS, SHOWN_NEWS, SHOWN_PRESS, SHOWN_TOPICS = 30, 3, 8, 3


def frame_context(frame: Frame) -> dict[str, Any]:
    """What every page about a campaign is given."""
    campaign = frame.story.campaign
    return {
        "story": frame.story,
        "campaign": campaign,
        "numbers": frame.numbers,
        "as_of": frame.as_of,
        "country": campaign.body.get("country"),
        "campaign_title": frame.name(campaign),
        "campaign_summary": shortened(frame.name(campaign, "summary")),
        "instead": languages_instead([campaign], frame.language),
    }


def campaign_context(frame: Frame) -> dict[str, Any]:
    """Everything that the campaign page shows, in the order in which it shows it."""
    targets, topics = target_rows(frame), topic_rows(frame)
    disputed = most_disputed(frame, topics)
    moments, news, press = (frame.story.items(section) for section in ("moments", "news", "press"))
    clock = clock_row(frame)
    return {
        **frame_context(frame),
        "has_numbers": clock is not None or any(map(frame.story.items, frame.story.sections)),
        "instead": languages_instead(_everything(frame), frame.language),
        "clock": clock,
        "targets": targets,
        "path": stage_path(frame),
        "ballots": ballot_rows(frame),
        "losses": loss_panels(frame, targets),
        "topics": topics,
        "disputed": disputed,
        "undisputed": [topic for topic in topics if topic not in disputed],
        "stands": all_stands(frame),
        "replies": [
            (reply, frame.story.item("targets", reply.body.get("target")))
            for reply in frame.story.items("replies")
        ],
        "letters": letter_rows(frame),
        "moments": moments[:SHOWN_MOMENTS],
        "later_moments": moments[SHOWN_MOMENTS:],
        "news": newest_first(news)[:SHOWN_NEWS],
        "older_news": newest_first(news)[SHOWN_NEWS:],
        "press": press[:SHOWN_PRESS],
        "more_press": press[SHOWN_PRESS:],
    }


def _everything(frame: Frame) -> Iterator[Item]:
    """All things that the page tells of."""
    yield frame.story.campaign
    for section in frame.story.sections:
        yield from frame.story.items(section)


def most_disputed(frame: Frame, topics: tuple[TopicRow, ...]) -> list[TopicRow]:
    """The topics whose answers lie farthest apart, the farthest first."""
    apart = [topic for topic in topics if (frame.value(topic.times) or 0) > 1]
    return sorted(apart, key=lambda topic: -(frame.value(topic.times) or 0))[:SHOWN_TOPICS]


def newest_first(items: list[Item]) -> list[Item]:
    """Items by date, the newest first."""
    return items[::-1]


def shortened(text: str, most: int = 200) -> str:
    """The first words of a text, for previews: cut between words."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1].rsplit(" ", 1)[0] + "…"
