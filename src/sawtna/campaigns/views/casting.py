"""Taking part: the form for all open ballots of a campaign, and what is protected. Public, the same for everyone."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sawtna.campaigns.ballots_of_book import counters_book
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.outline.casting import roll_forms
from sawtna.campaigns.views.campaign import KEPT, frame_of, show_page
from sawtna.ledger import reads as book
from sawtna.ledger.core.entry import Body

ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}")


@require_safe
@cache_control(**KEPT)
def show_taking_part(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Show the form; without JavaScript it says what to do instead."""
    frame = frame_of(campaign_id)
    witnessing = book.witnesses()
    rolls = roll_forms(frame, counters_book(), book.head().vkey, witnessing.policy)
    page = show_page(request, "campaigns/take_part.html", frame, rolls=rolls, witnessing=witnessing)
    page.connect_to = _origins(other for roll in rolls for other in roll.others)  # type: ignore[attr-defined]
    return page


def _origins(issuers: Iterable[Item]) -> tuple[str, ...]:
    """The other issuers whom the script of the page asks: nobody else may be."""
    found = [urlsplit(str(issuer.body.get("url", ""))) for issuer in issuers]
    origins = [f"{one.scheme}://{one.netloc}" for one in found]
    return tuple(origin for origin in dict.fromkeys(origins) if ORIGIN.fullmatch(origin))


@require_safe
@cache_control(**KEPT)
def show_protection(request: HttpRequest, campaign_id: str) -> HttpResponse:
    """Show what is protected when someone takes part, and what is not."""
    frame = frame_of(campaign_id)
    ballots = [item.body for item in frame.story.items("ballots") if item.body.get("taken") == "here"]
    are_joint = bool(ballots) and all(_needs_two(ballot) for ballot in ballots)
    joint = frame.story.items("issuers") if are_joint else []
    return show_page(
        request, "campaigns/protection.html", frame, joint=joint, relays=frame.story.items("relays")
    )


def _needs_two(ballot: Body) -> bool:
    need = ballot.get("need")
    return isinstance(need, int) and need > 1
