"""A campaign as a file: taken out, put in place of the draft, or the beginning of a new campaign."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from sawtna.campaigns.actions.start_draft import start_draft
from sawtna.campaigns.core.document import document_of, write_document
from sawtna.campaigns.core.file import CampaignFile, check_file, open_file
from sawtna.campaigns.core.story import Story
from sawtna.campaigns.forms.sentences import sentence_of
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter, open_counter, said_when_closed
from sawtna.campaigns.views.desk.home import require_opening
from sawtna.campaigns.views.desk.page import show_desk
from sawtna.campaigns.views.desk.saving import change_draft
from sawtna.ledger.core.schema import Problem
from sawtna.ledger.refusals import Refused


@at_the_counter("look", "GET", "HEAD", "POST")
def show_file(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Offer the campaign as a file, and take one in place of the draft."""
    if request.method != "POST":
        return _page(request, desk, (), "")
    desk.require_edit("campaign")
    data, text = _sent(request)
    file = open_file(data)
    problems = _problems(file, desk.story) if data.strip() else [_nothing_sent()]
    if not problems and file.campaign != desk.campaign_id:
        problems = [_other(file.campaign, desk.campaign_id)]
    if problems:
        return _page(request, desk, problems, text)
    try:
        change_draft(desk, lambda _: file.document)
    except Refused as refusal:
        return _page(request, desk, [{"sentence": refusal.sentence}], text)
    messages.success(request, _("The file is the draft now. Nothing was published."))
    return HttpResponseRedirect(reverse("campaigns:desk:overview", args=[desk.campaign_id]))


@said_when_closed
@require_http_methods(["GET", "HEAD", "POST"])
def open_from_file(request: HttpRequest) -> HttpResponse:
    """Open a new campaign from a file."""
    require_opening(request.user)
    if request.method != "POST":
        return _new_page(request, (), "")
    data, text = _sent(request)
    file = open_file(data)
    problems = _problems(file, None) if data.strip() else [_nothing_sent()]
    if problems:
        return _new_page(request, problems, text)
    try:
        start_draft(file.campaign, request.user)
        change_draft(open_counter(request.user, file.campaign), lambda _: file.document)
    except Refused as refusal:
        return _new_page(request, [{"sentence": refusal.sentence}], text)
    messages.success(request, _("The campaign is open. Nobody sees it before you publish it."))
    return HttpResponseRedirect(reverse("campaigns:desk:overview", args=[file.campaign]))


def _sent(request: HttpRequest) -> tuple[bytes, str]:
    """The file that was sent, else the text; and the text as it shall stand in the page again."""
    text = request.POST.get("text", "")
    sent = request.FILES.get("file")
    return (sent.read(), text) if sent is not None else (text.encode("utf-8", "replace"), text)


def _problems(file: CampaignFile, story: Story | None) -> list[dict[str, Any]]:
    return [_shown(problem) for problem in check_file(file, story)]


def _shown(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "where": problem.where, "sentence": sentence_of(problem)}


def _nothing_sent() -> dict[str, Any]:
    return {"sentence": _("No file came. Choose one, or paste its text.")}


def _other(got: str, expected: str) -> dict[str, Any]:
    said = _(
        "This is the file of the campaign %(got)s. Its id must be %(expected)s here; or open it as a new campaign."
    )
    return {"where": "campaign.id", "sentence": said % {"got": got, "expected": expected}}


def _page(request: HttpRequest, desk: Counter, problems: Iterable[dict[str, Any]], text: str) -> HttpResponse:
    listed = list(problems)
    return show_desk(
        request, "file.html", desk, "file", problems=listed, text=text, status=422 if listed else 200
    )


def _new_page(request: HttpRequest, problems: Iterable[dict[str, Any]], text: str) -> HttpResponse:
    listed = list(problems)
    context = {"place": "new", "problems": listed, "text": text, "can_edit": True}
    return render(request, "campaigns/desk/file.html", context, status=422 if listed else 200)


@at_the_counter("look")
def export_draft(_request: HttpRequest, desk: Counter) -> HttpResponse:
    """Download the draft."""
    return _download(desk, desk.document, "draft")


@at_the_counter("look")
def export_published(_request: HttpRequest, desk: Counter) -> HttpResponse:
    """Download what the book says."""
    if desk.story is None:
        raise Http404
    return _download(desk, document_of(desk.story), "published")


def _download(desk: Counter, document: Any, what: str) -> HttpResponse:
    response = HttpResponse(write_document(document), content_type="application/json; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{desk.campaign_id}-{what}.json"'
    return response
