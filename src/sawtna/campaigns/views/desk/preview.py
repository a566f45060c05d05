"""The public pages of a campaign as the draft would make them: the very templates, with a bar that says so, for members alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import get_urlconf, set_urlconf

from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline import things
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.outline.page import campaign_context, frame_context
from sawtna.campaigns.previews import foretell
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.page import desk_context, show_desk
from sawtna.campaigns.views.desk.problems import listed_problems
from sawtna.ledger import reads as book
from sawtna.ledger.refusals import Refused

# While a preview is rendered, the addresses of the square lead to previews.
PREVIEWS = "sawtna.campaigns.preview_urls"
FIGURE_LINK = re.compile(r'<a class="figure-link" href="[^"]*">(.*?)</a>', re.DOTALL)
CONTEXTS: dict[str, tuple[str, Callable[[Frame, Item], dict[str, Any]]]] = {
    "targets": ("campaigns/target.html", things.target_context),
    "stages": ("campaigns/stage.html", things.stage_context),
    "stands": ("campaigns/stand.html", things.stand_context),
    "topics": ("campaigns/topic.html", things.topic_context),
    "news": ("campaigns/news.html", things.news_context),
}


@at_the_counter("look")
def preview_campaign(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Show the campaign page of the draft."""
    frame = _frame_of(desk)
    if frame is None:
        return show_desk(request, "nothing_to_preview.html", desk, "preview", problems=listed_problems(desk))
    return _render(request, desk, "campaigns/campaign.html", campaign_context(frame), frame)


@at_the_counter("look")
def preview_thing(request: HttpRequest, desk: Counter, section: str, name: str) -> HttpResponse:
    """Show the page of one thing of the draft."""
    frame = _frame_of(desk)
    item = frame.story.item(section, name) if frame else None
    if frame is None or item is None:
        raise Http404
    template, context_of = CONTEXTS[section]
    return _render(request, desk, template, context_of(frame, item), frame)


@at_the_counter("look")
def preview_claims(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Show the claims of the draft side by side."""
    frame = _frame_of(desk)
    if frame is None:
        raise Http404
    return _render(request, desk, "campaigns/claims.html", things.claims_context(frame), frame)


def _frame_of(desk: Counter) -> Frame | None:
    try:
        story, numbers = foretell(desk.campaign_id, dict(desk.document))
    except Refused:  # the campaign itself is not complete: there is no page yet
        return None
    return Frame(story, numbers, book.head().as_of, desk.language)


def _render(
    request: HttpRequest, desk: Counter, template: str, context: dict[str, Any], frame: Frame
) -> HttpResponse:
    left_out = len({problem.path[:2] for problem in desk.problems})
    bar = render_to_string(
        "campaigns/desk/preview_bar.html", {**desk_context(desk, "preview"), "left_out": left_out}
    )
    before = get_urlconf()
    set_urlconf(PREVIEWS)
    try:
        page = render_to_string(template, {**frame_context(frame), **context, "preview": True}, request)
    finally:
        set_urlconf(before)
    return HttpResponse(_marked(page, bar, request))


def _marked(page: str, bar: str, request: HttpRequest) -> str:
    # No number of a draft can be checked yet, so none links to its check; no machine may keep the page.
    page = FIGURE_LINK.sub(r"\1", page)
    head = render_to_string("campaigns/desk/preview_head.html", request=request)
    return page.replace("</head>", f"{head}</head>", 1).replace("<body>", f"<body>{bar}", 1)
