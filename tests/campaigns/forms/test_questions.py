"""Every kind becomes a page of questions, and what was answered stands in it again."""

import json
from importlib.resources import files

import pytest
from django.utils import translation

from sawtna.campaigns.core.entries import CAMPAIGN, SECTIONS
from sawtna.campaigns.forms.choices import choices_of
from sawtna.campaigns.forms.labels import HIDDEN, ORDER, label_of
from sawtna.campaigns.forms.questions import Sheet, questions_of
from sawtna.campaigns.forms.sorts import WORDS, field_of, sort_of

EXAMPLE = json.loads(files("sawtna.campaigns").joinpath("examples/morocco-2016.json").read_text("utf-8"))
KINDS = [CAMPAIGN, *SECTIONS.values()]
NAMES = [kind.name for kind in KINDS]


def paths_of(kind):
    """List all fields of a kind and of its words, as the desk names them."""
    own = ("id" if kind is CAMPAIGN and name == "c" else name for name in kind.fields)
    fields = {name for name in own if name != "c"}
    words = {f"{WORDS}.{name}" for name in kind.words or {}}
    return (fields | words) - {"words.options"}  # asked together with `options`


def sheet(kind, item, **more):
    """Make a sheet of one thing of the example."""
    return Sheet(kind, item, EXAMPLE, more.pop("errors", {}), "en", "Africa/Casablanca", **more)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_every_field_is_asked_or_hidden_on_purpose(kind):
    """A field that the book knows and the desk forgot would be lost to organisers."""
    assert set(ORDER[kind.name]) | set(HIDDEN.get(kind.name, {})) == paths_of(kind)


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_every_choice_has_its_words(kind):
    """A choice is offered in words, never as a code, and no word stands for a choice that is gone."""
    for path in ORDER[kind.name]:
        form = field_of(kind, path).form
        choices = (form.items or form).choices
        if choices:
            others = {"pow"} if kind.name == "vouching" else set()  # who vouches is a person
            assert set(choices_of(kind.name, path)) == set(choices) | others, path


@pytest.mark.parametrize("kind", KINDS, ids=NAMES)
def test_an_empty_page_asks_everything(kind):
    """A new thing has a question for each field, with a label, and nothing is wrong yet."""
    with translation.override("ar"):
        questions = questions_of(sheet(kind, {}))
    assert [question.path for question in questions] == list(ORDER[kind.name])
    assert all(str(question.label) for question in questions)
    assert not any(question.has_errors for question in questions)


def test_languages_are_asked_side_by_side():
    """What is said is asked in Arabic, French and English at once, each in its own direction."""
    title = questions_of(sheet(SECTIONS["stages"], EXAMPLE["stages"][0]))[0]
    assert [(cell.language, cell.direction) for cell in title.tongues] == [
        ("ar", "rtl"),
        ("fr", "ltr"),
        ("en", "ltr"),
    ]
    assert [cell.value for cell in title.tongues] == [
        EXAMPLE["stages"][0]["words"]["title"][one] for one in ("ar", "fr", "en")
    ]


def test_references_offer_what_the_campaign_has():
    """A stage offers the targets of this very draft, by their names."""
    stage = next(one for one in EXAMPLE["stages"] if one.get("targets"))
    question = next(one for one in questions_of(sheet(SECTIONS["stages"], stage)) if one.path == "targets")
    assert [option.value for option in question.options] == [target["id"] for target in EXAMPLE["targets"]]
    assert [option.value for option in question.options if option.is_picked] == stage["targets"]


def test_an_answer_that_is_not_offered_stays():
    """A target that was removed in the meantime is still shown where it was picked, so that saving does not lose it."""
    question = next(
        one for one in questions_of(sheet(SECTIONS["replies"], {"target": "gone"})) if one.path == "target"
    )
    assert [option.value for option in question.options if option.is_picked] == ["gone"]


def test_errors_stand_beside_their_field():
    """An error of one language or of one source is shown at that input, not at the top of the page."""
    errors = {"opens": ["no date"], "words.title.fr": ["too long"], "words.links.0.url": ["no address"]}
    item = {"words": {"title": {"fr": "x"}, "links": [{"url": "x"}]}}
    questions = {one.path: one for one in questions_of(sheet(SECTIONS["stages"], item, errors=errors))}
    assert questions["opens"].errors == ("no date",)
    assert [cell.errors for cell in questions["words.title"].tongues] == [(), ("too long",), ()]
    assert questions["words.links"].rows[0].cells["url"].errors == ("no address",)
    assert [path for path, one in questions.items() if one.has_errors] == [
        "words.title",
        "opens",
        "words.links",
    ]


def test_a_page_of_a_reading_can_be_any_page_of_the_targets():
    """The pages that targets have are suggested."""
    sorts = {path: sort_of(SECTIONS["readings"], path) for path in ORDER["reading"]}
    assert sorts["page"] == "suggested"
    pages = [page for target in EXAMPLE["targets"] for page in target.get("pages", [])]
    question = next(one for one in questions_of(sheet(SECTIONS["readings"], {})) if one.path == "page")
    assert [option.value for option in question.options] == pages


def test_labels_of_a_kind_come_before_the_common_ones():
    """The same field is asked in the words of its kind."""
    assert str(label_of("moment", "words.text")) != str(label_of("news", "words.text"))
