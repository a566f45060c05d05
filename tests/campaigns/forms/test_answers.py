"""What is typed comes back as the book spells it, or exactly as it was typed."""

import json
from importlib.resources import files
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.core.entries import CAMPAIGN, ROLL, SECTIONS
from sawtna.campaigns.forms.answers import read_answers, whole_of
from sawtna.campaigns.forms.questions import Sheet, questions_of

EXAMPLE = json.loads(files("sawtna.campaigns").joinpath("examples/morocco-2016.json").read_text("utf-8"))
ZONE = "Africa/Casablanca"
THINGS = [(CAMPAIGN, EXAMPLE["campaign"])] + [
    (kind, thing)
    for section, kind in SECTIONS.items()
    if kind is not ROLL
    for thing in EXAMPLE.get(section, [])
]
STAGE = SECTIONS["stages"]


def form_of(kind, item):
    """Send the page of a thing as a browser would, nothing changed."""
    pairs = []
    for question in questions_of(Sheet(kind, item, EXAMPLE, {}, "en", ZONE)):
        if question.sort in {"said", "links", "options"}:
            cells = [*question.tongues]
            cells += [cell for row in question.rows for cell in (*row.cells.values(), *row.tongues)]
            pairs += [(cell.name, cell.value) for cell in cells]
        elif question.sort in {"pick", "picks", "radio"}:
            pairs += [(question.path, option.value) for option in question.options if option.is_picked]
        elif question.sort != "flag" or question.cell.value:
            pairs.append((question.path, question.cell.value))
    return QueryDict(urlencode(pairs))


def read(kind=STAGE, before=None, **typed):
    """Read what was typed into a page."""
    pairs = [(name.replace("__", "."), value) for name, value in typed.items()]
    return read_answers(kind, QueryDict(urlencode(pairs)), before or {}, ZONE)


@pytest.mark.parametrize(
    ("kind", "item"), THINGS, ids=[f"{kind.name} {thing.get('id')}" for kind, thing in THINGS]
)
def test_a_page_sent_unchanged_changes_nothing(kind, item):
    """Everything that the example holds goes through the desk and back without a letter lost."""
    assert read_answers(kind, form_of(kind, item), item, ZONE) == item


def test_what_the_page_does_not_ask_stays():
    """A signature of a collector survives an organiser's edit."""
    reading = {"id": "r1", "g": "signed", "ev": "evidence", "by": "collector@1.0", "metric": "followers"}
    assert read(SECTIONS["readings"], reading, id="r2", value="12") == {**reading, "id": "r2", "value": 12}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2016-01-05", "2016-01-05"),
        ("٢٠١٦-٠١-٠٥", "2016-01-05"),
        ("2016-02-28 12:00", "2016-02-28T12:00"),
        ("2016-01-16 / 2016-01-17", "2016-01-16/2016-01-17"),
        ("the fifth of January", "the fifth of January"),
        ("2016-13-45", "2016-13-45"),
        ("  ", None),
    ],
)
def test_dates_are_read_as_people_write_them(typed, kept):
    """Arabic digits and a space before the hour are understood; nonsense is kept for its writer to correct."""
    assert read(opens=typed).get("opens") == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("1204", 1204),
        ("1,204", 1204),
        ("1 204", 1204),
        ("1.470.000", 1470000),
        ("١٬٢٠٤", 1204),
        ("12.5", "12.5"),
        ("-3", "-3"),
        ("many", "many"),
        ("²", "²"),
        ("9" * 40, "9" * 40),
        ("", None),
    ],
)
def test_whole_numbers_are_read_with_their_separators(typed, kept):
    """Thousands may be set apart as people do; a fraction is no whole number and stays as it was typed."""
    assert whole_of(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("5.62", 562), ("5,6", 560), ("٥٫٦٢", 562), ("40 %", 4000), ("half", "half"), ("1.234", "1.234")],
)
def test_shares_are_typed_in_percent(typed, kept):
    """5.62 percent is 562 basis points in the book."""
    assert read(SECTIONS["claims"], share_bp=typed)["share_bp"] == kept


def test_a_time_is_meant_on_the_clock_of_the_campaign():
    """14:00 in Casablanca, winter of 2016, is 14:00 UTC; what is no time is kept."""
    assert read(SECTIONS["readings"], t="2016-02-27 14:00")["t"] == 1456581600
    assert read(SECTIONS["readings"], t="2016-02-30 14:00")["t"] == "2016-02-30 14:00"


def test_words_are_kept_in_each_language_alone():
    """An empty language is left out; line ends and composed letters become the book's."""
    item = read(words__text__ar="سطر\r\nآخر", words__text__fr="e\u0301te\u0301", words__text__en="  ")
    assert item["words"] == {"text": {"ar": "سطر\nآخر", "fr": "été"}}


def test_rows_left_empty_are_no_sources():
    """Empty rows between and after the sources disappear; half a source stays."""
    typed = {
        "words.links.0.url": "https://a.example/",
        "words.links.1.url": "",
        "words.links.4.title": "only a title",
    }
    item = read_answers(STAGE, QueryDict(urlencode(typed)), {}, ZONE)
    assert item["words"]["links"] == [{"url": "https://a.example/"}, {"title": "only a title"}]


def test_options_without_a_name_get_one():
    """Two options typed under one name keep both their words."""
    typed = {
        "options.0.id": "a",
        "options.0.en": "one",
        "options.1.id": "A",
        "options.1.en": "two",
        "options.2.en": "three",
    }
    item = read_answers(SECTIONS["ballots"], QueryDict(urlencode(typed)), {}, ZONE)
    assert item["options"] == ["a", "a-2", "option-3"]
    assert item["words"]["options"] == {"a": {"en": "one"}, "a-2": {"en": "two"}, "option-3": {"en": "three"}}


@given(
    st.dictionaries(
        st.sampled_from(["opens", "id", "sort", "targets", "words.title.ar", "words.links.0.url"]), st.text()
    )
)
def test_anything_can_be_typed(typed):
    """No text breaks the desk, and none but spaces and empty text is dropped."""
    post = QueryDict(mutable=True)
    post.update(typed)
    item = read_answers(STAGE, post, {}, ZONE)
    json.dumps(item, ensure_ascii=True)
    for path, text in typed.items():
        held = item
        for step in path.split("."):
            held = (
                held[int(step)]
                if isinstance(held, list)
                else held.get(step)
                if isinstance(held, dict)
                else None
            )
            if held is None:
                break
        assert bool(held) == bool(text.replace("\0", "").strip()), path
