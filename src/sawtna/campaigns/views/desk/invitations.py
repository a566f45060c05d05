"""Invitation codes of a roll: how many there are, and new ones, shown once and never again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation

from sawtna.campaigns.actions.make_invitations import MOST_CODES, committed, make_invitations
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.forms.answers import whole_of
from sawtna.campaigns.forms.questions import TONGUES, title_of
from sawtna.campaigns.forms.sheets import as_download, list_as_csv, list_as_text, pages_of, titles_in
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.page import show_desk
from sawtna.ledger import reads as book
from sawtna.ledger.refusals import Refused


@dataclass(frozen=True, slots=True)
class Used:
    """How many tokens of one ballot were given for codes, as of its last batch."""

    title: str
    count: int


def takes_invitations(roll: Item) -> bool:
    """Whether the roll is one in which codes are good."""
    kinds = roll.body.get("kinds")
    return isinstance(kinds, list) and "invite" in kinds


@at_the_counter("publish", "GET", "HEAD", "POST")
def show_invitations(request: HttpRequest, desk: Counter, key: str) -> HttpResponse:
    """Say how many codes there are; on a POST make some, and show them this once."""
    roll = desk.story.item("rolls", key) if desk.story else None
    if roll is None or not takes_invitations(roll):
        raise Http404
    if request.method != "POST":
        return _page(request, desk, roll)
    typed = {"count": request.POST.get("count", ""), "language": request.POST.get("language", "")}
    language = typed["language"] if typed["language"] in TONGUES else desk.language
    count, seen = whole_of(typed["count"]), whole_of(request.POST.get("seen", ""))
    try:
        made = make_invitations(
            desk.campaign_id,
            key,
            count if isinstance(count, int) else 0,
            seen if isinstance(seen, int) else -1,
            desk.user,
        )
    except Refused as refusal:
        return _page(request, desk, roll, error=refusal.sentence, typed=typed, status=422)
    # Not redirected: the codes are known to this answer alone.
    return _sheet(request, desk, roll, made.codes, language)


def _sheet(
    request: HttpRequest, desk: Counter, roll: Item, codes: tuple[str, ...], language: str
) -> HttpResponse:
    with translation.override(language):
        path = reverse("campaigns:take-part", args=[desk.campaign_id])
    address = f"{settings.SAWTNA_ORIGIN}{path}"
    return show_desk(
        request,
        "invitation_sheet.html",
        desk,
        "rolls",
        roll=roll,
        count=len(codes),
        pages=pages_of(codes, address),
        titles=titles_in(desk.campaign),
        address=address,
        tongue=language,
        direction=TONGUES[language][1],
        as_csv=as_download(list_as_csv(codes, address), "text/csv"),
        as_text=as_download(list_as_text(codes), "text/plain"),
        file=f"{desk.campaign_id}-{roll.id}",
    )


def _page(request: HttpRequest, desk: Counter, roll: Item, **context: Any) -> HttpResponse:
    context.setdefault("typed", {"count": "", "language": desk.language})
    return show_desk(
        request,
        "invitations.html",
        desk,
        "rolls",
        roll=roll,
        seen=committed(roll.index),
        used=_used(desk, roll),
        most=MOST_CODES,
        tongues=[(code, own_name) for code, (own_name, _direction) in TONGUES.items()],
        **context,
    )


def _used(desk: Counter, roll: Item) -> list[Used]:
    numbers = book.numbers()
    ballots = desk.story.items("ballots") if desk.story else []
    found = (
        (ballot, numbers.get(f"{desk.campaign_id}/ballots/{ballot.id}/issued/invite"))
        for ballot in ballots
        if ballot.body.get("roll") == roll.id
    )
    return [
        Used(title_of({"id": ballot.id, "words": ballot.words}, desk.language), number.value)
        for ballot, number in found
        if number is not None
    ]
