"""The things of one section of a draft; taking one out, and putting it back."""

from __future__ import annotations

from collections import Counter as Counted
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from sawtna.campaigns.core.entries import SECTIONS as KINDS
from sawtna.campaigns.forms.changes import BACK
from sawtna.campaigns.forms.questions import title_of
from sawtna.campaigns.forms.sections import SECTION_OF_NAME, Section
from sawtna.campaigns.forms.shown import shown
from sawtna.campaigns.forms.things import (
    Thing,
    keys_in,
    position_of,
    print_of,
    things_in,
    with_thing,
    with_thing_again,
    without_thing,
)
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.invitations import takes_invitations
from sawtna.campaigns.views.desk.page import show_desk
from sawtna.campaigns.views.desk.saving import Crossed, change_draft
from sawtna.ledger.core.dates import parse_day
from sawtna.ledger.core.errors import BookError

REMOVED = "removed_at_the_desk"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing of the list. `day` is a date of the book, `day_as_typed` what stands there when it is none."""

    key: str
    title: str
    name: str
    print: str
    day: str = ""
    day_as_typed: str = ""
    what: str = ""
    wrong: int = 0
    is_erased: bool = False
    has_words: bool = False
    invites: bool = False


def section_named(name: str) -> Section:
    """A section of the desk, or 404."""
    if name not in SECTION_OF_NAME:
        raise Http404
    return SECTION_OF_NAME[name]


@at_the_counter("look")
def show_section(request: HttpRequest, desk: Counter, section_name: str) -> HttpResponse:
    """List the things of a section."""
    section = section_named(section_name)
    changed = desk.changes.of(section.name)
    wrong = Counted(
        problem.path[1]
        for problem in desk.problems
        if problem.path[:1] == (section.name,) and problem.path[1:]
    )
    things = zip(keys_in(desk.document, section.name), things_in(desk.document, section.name), strict=True)
    rows = [
        replace(
            _row(desk, section.name, key, thing),
            what=changed[key].what if key in changed else "",
            wrong=wrong[place],
        )
        for place, (key, thing) in enumerate(things)
    ]
    return show_desk(
        request,
        "section.html",
        desk,
        section.name,
        section=section,
        rows=rows,
        gone=[change for change in changed.values() if change.what == BACK],
        removed=_removed_title(request, desk, section.name),
        can_edit=desk.may_edit(section.name),
    )


def _row(desk: Counter, section: str, key: str, thing: Thing) -> Row:
    moment = thing.get("on", thing.get("opens"))
    if section == "rolls":
        moment = " – ".join(shown("time", thing.get(end), desk.zone) or "…" for end in ("opens", "closes"))
    is_day = isinstance(moment, str) and _is_day(moment)
    item = desk.story.item(section, thing.get("id")) if desk.story else None
    return Row(
        key,
        title_of(thing, desk.language),
        str(thing.get("id") or "…"),
        print_of(thing),
        day=str(moment) if is_day else "",
        day_as_typed=str(moment) if isinstance(moment, str) and not is_day else "",
        is_erased="erased" in thing,
        invites=item is not None and section == "rolls" and takes_invitations(item) and desk.may("publish"),
        has_words=item is not None and bool(item.words) and KINDS[section].words is not None,
    )


def _is_day(text: str) -> bool:
    try:
        parse_day(text)
    except BookError:
        return False
    return True


def _removed_title(request: HttpRequest, desk: Counter, section: str) -> str:
    held = request.session.get(REMOVED, {})
    is_here = held.get("campaign") == desk.campaign_id and held.get("section") == section
    return title_of(held["thing"], desk.language) if is_here else ""


@at_the_counter("look", "POST")
def remove_thing(request: HttpRequest, desk: Counter, section_name: str, key: str) -> HttpResponse:
    """Take a thing out of the draft. What it was is kept in the session until the next removal."""
    section = section_named(section_name)
    desk.require_edit(section.name)
    seen = request.POST.get("print", "")
    taken: dict[str, Any] = {}

    def without(document: dict[str, Any]) -> dict[str, Any]:
        position = position_of(document, section.name, key)
        if position is None:
            return document  # someone else removed it: that is what was wanted
        thing = things_in(document, section.name)[position]
        if print_of(thing) != seen:
            raise Crossed(thing)
        taken.update(campaign=desk.campaign_id, section=section.name, position=position, thing=thing)
        return without_thing(document, section.name, position)

    try:
        change_draft(desk, without)
    except Crossed:
        messages.error(
            request, _("Someone else changed it in the meantime, so it was not removed. Look at it first.")
        )
    if taken:
        request.session[REMOVED] = taken
    return _back(desk, section)


@at_the_counter("look", "POST")
def put_back_thing(request: HttpRequest, desk: Counter, section_name: str) -> HttpResponse:
    """Undo the last removal."""
    section = section_named(section_name)
    desk.require_edit(section.name)
    held = request.session.get(REMOVED, {})
    if held.get("campaign") == desk.campaign_id and held.get("section") == section.name:
        change_draft(
            desk, lambda document: with_thing_again(document, section.name, held["position"], held["thing"])
        )
        del request.session[REMOVED]
        messages.success(request, _("It is back in the draft."))
    return _back(desk, section)


@at_the_counter("look", "POST")
def restore_thing(request: HttpRequest, desk: Counter, section_name: str, key: str) -> HttpResponse:
    """Bring a thing that the draft would take back into the draft again, as it stands in the book."""
    section = section_named(section_name)
    desk.require_edit(section.name)
    known = things_in(desk.published or {}, section.name)
    thing = next((one for one in known if one.get("id") == key), None)
    if thing is None:
        raise Http404

    is_fast = (section.name, key) in desk.bound

    def restored(document: dict[str, Any]) -> dict[str, Any]:
        position = position_of(document, section.name, key)
        is_there = position is not None and not is_fast
        return document if is_there else with_thing(document, section.name, position, thing)

    change_draft(desk, restored)
    request.session.pop(REMOVED, None)
    messages.success(request, _("It stays as it is in the book."))
    return _back(desk, section)


def _back(desk: Counter, section: Section) -> HttpResponse:
    return HttpResponseRedirect(reverse("campaigns:desk:section", args=[desk.campaign_id, section.name]))
