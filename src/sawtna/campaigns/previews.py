"""A draft as its pages would show it: planned over the book in memory, by the code that publishes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from sawtna.campaigns.core.document import Document, problems_of_document
from sawtna.campaigns.core.entries import SECTIONS
from sawtna.campaigns.core.numbers import numbers_of
from sawtna.campaigns.core.planning import contradictions, foresee, plan_entries
from sawtna.campaigns.core.story import Story
from sawtna.campaigns.core.things import things_of
from sawtna.campaigns.told import accepted_story
from sawtna.ledger import reads as book
from sawtna.ledger.accepted import accepted_size
from sawtna.ledger.core.fold import Number
from sawtna.ledger.core.schema import Problem
from sawtna.ledger.refusals import Refused


def foretell(campaign: str, document: Document) -> tuple[Story, Mapping[str, Number]]:
    """The story and the numbers that publishing the sound part of a document would lead to."""
    story = accepted_story(campaign)
    sound = sound_part(document, story)
    foreseen = foresee(story, plan_entries(sound, story), accepted_size())
    assert foreseen is not None, "a sound document has a campaign"
    as_of = book.head().as_of
    told = {number.key for number in numbers_of(story, as_of)} if story is not None else set()
    others = {key: number for key, number in book.numbers().items() if key not in told}
    return foreseen, {**others, **{number.key: number for number in numbers_of(foreseen, as_of)}}


def sound_part(document: Document, story: Story | None) -> Document:
    """The document without the things that are unsound, and without those that refer to them."""
    sound = document
    while problems := list(problems_of_document(sound)) or list(contradictions(sound, story)):
        smaller = _without(sound, problems)
        if smaller == sound:
            raise Refused(
                "draft_problems",
                _("The campaign itself is not complete yet, so there is no page to show."),
                problems,
            )
        sound = smaller
    return sound


def _without(document: Document, problems: list[Problem]) -> Document:
    faulty = {problem.path[:2] for problem in problems if len(problem.path) > 1}
    sections = {
        section: [thing for place, thing in things_of(document, section) if (section, place) not in faulty]
        for section in SECTIONS
    }
    kept = {name: value for name, value in document.items() if name in ("format", "campaign")}
    return {**kept, **{section: things for section, things in sections.items() if things}}
