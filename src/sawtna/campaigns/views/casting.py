"""Taking part: the form for all open ballots of a campaign, and what is protected. Public, the same for everyone."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sawtna.campaigns.ballots_of_book import counters_book
from sawtna.campaigns.outline.casting import roll_forms
from sawtna.campaigns.views.campaign import KEPT, frame_of, show_page
from sawtna.ledger import reads as book


@require_safe
@cache_control(**KEPT)
def show_taking_part(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Show the form; without JavaScript it says what to do instead."""
    frame = frame_of(campaign_id)
    witnessing = book.witnesses()
    rolls = roll_forms(frame, counters_book(), book.head().vkey, witnessing.policy)
    return show_page(request, "campaigns/take_part.html", frame, rolls=rolls, witnessing=witnessing)


@require_safe
@cache_control(**KEPT)
def show_protection(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Show what is protected when someone takes part, and what is not."""
    frame = frame_of(campaign_id)
    return show_page(request, "campaigns/protection.html", frame, relays=frame.story.items("relays"))
