"""What the square says, as pages ask it: published stories, and for the desk its drafts, members and trail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib.auth import get_user_model

from sawtna.campaigns.core.planning import check_for_book
from sawtna.campaigns.core.roles import OWNER, may
from sawtna.campaigns.core.story import Shelf, Story
from sawtna.campaigns.models import Draft, Membership, Trail
from sawtna.campaigns.previews import foretell
from sawtna.campaigns.told import accepted_story, published_shelf
from sawtna.ledger.core.fold import Number
from sawtna.ledger.core.schema import Problem

# Sections whose things have a page of their own, and the path under the campaign's.
PAGES = {"targets": "targets", "stages": "stages", "stands": "stands", "topics": "claims", "news": "news"}


def shelf() -> Shelf:
    """All published stories."""
    return published_shelf()


def story(campaign: str) -> Story | None:
    """A published campaign, or None when there is none of that id or it was withdrawn."""
    found = shelf().stories.get(campaign)
    return found if found is not None and found.campaign.current is not None else None


def stories() -> list[Story]:
    """The published campaigns, oldest first."""
    return shelf().present()


def country_of(campaign: str) -> str | None:
    """The country of a campaign, in whose way its numbers and dates are written."""
    found = story(campaign)
    country = found.campaign.body.get("country") if found else None
    return country if isinstance(country, str) else None


def public_paths() -> Iterator[str]:
    """The paths of this room's pages, without the language."""
    for told in stories():
        yield from (
            f"{told.id}/",
            f"{told.id}/feed.atom",
            f"{told.id}/claims/",
            f"{told.id}/take-part/",
            f"{told.id}/protection/",
        )
        for section, path in PAGES.items():
            for item in told.items(section):
                yield f"{told.id}/{path}/{item.id}/"


def draft(campaign: str) -> Draft | None:
    """The draft of a campaign."""
    return Draft.objects.filter(campaign=campaign).first()


def drafts_of(user: Any) -> list[Draft]:
    """The drafts on which someone works."""
    return list(Draft.objects.filter(campaign__in=[member.campaign for member in memberships_of(user)]))


def problems_of(prepared: Draft) -> list[Problem]:
    """What keeps a draft from being published."""
    return check_for_book(prepared.document, accepted_story(prepared.campaign))


def preview_of(prepared: Draft) -> tuple[Story, Mapping[str, Number]]:
    """The story and all numbers as they would be when the draft is published; what is unsound in it is left out.

    :raises Refused: `draft_problems` when the campaign's own part is unsound, as there is no page without it.
    """
    return foretell(prepared.campaign, prepared.document)


def memberships_of(user: Any) -> list[Membership]:
    """The campaigns on which someone works, and as what."""
    return list(Membership.objects.filter(user=user))


def members_of(campaign: str) -> list[Membership]:
    """Who works on a campaign, in the order in which they came."""
    return list(Membership.objects.filter(campaign=campaign).select_related("user"))


def role_of(user: Any, campaign: str) -> str | None:
    """The role of someone in a campaign, or None."""
    return Membership.objects.filter(user=user, campaign=campaign).values_list("role", flat=True).first()


def is_allowed(user: Any, campaign: str, verb: str) -> bool:
    """Whether someone may do that at the desk of a campaign (a verb of `core/roles.py`)."""
    return may(role_of(user, campaign), verb)


def is_last_owner(user: Any, campaign: str) -> bool:
    """Whether nobody else owns the campaign."""
    owners = set(Membership.objects.filter(campaign=campaign, role=OWNER).values_list("user_id", flat=True))
    return owners == {user.pk}


def trail_of(campaign: str, count: int = 100) -> list[tuple[Trail, Any]]:
    """The newest steps at the desk of a campaign, each with who did it (None: the host, or someone who left)."""
    steps = list(Trail.objects.filter(campaign=campaign).order_by("-pk")[:count])
    people = get_user_model().objects.in_bulk({step.who_id for step in steps if step.who_id is not None})
    return [(step, people.get(step.who_id)) for step in steps]
