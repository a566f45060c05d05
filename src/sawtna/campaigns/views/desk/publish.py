"""Publishing: first what will be written for ever, then the entries that were written. And deleting words, taking all back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from sawtna.campaigns.actions.discard_draft import discard_draft
from sawtna.campaigns.actions.open_draft import open_draft
from sawtna.campaigns.actions.publish_draft import publish_draft
from sawtna.campaigns.actions.withdraw_campaign import withdraw_campaign
from sawtna.campaigns.core.planning import Planned, plan_entries
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.page import show_desk
from sawtna.campaigns.views.desk.problems import listed_problems
from sawtna.campaigns.views.desk.saving import STALE
from sawtna.ledger import reads as book
from sawtna.ledger.legend import kind_in_words
from sawtna.ledger.refusals import Refused

MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class WrittenEntry:
    """One entry of the book with its address."""

    index: int
    path: str
    kind: str = ""
    name: str = ""


@at_the_counter("publish", "GET", "HEAD", "POST")
def publish(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Show what publishing writes, and on a POST write it."""
    if request.method != "POST":
        return _ask(request, desk)
    try:
        written = publish_draft(desk.campaign_id, _seen(request), desk.user)
    except Refused as refusal:
        if refusal.code == STALE:
            messages.error(
                request,
                _(
                    "Someone changed the draft while you read this page. Nothing was published; look at it again."
                ),
            )
        else:
            messages.error(request, refusal.sentence)
        return HttpResponseRedirect(reverse("campaigns:desk:publish", args=[desk.campaign_id]))
    first, last = (written.entries[0], written.entries[-1]) if written.entries else (0, -1)
    return HttpResponseRedirect(reverse("campaigns:desk:published", args=[desk.campaign_id, first, last]))


def _seen(request: HttpRequest) -> int:
    told = request.POST.get("revision", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else -1


def _ask(request: HttpRequest, desk: Counter) -> HttpResponse:
    planned = [] if desk.problems else plan_entries(desk.document, desk.story)
    return show_desk(
        request,
        "publish.html",
        desk,
        "publish",
        problems=listed_problems(desk),
        count=len(planned),
        names=_new_names(desk, planned),
        changes=desk.changes,
    )


def _new_names(desk: Counter, planned: list[Planned]) -> list[str]:
    """The identifiers that come into the book with this and can never leave it."""
    names = []
    for entry in planned:
        kind, name = str(entry.body["k"]), str(entry.body.get("id", entry.body.get("c", "")))
        if entry.void_of is None and not _is_known(desk, kind, name):
            names.append(name)
            options = entry.body.get("options")
            names += [str(one) for one in options] if isinstance(options, list) else []
    return names


def _is_known(desk: Counter, kind: str, name: str) -> bool:
    if desk.story is None:
        return False
    items = (
        desk.story.campaign,
        *(item for section in desk.story.sections.values() for item in section.values()),
    )
    return any(item.kind == kind and item.id == name for item in items)


@at_the_counter("look")
def show_published(request: HttpRequest, desk: Counter, first: int, last: int) -> HttpResponse:
    """Show the entries that were just written, with their places in the book."""
    if not 0 <= first <= last < book.head().size or last - first >= MOST_SHOWN * 20:
        raise Http404
    written = [_written(index) for index in range(first, last + 1)]
    return show_desk(request, "published.html", desk, "publish", entries=[one for one in written if one])


def _written(index: int) -> WrittenEntry | None:
    entry = book.entry_at(index)
    if entry is None:
        return None
    body: Any = entry.body
    name = body.get("id", body.get("i", body.get("c", "")))
    return WrittenEntry(
        index, reverse("ledger:entry", args=[index]), kind_in_words(entry.kind).name, str(name)
    )


@at_the_counter("edit", "POST")
def discard(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Throw the changes of the draft away."""
    _tell(
        request,
        lambda: discard_draft(desk.campaign_id, _seen(request), desk.user),
        _("The draft says again what is published."),
    )
    return HttpResponseRedirect(reverse("campaigns:desk:overview", args=[desk.campaign_id]))


@at_the_counter("withdraw", "POST")
def withdraw(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Take the whole campaign back; its draft is what can bring it back."""
    open_draft(desk.campaign_id, desk.user)
    _tell(
        request,
        lambda: withdraw_campaign(desk.campaign_id, by=desk.user),
        _("The campaign was taken back. Its entries stay in the book, its pages are gone."),
    )
    return HttpResponseRedirect(reverse("campaigns:desk:overview", args=[desk.campaign_id]))


def _tell(request: HttpRequest, act: Any, done: str) -> None:
    try:
        act()
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, done)
