"""Deleting the words of a thing that is in the book: what goes and what stays is said before it is done."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from sawtna.campaigns.actions.erase_words import erase_words
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.forms.changes import words_of
from sawtna.campaigns.forms.choices import ERASE_REASONS
from sawtna.campaigns.forms.questions import title_of
from sawtna.campaigns.forms.sections import SECTION_OF_NAME
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.page import show_desk
from sawtna.ledger.refusals import Refused


@at_the_counter("erase", "GET", "HEAD", "POST")
def erase(request: HttpRequest, desk: Counter, section_name: str, key: str) -> HttpResponse:
    """Ask for a reason, and on a POST delete the words of every version."""
    item = _found(desk, section_name, key)
    why = request.POST.get("why", "")
    error = ""
    if request.method == "POST" and why not in ERASE_REASONS:
        error = _("Choose the reason.")
    elif request.method == "POST":
        try:
            erase_words(desk.campaign_id, section_name, key, why, desk.user)
        except Refused as refusal:
            error = refusal.sentence
        else:
            messages.success(request, _("The words are deleted. The entry stays without them."))
            return HttpResponseRedirect(_list(desk, section_name))
    return show_desk(
        request,
        "erase.html",
        desk,
        section_name,
        heading=title_of({"id": item.id, "words": item.words}, desk.language),
        words=words_of(section_name, item.words),
        reasons=list(ERASE_REASONS.items()),
        error=error,
        back=_list(desk, section_name),
    )


def _found(desk: Counter, section: str, key: str) -> Item:
    item = desk.story.item(section, key) if desk.story and section in SECTION_OF_NAME else None
    if item is None:
        raise Http404
    return item


def _list(desk: Counter, section: str) -> str:
    return reverse("campaigns:desk:section", args=[desk.campaign_id, section])
