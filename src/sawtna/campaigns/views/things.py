"""The public pages of one thing: a target, a stage, a stand, the claims and one topic, a news item."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline import things
from sawtna.campaigns.outline.frame import Frame
from sawtna.campaigns.views.campaign import KEPT, frame_of, show_page


@require_safe
@cache_control(**KEPT)
def show_target(request: HttpRequest, campaign_id: str, name: str) -> HttpResponse:
    """Show one target: its silence, its answers, what it is said to have lost."""
    frame, target = _found(campaign_id, "targets", name)
    return show_page(request, "campaigns/target.html", frame, **things.target_context(frame, target))


@require_safe
@cache_control(**KEPT)
def show_stage(request: HttpRequest, campaign_id: str, name: str) -> HttpResponse:
    """Show one stage with the claims about it."""
    frame, stage = _found(campaign_id, "stages", name)
    return show_page(request, "campaigns/stage.html", frame, **things.stage_context(frame, stage))


@require_safe
@cache_control(**KEPT)
def show_stand(request: HttpRequest, campaign_id: str, name: str) -> HttpResponse:
    """Show one stand with its evidence."""
    frame, stand = _found(campaign_id, "stands", name)
    return show_page(request, "campaigns/stand.html", frame, **things.stand_context(frame, stand))


@require_safe
@cache_control(**KEPT)
def show_claims(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Show all claims, question by question."""
    frame = frame_of(campaign_id)
    return show_page(request, "campaigns/claims.html", frame, **things.claims_context(frame))


@require_safe
@cache_control(**KEPT)
def show_topic(request: HttpRequest, campaign_id: str, name: str) -> HttpResponse:
    """Show one question with the answers that were printed."""
    frame, topic = _found(campaign_id, "topics", name)
    return show_page(request, "campaigns/topic.html", frame, **things.topic_context(frame, topic))


@require_safe
@cache_control(**KEPT)
def show_news(request: HttpRequest, campaign_id: str, name: str) -> HttpResponse:
    """Show one piece of news."""
    frame, news = _found(campaign_id, "news", name)
    return show_page(request, "campaigns/news.html", frame, **things.news_context(frame, news))


def _found(campaign_id: str, section: str, name: str) -> tuple[Frame, Item]:
    frame = frame_of(campaign_id)
    item = frame.story.item(section, name)
    if item is None:
        raise Http404(_("This campaign has no such thing."))
    return frame, item
