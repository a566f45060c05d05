"""Who did what at the desk of a campaign, for its members alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from sawtna.campaigns import reads
from sawtna.campaigns.forms.choices import DEEDS
from sawtna.campaigns.forms.shown import clock_of
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.page import role_name, show_desk
from sawtna.campaigns.views.desk.publish import WrittenEntry

STEPS = 50  # on one page
MOST_PAGES = 2000
MOST_ENTRIES = 6


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trail. `at` is a minute on the clock of the campaign."""

    at: str
    who: str
    what: str
    entries: tuple[WrittenEntry, ...]
    more: int


@at_the_counter("read-trail")
def show_trail(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Show the steps, newest first, page by page."""
    told = request.GET.get("page", "1")
    page = (
        min(int(told), MOST_PAGES)
        if told.isascii() and told.isdigit() and 0 < len(told) < 6 and int(told)
        else 1
    )
    found = reads.trail_of(desk.campaign_id, page * STEPS + 1)
    shown = found[(page - 1) * STEPS : page * STEPS]
    people = _people([step for step, _who in shown])
    clock = clock_of(desk.zone)
    steps = [_step(step, who, people, clock) for step, who in shown]
    newer = page - 1 if page > 1 else None
    older = page + 1 if len(found) > page * STEPS else None
    return show_desk(request, "trail.html", desk, "trail", steps=steps, newer=newer, older=older)


def _people(steps: list[Any]) -> dict[int, Any]:
    named = {step.about["member"] for step in steps if isinstance(step.about.get("member"), int)}
    return dict(get_user_model().objects.in_bulk(named))


def _step(step: Any, who: Any, people: dict[int, Any], clock: tzinfo) -> Step:
    about = step.about
    member = str(people.get(about.get("member"), _("someone who is gone")))
    values = {
        "member": member,
        "role": role_name(str(about.get("role", ""))),
        "name": _name(about),
        "count": about.get("count", ""),
    }
    values["count"] = str(about.get("count", ""))
    deed = DEEDS.get(step.what)
    what = str(deed) % values if deed else step.what
    entries = tuple(
        WrittenEntry(index, reverse("ledger:entry", args=[index])) for index in step.entries[:MOST_ENTRIES]
    )
    return Step(
        step.at.astimezone(clock).strftime("%Y-%m-%dT%H:%M"),
        str(who) if who else _host_or_gone(step),
        what,
        entries,
        max(0, len(step.entries) - MOST_ENTRIES),
    )


def _name(about: dict[str, Any]) -> str:
    return f"{about['section']}/{about['id']}" if "section" in about and "id" in about else ""


def _host_or_gone(step: Any) -> str:
    return _("the host") if step.who_id is None else _("someone who is gone")
