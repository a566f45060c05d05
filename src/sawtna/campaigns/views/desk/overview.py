"""One campaign at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sawtna.campaigns.forms.labels import Words
from sawtna.campaigns.forms.sections import SECTIONS
from sawtna.campaigns.forms.things import things_in
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.members import members_of
from sawtna.campaigns.views.desk.page import show_desk
from sawtna.campaigns.views.desk.problems import listed_problems


@dataclass(frozen=True, slots=True)
class Part:
    """A section with how much is in it."""

    title: Words
    about: Words
    path: str
    count: int


@at_the_counter("look")
def show_overview(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Show what is published, what the draft changes, what is missing, and who works on it."""
    parts = [
        Part(
            section.title,
            section.about,
            reverse("campaigns:desk:section", args=[desk.campaign_id, section.name]),
            len(things_in(desk.document, section.name)),
        )
        for section in SECTIONS
    ]
    return show_desk(
        request,
        "overview.html",
        desk,
        "overview",
        changes=desk.changes,
        problems=listed_problems(desk),
        parts=parts,
        members=members_of(desk),
    )
