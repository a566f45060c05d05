"""The first page of the desk: the campaigns on which one works, and the way to a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sawtna.campaigns import reads
from sawtna.campaigns.actions.start_draft import start_draft
from sawtna.campaigns.core.entries import CAMPAIGN
from sawtna.campaigns.forms.answers import read_answers
from sawtna.campaigns.forms.changes import Changes
from sawtna.campaigns.forms.questions import Question, Sheet, questions_of
from sawtna.campaigns.forms.suggestions import suggest_name
from sawtna.campaigns.views.desk.counter import Counter, open_counter, said_when_closed
from sawtna.campaigns.views.desk.page import role_name
from sawtna.ledger.refusals import Refused

# What is asked before there is anything: enough to know the campaign by. The rest is asked on its own page.
ASKED_FIRST = ("words.title", "country", "zone", "opens", "mark", "id")


@dataclass(frozen=True, slots=True)
class Listed:
    """One campaign of the list."""

    id: str
    title: str
    role: str
    is_published: bool
    changes: Changes


@require_http_methods(["GET", "HEAD"])
def show_home(request: HttpRequest) -> HttpResponse:
    """List the campaigns on which one works."""
    desks = list(_desks_of(request.user))
    campaigns = [
        Listed(desk.campaign_id, desk.title, role_name(desk.role), desk.story is not None, desk.changes)
        for desk in desks
    ]
    context = {"place": "home", "campaigns": campaigns, "may_open": may_open(request.user)}
    return render(request, "campaigns/desk/home.html", context)


def _desks_of(user: Any) -> Iterator[Counter]:
    for member in reads.memberships_of(user):
        with suppress(PermissionDenied):  # of a campaign that the host took back there may be nothing to open
            yield open_counter(user, member.campaign)


def may_open(user: Any) -> bool:
    """Whether someone may open campaigns: guests of the host may, guests of an owner work where they were invited to."""
    return bool(getattr(user, "may_open_campaigns", False))


@said_when_closed
@require_http_methods(["GET", "HEAD", "POST"])
def open_campaign(request: HttpRequest) -> HttpResponse:
    """Ask for a title and a place, and open the draft."""
    require_opening(request.user)
    if request.method != "POST":
        return _ask(request, {"mark": "real"}, {})
    typed = read_answers(CAMPAIGN, request.POST, {}, "UTC")
    if not typed.get("id"):
        typed["id"] = suggest_name("campaign", typed, set())
    try:
        draft = start_draft(str(typed["id"]), request.user, typed)
    except Refused as refusal:
        return _ask(request, typed, {"id": (refusal.sentence,)})
    messages.success(request, _("The campaign is open. Nobody sees it before you publish it."))
    return HttpResponseRedirect(reverse("campaigns:desk:campaign", args=[draft.campaign]))


def require_opening(user: Any) -> None:
    """Close the door to those who may not open campaigns."""
    if not may_open(user):
        raise PermissionDenied(
            _("You work on the campaigns to which you were invited. The host can let you open others.")
        )


def _ask(request: HttpRequest, typed: dict[str, Any], errors: dict[str, tuple[str, ...]]) -> HttpResponse:
    sheet = Sheet(CAMPAIGN, typed, {}, errors, get_language() or "ar")
    questions = [question for question in questions_of(sheet) if question.path in ASKED_FIRST]
    context = {"place": "new", "questions": questions, "wrong_id": _first_wrong(questions)}
    return render(request, "campaigns/desk/new.html", context)


def _first_wrong(questions: list[Question]) -> Question | None:
    return next((question for question in questions if question.has_errors), None)
