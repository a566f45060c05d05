"""Every identifier that a page of the book shows has its words; rooms bring their own."""

import ast

import pytest
from django.utils.safestring import mark_safe

from sawtna.ledger import legend
from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import Form
from sawtna.ledger.kinds import KINDS

from tests.house.plan import SOURCE, tree

FOLDS = [*SOURCE.glob("*/core/fold.py"), *SOURCE.glob("*/core/numbers.py")]


def identifiers_given_to_numbers(position: int) -> set[str]:
    """The constants that folds give as rule or unit, read from their source: arguments of Number and _number."""
    found = set()
    for path in FOLDS:
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in {"Number", "_number"}:
                shift = 1 if node.func.id == "_number" else 0
                argument = node.args[position + shift] if len(node.args) > position + shift else None
                if isinstance(argument, ast.Constant):
                    found.add(argument.value)
    return found


def names_in(form: Form) -> set[str]:
    """The names of fields that a page shows, also of those inside lists."""
    return set(form.fields or {})


def fields_of(kind: Kind) -> set[str]:
    """Fields of the entry and of its words."""
    return {*names_in(kind.body_form), *names_in(kind.words_form)}


def test_every_rule_of_every_fold_is_told_in_a_sentence():
    """Whoever checks a number reads how it is made, not the name of a function."""
    rules = identifiers_given_to_numbers(3)
    assert {"count_entries", "count_kind", "count_unknown", "days_blocked", "stated"} <= rules
    assert legend.missing_from(rules=rules) == set()
    for rule in rules:
        assert legend.rule_in_words(rule).endswith("."), rule


def test_every_unit_has_its_words():
    """A number can be counted in its unit, in the right plural; shares carry their sign instead."""
    units = identifiers_given_to_numbers(2) - {"basis-point"}
    assert {"entry", "day", "person"} <= units
    assert legend.missing_from(units=units) == set()


def test_units_of_claims_have_their_words():
    """Units that the square makes from what a claim counts, alone or in a time."""
    from sawtna.campaigns.core.entries import PERIODS
    from sawtna.campaigns.core.numbers import UNITS

    units = {
        f"{unit}{rate}" for unit in UNITS.values() for rate in ("", *(f"-a-{period}" for period in PERIODS))
    }
    assert legend.missing_from(units=units) == set()


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
def test_every_kind_and_field_has_its_words(kind):
    """The page of an entry names its kind and each of its fields in the reader's language."""
    assert legend.missing_from(kinds={kind.name}, fields=fields_of(kind)) == set()
    name, about = legend.kind_in_words(kind.name)
    assert name
    assert about.endswith(".")


def test_what_nobody_named_is_shown_by_its_identifier():
    """An older program reads a newer book: it shows what it does not know as it is."""
    assert legend.rule_in_words("of_later") == "of_later"
    assert legend.kind_in_words("of_later") == ("of_later", "")
    assert legend.field_in_words("of_later") == "of_later"
    assert legend.in_words("of-later", 3, mark_safe("<b>3</b>")) == "<b>3</b>"
    assert legend.missing_from(rules={"of_later"}, units={"x-a-day"}) == {"of_later", "x"}


def test_rates_are_told_with_their_time():
    """A unit in a time is the counted unit and the time, around a figure that is not escaped twice."""
    assert legend.in_words("follower-a-second", 2, mark_safe("<b>2</b>")) == "<b>2</b> followers a second"
    assert legend.in_words("person-a-day", 1, mark_safe("<b>1</b>")) == "<b>1</b> person a day"


@pytest.mark.django_db
def test_a_campaign_that_nobody_knows_has_no_country(book):
    """Then numbers are written as the language alone does."""
    assert legend.country_of("book") is None
