"""What is wrong with an answer, as the desk says it beside the field: what to do, in the language of the page."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sawtna.campaigns.core.flaws import FLAWS
from sawtna.campaigns.forms.sorts import is_moment
from sawtna.ledger.core.schema import Form, Problem, visible

# What to do, by the sort of the form that was not met.
TO_DO: dict[str, str | Promise] = {
    "day": _("This is no date. Write it such as 2016-01-05, 2016-01, 2016 or 2016-01-16/2016-01-17."),
    "whole": _("Write a whole number from %(least)s to %(most)s."),
    "choice": _("Choose one of the list."),
    "flag": _("Say yes or nothing."),
    "slug": _("Write 1 to 60 small letters, digits and hyphens, such as %(sample)s."),
    "stand": _("Write s and a number, such as s1. The name of a person would stay in the book for ever."),
    "link": _("Write an address that begins with https:// or http://."),
    "page": _("Write the network and the name, such as facebook:inwi."),
    "country": _("Choose a country of the list."),
    "zone": _("Choose a time zone of the list, such as Africa/Casablanca."),
    "said": _("Write it in at least one language."),
    "bytes": _("This is not the whole key, or something was added. Copy the line that the command printed."),
}
MOMENT = _("This is no date and time. Write it such as 2026-03-01 08:00.")
MISSING: dict[str, str | Promise] = {
    "said": _("It is missing: write it in at least one language."),
    "day": _("It is missing: write a date such as 2016-01-05."),
    "choice": _("It is missing: choose one."),
    "links": _("It is missing: name at least one source."),
    "link": _("It is missing: write an address that begins with https:// or http://."),
    "map": _("It is missing: write the words of the options."),
    "ticks": _("It is missing: tick at least one."),
    "bytes": _("It is missing: copy the line that the command printed."),
}
BOUND = _(
    "This is in the book, and people take part by it: its keys are logged, and it can never be changed. Write a new one "
    "under another name."
)
# What a file is told in its own words, and the desk says shorter.
AT_THE_DESK: dict[tuple[str, object], str | Promise] = {
    ("here", "roll"): _(
        "Choose the roll by which people are let in. Where there is none yet, add one first."
    ),
    ("here", "kinds"): _("Tick at least one way."),
    ("ballot-changed", None): BOUND,
    ("relay-key", None): _(
        "To this key nothing can be sealed. Copy the line pk that sawtna relay key printed."
    ),
    ("issuer-kinds", None): _(
        "Tick a code by e-mail alone: where another issuer lets people in too, each sends a code of its own, and only this site "
        "has the lists of invitations and of vouches."
    ),
    ("crowded", None): _(
        "More than eight pledges, polls and vouchings of this roll would be open together, and nobody could take part in them. "
        "Choose another roll."
    ),
    ("peer-alone", None): _(
        "Say under Vouching how many people of this roll admit a newcomer, or do not tick this."
    ),
}


def sentence_of(problem: Problem) -> str:
    """One sentence for one problem."""
    if known := AT_THE_DESK.get((problem.code, problem.values.get("field"))):
        return str(known)
    if problem.code in FLAWS:
        values = {
            name: visible(said) if isinstance(said, str) else said for name, said in problem.values.items()
        }
        got, expected = (gettext(words) % values for words in FLAWS[problem.code])
        return _plain(got, expected)
    if problem.code == "character":
        return gettext(
            "It holds the invisible character %(character)s at place %(place)s, which can make a text show other words "
            "than it holds. Delete it."
        ) % dict(problem.values)
    if problem.form is None:
        return _plain(problem.got, problem.expected)
    return _of_form(problem.form, problem)


def _plain(got: str, expected: str) -> str:
    return gettext("Got %(got)s, expected %(expected)s.") % {"got": got, "expected": expected}


def _of_form(form: Form, problem: Problem) -> str:
    if problem.code == "missing":
        sort = "ticks" if form.items is not None and form.items.choices else form.sort
        return str(MOMENT if is_moment(form) else MISSING.get(sort, gettext("It is missing.")))
    if form.sort == "text":
        return _of_text(form, problem)
    if is_moment(form):
        return str(MOMENT)
    known = str(TO_DO.get(form.sort, ""))
    if not known:
        return _plain(problem.got, problem.expected)
    return known % {"least": form.least, "most": form.most, "sample": form.sample}


def _of_text(form: Form, problem: Problem) -> str:
    length = problem.values.get("length", 0)
    if not isinstance(length, int) or length <= form.most:
        return gettext("Write text of at most %(most)s characters.") % {"most": form.most}
    over = length - form.most
    said = ngettext(
        "It is %(over)s character too long: at most %(most)s.",
        "It is %(over)s characters too long: at most %(most)s.",
        over,
    )
    return said % {"over": over, "most": form.most}


def errors_of(problems: Iterable[Problem], depth: int) -> dict[str, tuple[str, ...]]:
    """The sentences by field; `depth` steps of each path lead to the thing itself."""
    errors: dict[str, tuple[str, ...]] = {}
    for problem in problems:
        place = ".".join(str(step) for step in problem.path[depth:])
        errors[place] = (*errors.get(place, ()), sentence_of(problem))
    return errors
