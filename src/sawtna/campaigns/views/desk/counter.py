"""One campaign at the desk as one of its people sees it, and the door to it: membership first, then the right to the place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sawtna.campaigns import reads
from sawtna.campaigns.core.document import document_of, problems_of_document
from sawtna.campaigns.core.planning import contradictions, is_bound
from sawtna.campaigns.core.roles import MODERATED, may
from sawtna.campaigns.core.story import Story
from sawtna.campaigns.forms.changes import Changes, changes_of
from sawtna.campaigns.forms.following import TAKING_PART
from sawtna.campaigns.forms.questions import title_of
from sawtna.campaigns.forms.things import CAMPAIGN_SECTION, Document, things_in
from sawtna.ledger.core.schema import Problem

P = ParamSpec("P")
UNOPENED = 0  # the revision of a draft that nobody has changed yet: it is what the book says


@dataclass
class Counter:
    """A draft, its campaign in the book, and what the one who looks may do. Owner: one request; lives as long as it."""

    user: Any
    campaign_id: str
    role: str
    document: Document
    revision: int

    @cached_property
    def story(self) -> Story | None:
        """The campaign as the published book tells it; None before its first entry."""
        return reads.story(self.campaign_id)

    @cached_property
    def published(self) -> Document | None:
        """What the book says, as a document."""
        return document_of(self.story) if self.story else None

    @cached_property
    def language(self) -> str:
        """The language of the page."""
        return get_language() or "ar"

    @property
    def campaign(self) -> dict[str, Any]:
        """The campaign's own item."""
        return things_in(self.document, CAMPAIGN_SECTION)[0]

    @property
    def title(self) -> str:
        """What the campaign is called, in the language of the page where it is."""
        return title_of({"id": self.campaign_id, **self.campaign}, self.language)

    @property
    def zone(self) -> str:
        """The clock of the campaign."""
        return str(self.campaign.get("zone") or "UTC")

    @cached_property
    def changes(self) -> Changes:
        """What the draft changes about the book."""
        return changes_of(self.published, self.document, self.language, self.zone)

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that keeps the draft from being published."""
        found = tuple(problems_of_document(dict(self.document)))
        return found or tuple(contradictions(self.document, self.story))

    @cached_property
    def bound(self) -> frozenset[tuple[str, str]]:
        """(section, id) of everything in the book by which people take part, and which therefore stays as it is."""
        sections = self.story.sections if self.story else {}
        return frozenset(
            (section, name)
            for section in TAKING_PART
            for name, item in sections.get(section, {}).items()
            if is_bound(item)
        )

    def problems_of(self, section: str, position: int | None) -> Iterator[Problem]:
        """What is wrong with one thing."""
        way = (section,) if section == CAMPAIGN_SECTION else (section, position)
        return (problem for problem in self.problems if problem.path[: len(way)] == way)

    def may(self, verb: str) -> bool:
        """Whether the one who looks may do that."""
        return may(self.role, verb)

    def may_edit(self, section: str) -> bool:
        """Whether the one who looks may change things of that section."""
        return self.may("edit") or (section in MODERATED and self.may("moderate"))

    def require_edit(self, section: str) -> None:
        """Close the door to a section that is not theirs."""
        if not self.may_edit(section):
            raise closed()


def closed() -> PermissionDenied:
    """Say that a role does not reach so far."""
    return PermissionDenied(_("Your role in this campaign does not allow this. Ask one of its owners."))


def open_counter(user: Any, campaign_id: str) -> Counter:
    """The desk of a campaign for one of its members.

    Raises:
        PermissionDenied: no member, or no such campaign; a stranger is not told which.
    """
    role = reads.role_of(user, campaign_id)
    draft = reads.draft(campaign_id) if role else None
    if role is not None and draft is not None:
        return Counter(user, campaign_id, role, draft.document, draft.revision)
    story = reads.story(campaign_id) if role else None
    if role is None or story is None:
        raise PermissionDenied(
            _("You do not work on this campaign. Ask one of its owners to add your address.")
        )
    return Counter(user, campaign_id, role, document_of(story), UNOPENED)


def said_when_closed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view whose closed door says in a sentence why, and whom to ask."""

    @wraps(view)
    def told(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except PermissionDenied as refusal:
            return render(request, "campaigns/desk/closed.html", {"sentence": str(refusal)}, status=403)

    return told


def at_the_counter(
    verb: str, *methods: str
) -> Callable[[Callable[Concatenate[HttpRequest, Counter, P], HttpResponse]], Callable[..., HttpResponse]]:
    """A view of the desk of one campaign: for members who may do `verb`, by these methods (GET and HEAD when none is named).

    The second factor was asked before (`web.accounts.second_factor.DeskDoor`); whoever is not logged in is no member.
    """
    allowed = methods or ("GET", "HEAD")

    def door(
        view: Callable[Concatenate[HttpRequest, Counter, P], HttpResponse],
    ) -> Callable[..., HttpResponse]:
        @wraps(view)
        @said_when_closed
        def guarded(
            request: HttpRequest, campaign_id: str, *args: P.args, **kwargs: P.kwargs
        ) -> HttpResponse:
            if request.method not in allowed:
                return HttpResponseNotAllowed(allowed)
            if not request.user.is_authenticated:
                raise closed()
            counter = open_counter(request.user, campaign_id)
            if not counter.may(verb):
                raise closed()
            return view(request, counter, *args, **kwargs)

        return guarded

    return door
