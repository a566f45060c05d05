"""What keeps a draft from being published, each with the way to its field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.urls import reverse

from sawtna.campaigns.forms.labels import LABELS, ORDER, Words, label_of
from sawtna.campaigns.forms.questions import title_of
from sawtna.campaigns.forms.sections import SECTION_OF_NAME
from sawtna.campaigns.forms.sentences import sentence_of
from sawtna.campaigns.forms.things import CAMPAIGN_SECTION, keys_in, kind_of, things_in
from sawtna.campaigns.views.desk.counter import Counter
from sawtna.ledger.core.schema import Problem

MOST_LISTED = 30


@dataclass(frozen=True, slots=True)
class Listed:
    """One problem: the thing, the field, what is wrong, and where it can be mended."""

    title: str
    label: Words
    sentence: str
    path: str = ""


def listed_problems(desk: Counter) -> list[Listed]:
    """The first problems of a draft, for its overview and before it is published."""
    return [_listed(desk, problem) for problem in islice(desk.problems, MOST_LISTED)]


def _listed(desk: Counter, problem: Problem) -> Listed:
    section = str(problem.path[0]) if problem.path else ""
    if section == CAMPAIGN_SECTION:
        path = reverse("campaigns:desk:campaign", args=[desk.campaign_id])
        return Listed("", field_label(section, problem, 1), sentence_of(problem), path)
    if section in SECTION_OF_NAME and len(problem.path) > 1:
        position = int(problem.path[1])
        key = list(keys_in(desk.document, section))[position]
        title = title_of(things_in(desk.document, section)[position], desk.language)
        path = reverse("campaigns:desk:thing", args=[desk.campaign_id, section, key])
        return Listed(title, field_label(section, problem, 2), sentence_of(problem), path)
    return Listed("", problem.where, sentence_of(problem))


def field_label(section: str, problem: Problem, depth: int) -> Words:
    """What the field of a problem is called; the place itself where it has no label."""
    path = ".".join(str(step) for step in problem.path[depth:])
    kind = kind_of(section)
    paths: Iterable[str] = sorted(ORDER.get(kind.name, ()), key=len, reverse=True)
    known = next((one for one in paths if path == one or path.startswith(f"{one}.")), None)
    return label_of(kind.name, known) if known else LABELS.get(path.partition(".")[0], path or problem.where)
