"""The Atom feed of a campaign (RFC 4287), one for each language: news, moments and answers as they were published.

Written from the story alone, so that the feed, like a page, is the same for everyone.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.outline.page import shortened
from sawtna.campaigns.views.campaign import KEPT, frame_of

ATOM = "http://www.w3.org/2005/Atom"
LENGTH = 50
CONTENT_TYPE = "application/atom+xml; charset=utf-8"


@require_safe
@cache_control(**KEPT)
def show_feed(_request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Answer with the feed in the language of the path."""
    frame = frame_of(campaign_id)
    return HttpResponse(write_feed(frame, settings.SAWTNA_ORIGIN), content_type=CONTENT_TYPE)


def write_feed(frame: Frame, origin: str) -> bytes:
    """The feed as XML; a thing's id is its first entry in the book, which never changes."""
    page = origin + reverse("campaigns:campaign", args=[frame.story.id])
    feed = Element("feed", {"xmlns": ATOM, "xml:lang": frame.language})
    _say(feed, "id", page)
    _say(feed, "title", frame.name(frame.story.campaign))
    _say(feed, "updated", f"{frame.as_of.isoformat()}T00:00:00Z")
    SubElement(
        feed, "link", {"rel": "self", "href": origin + reverse("campaigns:feed", args=[frame.story.id])}
    )
    SubElement(feed, "link", {"rel": "alternate", "type": "text/html", "href": page})
    _say(SubElement(feed, "author"), "name", "Sawtna")
    for item in _newest(frame):
        _tell(feed, frame, item, origin, page)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + tostring(
        feed, encoding="utf-8", xml_declaration=False
    )


def _newest(frame: Frame) -> list[Item]:
    items = [
        item for section in ("news", "moments", "replies") for item in frame.story.items(section) if item.day
    ]
    return sorted(items, key=lambda item: (str(item.body["on"]), item.first_index), reverse=True)[:LENGTH]


def _tell(feed: Element, frame: Frame, item: Item, origin: str, page: str) -> None:
    entry = SubElement(feed, "entry")
    text = frame.name(item, "text")
    _say(entry, "id", f"{origin}/{frame.language}/book/{item.first_index}/")
    _say(entry, "title", " – ".join(_titles(frame, item, text)))
    if item.day is not None:
        _say(entry, "updated", f"{item.day.first.isoformat()}T00:00:00Z")
    if item.kind == "news":
        link = origin + reverse("campaigns:news", args=[frame.story.id, item.id])
    else:
        link = f"{page}#{'moments' if item.kind == 'moment' else 'replies'}"
    SubElement(entry, "link", {"rel": "alternate", "type": "text/html", "href": link})
    _say(entry, "summary", text)


def _titles(frame: Frame, item: Item, text: str) -> Iterator[str]:
    target = frame.story.item("targets", item.body.get("target"))
    if item.kind == "reply" and target is not None:
        yield frame.name(target, "name")
    yield frame.name(item) or shortened(text, 100)


def _say(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = text
