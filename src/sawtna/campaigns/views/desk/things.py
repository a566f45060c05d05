"""One thing of a draft on one page: read, typed, kept. Nothing typed is lost, whatever it is and whoever else was faster."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from sawtna.campaigns.forms.answers import read_answers
from sawtna.campaigns.forms.changes import Difference, differences_of, thing_or_empty
from sawtna.campaigns.forms.following import TAKING_PART, follow_rolls
from sawtna.campaigns.forms.questions import Question, questions_of, title_of
from sawtna.campaigns.forms.questions import Sheet as Answered
from sawtna.campaigns.forms.sections import SECTION_OF_NAME
from sawtna.campaigns.forms.sentences import BOUND, errors_of, sentence_of
from sawtna.campaigns.forms.suggestions import suggest_name
from sawtna.campaigns.forms.things import (
    CAMPAIGN_SECTION,
    NOBODY,
    Document,
    Thing,
    ids_in,
    keys_in,
    kind_of,
    position_of,
    print_of,
    things_in,
    with_thing,
)
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.page import show_desk
from sawtna.campaigns.views.desk.problems import field_label
from sawtna.campaigns.views.desk.saving import Crossed, change_draft
from sawtna.ledger.core.schema import Problem
from sawtna.ledger.refusals import Refused

MOST_ROWS = 50
# What a new thing says before anything was typed: the usual answers.
USUAL: dict[str, Thing] = {
    "rolls": {"kinds": ["email"], "mode": "quiet"},
    "vouchings": {"vouches": 3},
    "ballots": {"min": 1, "max": 1},
}


@dataclass(frozen=True, slots=True)
class Wrong:
    """One line of the summary over the questions: the field, what is wrong, and the id of its input."""

    label: Any
    sentence: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Conflict:
    """What someone else did to the thing while one typed."""

    differences: tuple[Difference, ...]
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page of one thing: whose desk, which section, which address in it. Owner: one request."""

    request: HttpRequest
    desk: Counter
    section: str
    key: str

    @property
    def position(self) -> int | None:
        """Where the thing stands in the draft; None for a new one, or one that someone removed."""
        return position_of(self.desk.document, self.section, self.key)

    @property
    def depth(self) -> int:
        """How many steps of a problem's path lead to the thing."""
        return 1 if self.section == CAMPAIGN_SECTION else 2

    @property
    def print(self) -> str:
        """The fingerprint of the thing as it stands in the draft."""
        return print_of(self.thing) if self.position is not None else NOBODY

    @property
    def thing(self) -> Thing:
        """The thing as it stands in the draft; for a new one the usual answers."""
        if self.position is None:
            return deepcopy(USUAL.get(self.section, {}))
        return thing_or_empty(self.desk.document, self.section, self.position)

    @property
    def is_bound(self) -> bool:
        """Whether it stands in the book and can never be changed."""
        return self.position is not None and (self.section, str(self.thing.get("id"))) in self.desk.bound

    @property
    def fixed(self) -> frozenset[str]:
        """What cannot be changed any more: the name of what is in the book, and of a campaign that is open."""
        if self.section == CAMPAIGN_SECTION:
            return frozenset({"id"})
        item = self.desk.story.item(self.section, self.thing.get("id")) if self.desk.story else None
        return frozenset({"id"}) if item else frozenset()


@at_the_counter("look", "GET", "HEAD", "POST")
def edit_campaign(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Edit the campaign's own item."""
    desk.require_edit(CAMPAIGN_SECTION)
    return _edit(Sheet(request, desk, CAMPAIGN_SECTION, CAMPAIGN_SECTION))


@at_the_counter("look", "GET", "HEAD", "POST")
def edit_thing(request: HttpRequest, desk: Counter, section_name: str, key: str) -> HttpResponse:
    """Edit one thing of a section, or a new one."""
    if section_name not in SECTION_OF_NAME:
        raise Http404
    desk.require_edit(section_name)
    return _edit(Sheet(request, desk, section_name, key))


def _edit(sheet: Sheet) -> HttpResponse:
    request, position = sheet.request, sheet.position
    if request.method != "POST":
        if position is None and sheet.key != NOBODY:
            raise Http404(_("There is no such thing in the draft. Someone may have removed it."))
        problems = list(sheet.desk.problems_of(sheet.section, position)) if position is not None else []
        return _show(sheet, sheet.thing, problems)
    typed = read_answers(kind_of(sheet.section), request.POST, sheet.thing, sheet.desk.zone)
    typed.update({name: sheet.thing[name] for name in sheet.fixed if name in sheet.thing})
    if sheet.is_bound:
        return _show(sheet, sheet.thing, refusal=BOUND, status=409)
    if "more" in request.POST:
        rows = min(_rows(request) + 1, MOST_ROWS)
        return _show(sheet, typed, rows=rows, print=request.POST.get("print", ""))
    return _keep(sheet, typed)


def _rows(request: HttpRequest) -> int:
    told = request.POST.get("rows", "0")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 3 else 0


def _keep(sheet: Sheet, typed: Thing) -> HttpResponse:
    section, seen = sheet.section, sheet.request.POST.get("print", NOBODY)
    kept: dict[str, int | None] = {"position": None}

    def with_typed(document: dict[str, Any]) -> dict[str, Any]:
        position = _place_of(document, section, sheet.key, seen)
        if not typed.get("id"):
            typed["id"] = suggest_name(kind_of(section).name, typed, ids_in(document, section))
        changed = with_thing(document, section, position, typed)
        if section in TAKING_PART:
            changed = follow_rolls(changed, sheet.desk.bound)
        kept["position"] = len(things_in(changed, section)) - 1 if position is None else position
        return changed

    try:
        now = change_draft(sheet.desk, with_typed)
    except Crossed as crossed:
        return _show_conflict(sheet, typed, crossed.theirs)
    except Refused as refusal:
        return _show(sheet, typed, print=seen, refusal=refusal.sentence, status=422)
    return _after(sheet.request, now, section, kept["position"])


def _place_of(document: Document, section: str, key: str, seen: str) -> int | None:
    """Where the thing stands that the page had shown; raises Crossed when it is not what the page had shown."""
    if seen == NOBODY:
        return None
    position = position_of(document, section, key)
    things = things_in(document, section)
    if position is not None and print_of(things[position]) == seen:
        return position
    moved = next((place for place, thing in enumerate(things) if print_of(thing) == seen), None)
    if moved is None:
        raise Crossed(things[position] if position is not None else None)
    return moved


def _after(request: HttpRequest, desk: Counter, section: str, position: int | None) -> HttpResponse:
    """Go on: to the list when all is well, else back to the page, which says what is missing."""
    missing = sum(1 for _ in desk.problems_of(section, position))
    if not missing:
        messages.success(request, _("Kept in the draft."))
    then = request.POST.get("then", "list")
    name, args = "section", [section]
    if section == CAMPAIGN_SECTION:
        name, args = ("campaign" if missing or then == "stay" else "overview"), []
    elif missing or then == "stay":
        name, args = "thing", [section, list(keys_in(desk.document, section))[position or 0]]
    elif then == "another":
        name, args = "thing", [section, NOBODY]
    return HttpResponseRedirect(reverse(f"campaigns:desk:{name}", args=[desk.campaign_id, *args]))


def _show_conflict(sheet: Sheet, typed: Thing, theirs: Thing | None) -> HttpResponse:
    differences = (
        tuple(differences_of(sheet.section, typed, theirs, sheet.desk.zone)) if theirs is not None else ()
    )
    return _show(
        sheet, typed, print=print_of(theirs), conflict=Conflict(differences, theirs is None), status=409
    )


def _show(sheet: Sheet, thing: Thing, problems: Sequence[Problem] = (), **more: Any) -> HttpResponse:
    desk, section, rows = sheet.desk, sheet.section, more.setdefault("rows", 0)
    answered = Answered(
        kind_of(section),
        thing,
        desk.document,
        errors_of(problems, sheet.depth),
        desk.language,
        desk.zone,
        rows,
        sheet.fixed,
    )
    questions = questions_of(answered)
    words = SECTION_OF_NAME.get(section)
    place = ("section", section) if words else ("overview",)
    return show_desk(
        sheet.request,
        "thing.html",
        desk,
        section,
        section=words,
        heading=_heading(sheet, thing),
        questions=questions,
        wrong=[_wrong(sheet, problem, questions) for problem in problems],
        is_erased="erased" in thing,
        is_bound=sheet.is_bound,
        key=sheet.key,
        differs_from_book=sheet.is_bound and sheet.key in desk.changes.of(section),
        back=reverse(f"campaigns:desk:{place[0]}", args=[desk.campaign_id, *place[1:]]),
        **{"print": sheet.print, **more},
    )


def _heading(sheet: Sheet, thing: Thing) -> Any:
    if sheet.section == CAMPAIGN_SECTION:
        return _("The campaign itself")
    return SECTION_OF_NAME[sheet.section].add if sheet.key == NOBODY else title_of(thing, sheet.desk.language)


def _wrong(sheet: Sheet, problem: Problem, questions: Sequence[Question]) -> Wrong:
    path = ".".join(str(step) for step in problem.path[sheet.depth :])
    path = path.removeprefix("words.") if path.startswith("words.options") else path
    path = path.replace("actions", "options", 1) if path.startswith("actions") else path
    question = next((one for one in questions if path == one.path or path.startswith(f"{one.path}.")), None)
    return Wrong(
        field_label(sheet.section, problem, sheet.depth),
        sentence_of(problem),
        question.id if question else "",
    )
