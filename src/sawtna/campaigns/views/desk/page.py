"""What every page of the desk is given: where one is, the places of the campaign, and what one may do there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from sawtna.campaigns.core.roles import EDITOR, MODERATOR, OWNER
from sawtna.campaigns.forms.following import TAKING_PART
from sawtna.campaigns.forms.labels import Words
from sawtna.campaigns.forms.sections import SECTIONS
from sawtna.campaigns.forms.things import things_in
from sawtna.campaigns.views.desk.counter import Counter


@dataclass(frozen=True, slots=True)
class Place:
    """One link of the list beside the work."""

    name: str
    title: Words
    path: str
    count: int | None = None
    is_here: bool = False


def role_name(role: str) -> str:
    """A role in words."""
    return {OWNER: _("Owner"), EDITOR: _("Editor"), MODERATOR: _("Moderator")}.get(role, role)


def show_desk(request: HttpRequest, template: str, desk: Counter, place: str, **context: Any) -> HttpResponse:
    """Render one page about one campaign."""
    status = context.pop("status", 200)
    return render(
        request, f"campaigns/desk/{template}", {**desk_context(desk, place), **context}, status=status
    )


def desk_context(desk: Counter, place: str) -> dict[str, Any]:
    """The context of every page about one campaign."""
    country = desk.campaign.get("country")
    return {
        "campaign_id": desk.campaign_id,
        "title": desk.title,
        "role_name": role_name(desk.role),
        "place": place,
        "places": places_of(desk, place),
        "revision": desk.revision,
        **({"country": country} if isinstance(country, str) else {}),  # else that of the house
        "is_published": desk.story is not None,
        "public_path": reverse("campaigns:campaign", args=[desk.campaign_id]),
        "can_edit": desk.may("edit"),
        "can_publish": desk.may("publish"),
        "can_erase": desk.may("erase"),
        "can_change_members": desk.may("change-members"),
        "can_withdraw": desk.may("withdraw"),
        "can_read_trail": desk.may("read-trail"),
    }


def places_of(desk: Counter, here: str) -> list[list[Place]]:
    """The places of a campaign in three groups: the whole, its parts, what is done with it."""
    whole = [("overview", _("Overview"), _at(desk, "overview"), None)]
    if desk.may("edit"):
        whole.append(("campaign", _("The campaign itself"), _at(desk, "campaign"), None))
    if desk.story is not None and any(desk.story.items(section) for section in TAKING_PART):
        whole.append(("casting", _("Taken here"), _at(desk, "casting"), None))
    parts = [
        (
            section.name,
            section.title,
            _at(desk, "section", section.name),
            len(things_in(desk.document, section.name)),
        )
        for section in SECTIONS
    ]
    deeds = [("preview", _("Preview"), _at(desk, "preview"), None)]
    if desk.may("publish"):
        deeds.append(("publish", _("Publish"), _at(desk, "publish"), None))
    deeds.append(("members", _("Members"), _at(desk, "members"), None))
    if desk.may("read-trail"):
        deeds.append(("trail", _("Who did what"), _at(desk, "trail"), None))
    deeds.append(("file", _("As a file"), _at(desk, "file"), None))
    return [
        [Place(name, title, path, count, name == here) for name, title, path, count in group]
        for group in (whole, parts, deeds)
    ]


def _at(desk: Counter, name: str, *more: str) -> str:
    return reverse(f"campaigns:desk:{name}", args=[desk.campaign_id, *more])
