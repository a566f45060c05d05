"""Documents with one thing changed, what differs between two of them, and names for new things."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.core.entries import STAND_ID
from sawtna.campaigns.forms.changes import changes_of, words_of
from sawtna.campaigns.forms.sentences import errors_of, sentence_of
from sawtna.campaigns.forms.suggestions import slug_of, suggest_name
from sawtna.campaigns.forms.things import (
    keys_in,
    position_of,
    print_of,
    things_in,
    with_thing,
    with_thing_again,
    without_thing,
)
from sawtna.ledger.core.schema import SLUG, Problem

from tests.campaigns.core.documents import small


def told(before, after):
    """List the changes between two documents as (what, section, key)."""
    return [(change.what, change.section, change.key) for change in changes_of(before, after, "en").all]


def test_every_thing_has_an_address_of_its_own():
    """Two of one name, one without, one that is no name, one that is called `new`: each can be reached."""
    names = ["a", "a", None, "A B", "new", "b"]
    document = {"stages": [{"id": name} if name else {} for name in names]}
    keys = list(keys_in(document, "stages"))
    assert keys == ["a", "~1", "~2", "~3", "~4", "b"]
    assert [position_of(document, "stages", key) for key in keys] == list(range(6))
    assert position_of(document, "stages", "c") is None


def test_changing_one_thing_leaves_the_rest_alone():
    """The document that was given is never changed itself."""
    before = small()
    after = with_thing(before, "stages", 0, {"id": "other"})
    assert before == small()
    assert [one["id"] for one in after["stages"]] == ["other", "unlike"]
    assert {name: part for name, part in after.items() if name != "stages"} == {
        name: part for name, part in before.items() if name != "stages"
    }


def test_taking_out_and_putting_back_is_no_change():
    """In every place of a section, and for the last thing of one."""
    before = small()
    for section in ("stages", "letters"):
        for position, thing in enumerate(things_in(before, section)):
            assert (
                with_thing_again(without_thing(before, section, position), section, position, thing) == before
            )


def test_a_fingerprint_knows_values_not_their_order():
    """Two editors who saw the same thing have the same fingerprint; nothing has its own."""
    assert print_of({"a": 1, "b": 2}) == print_of({"b": 2, "a": 1})
    assert len({print_of({"a": 1}), print_of({"a": "1"}), print_of({}), print_of(None)}) == 4


def test_equal_documents_have_no_changes():
    """Whatever is in them."""
    assert told(small(), small()) == []


def test_a_new_campaign_is_new_throughout():
    """Where the book says nothing yet, everything is new."""
    assert {what for what, *_ in told(None, small())} == {"new"}


def test_changes_name_what_is_new_newer_and_gone():
    """In the order of the document."""
    after = small()
    after["campaign"]["closes"] = "2016-11-05"
    after["stages"][1]["id"] = "unlike-them"
    assert told(small(), after) == [
        ("newer", "campaign", "campaign"),
        ("new", "stages", "unlike-them"),
        ("back", "stages", "unlike"),
    ]


def test_differences_are_read_in_words():
    """Choices by their names, lists in a line, each language for itself."""
    after = small()
    after["stages"][0].update(sort="boycott", targets=["inwi"])
    after["stages"][0]["words"]["title"] = {"en": "Phones off", "ar": "هواتف"}
    (change,) = changes_of(small(), after, "en").all
    told_differences = {(str(one.label), one.language): (one.before, one.after) for one in change.differences}
    assert told_differences == {
        ("Title", "ar"): ("", "هواتف"),
        ("Sort", ""): ("Phones off", "Boycott of bills and top-ups"),
        ("Targets", ""): ("inwi, meditel", "inwi"),
    }


def test_a_spoilt_draft_can_still_be_compared():
    """Whatever an import or another program left in a draft, its changes can be read."""
    for spoilt in ("text", 5, None, [], {"en": 3}):
        after = small()
        after["stages"][0]["words"] = spoilt
        after["claims"][0]["value"] = spoilt
        after["campaign"]["words"]["links"] = spoilt
        assert told(small(), after)


def test_words_are_listed_with_their_language():
    """What will be deleted is shown, language by language."""
    words = {"name": {"ar": "اسم", "en": "Name"}, "links": [{"url": "https://example.org/"}]}
    lines = words_of("stands", words)
    assert [text for _, text in lines] == ["اسم", "Name", "https://example.org/"]


# ------------------------------------------------------------------ names
@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Téléphones éteints !", "telephones-eteints"),
        ("اتصالات المغرب", "atsalat-almghrb"),
        ("  a  --  b ", "a-b"),
        ("日本", ""),
        ("x" * 90, "x" * 40),
    ],
)
def test_words_become_names(words, name):
    """Small Latin letters, digits and hyphens, cut between words."""
    assert slug_of(words) == name


@given(st.text())
def test_every_suggested_name_is_fit(words):
    """Whatever a title says, the suggestion is a name that the book takes, and not one that is taken."""
    for kind in ("campaign", "stage", "news"):
        first = suggest_name(kind, {"words": {"title": {"en": words}}}, set())
        second = suggest_name(kind, {"words": {"title": {"en": words}}}, {first})
        assert SLUG.fullmatch(first)
        assert SLUG.fullmatch(second)
        assert first != second


def test_a_stand_is_never_named_after_a_person():
    """Stands are s1, s2, s3, whatever their words say."""
    name = suggest_name("stand", {"words": {"name": {"en": "Amina"}}}, {"s1", "s3"})
    assert name == "s2"
    assert STAND_ID.fullmatch(name)


def test_reserved_words_are_no_names_of_campaigns():
    """A campaign called “Desk” does not take the address of the desk."""
    assert suggest_name("campaign", {"words": {"title": {"en": "Desk"}}}, set()) == "desk-2"


# ------------------------------------------------------------------ sentences
def test_every_problem_of_a_spoilt_document_has_a_sentence():
    """Beside each field stands what to do, never a code and never an empty line."""
    from sawtna.campaigns.core.document import problems_of_document

    document = small()
    document["stages"][0] = {"id": "A B", "opens": "soon", "sort": "x", "targets": ["nobody"], "words": {}}
    document["stands"][0].update(people=0, id="amina")
    document["claims"][0].update(value="many", on=5)
    document["campaign"].update(country="Morocco", zone="here", id="desk")
    document["campaign"]["words"]["title"] = {"en": "x" * 500, "ar": "\u202e"}
    document["press"][0]["words"]["url"] = "example"
    problems = list(problems_of_document(document))
    assert len(problems) > 14
    for problem in problems:
        said = sentence_of(problem)
        assert said.endswith(".")
        assert "%(" not in said
    assert "380 characters too long" in " ".join(map(sentence_of, problems))
    assert "U+202E" in " ".join(map(sentence_of, problems))


def test_errors_are_sorted_by_field():
    """Two problems of one field stand together."""
    problems = [Problem(("stages", 0, "opens"), "a", "b"), Problem(("stages", 0, "opens"), "c", "d")]
    assert errors_of(problems, 2) == {"opens": ("Got a, expected b.", "Got c, expected d.")}
