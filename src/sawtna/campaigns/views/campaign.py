"""The public page of a campaign, and what all public pages of the square have in common."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sawtna.campaigns import reads
from sawtna.campaigns.ballots_of_book import counters_book
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.outline.page import campaign_context, frame_context
from sawtna.ledger import reads as book

KEPT = {"public": True, "max_age": 60}  # seconds; shared caches may answer for a minute without asking


def frame_of(campaign_id: str) -> Frame:
    """The campaign as the published book tells it, in the page's language.

    Raises:
        Http404: the book has no such campaign.
    """
    story = reads.story(campaign_id)
    if story is None:
        raise Http404(_("There is no such campaign."))
    language, closed = get_language() or "ar", counters_book().gone
    return Frame(story, book.numbers(), book.head().as_of, language, closed)


def show_page(request: HttpRequest, template: str, frame: Frame, **context: Any) -> HttpResponse:
    """Render one public page about a campaign."""
    return render(request, template, {**frame_context(frame), **context})


@require_safe
@cache_control(**KEPT)
def show_campaign(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Show the campaign with everything that the book says of it."""
    frame = frame_of(campaign_id)
    return show_page(request, "campaigns/campaign.html", frame, **campaign_context(frame))
