"""From a document to entries and back: nothing is lost, nothing is written twice, nothing erased comes back."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.campaigns.core.document import check_document, document_of
from sawtna.campaigns.core.entries import CAMPAIGN, KINDS, SECTIONS
from sawtna.campaigns.core.numbers import CampaignFold, numbers_of
from sawtna.campaigns.core.planning import contradictions, foresee, free_stand_id, plan_entries
from sawtna.campaigns.core.story import tell
from sawtna.ledger.core.entry import Kinds, commit_words, pack_entry
from sawtna.ledger.core.fold import Folding
from sawtna.ledger.core.kinds_of_the_book import KINDS as BOOK_KINDS

from tests.campaigns.core.documents import documents, small, told

SALT = bytes(32)
AS_OF = date(2026, 11, 24)


def as_entry(planned):
    """The body as the book stores it: with its version and its commitment."""
    commitment = {} if planned.words is None else {"cm": commit_words(planned.words, SALT)}
    return {"v": 1, **planned.body, **commitment}


@settings(max_examples=40, deadline=None)
@given(documents())
def test_a_plan_folded_gives_the_document_back(document):
    """Whatever a sound document holds, planning it, telling it and exporting it gives the same document."""
    assert check_document(document) == []
    story = told(document)
    assert document_of(story) == document
    assert plan_entries(document_of(story), story) == []


@settings(max_examples=20, deadline=None)
@given(documents(), documents())
def test_a_plan_over_an_older_story_leads_to_the_new_document(old, new):
    """From any state of the book a plan leads to any document, and then there is nothing left to write."""
    new["campaign"]["id"] = old["campaign"]["id"]
    story = told(old)
    if list(contradictions(new, story)):
        return
    later = told(new, story, start=1000)
    assert plan_entries(new, later) == []
    by_id = {section: {thing["id"]: thing for thing in new.get(section, [])} for section in SECTIONS}
    exported = document_of(later)
    assert {name: {one["id"]: one for one in exported.get(name, [])} for name in SECTIONS} == by_id


@settings(max_examples=20, deadline=None)
@given(documents())
def test_what_is_planned_may_enter_the_book(document):
    """Each planned entry fits its kind and fits into the bytes of an entry; its words can be committed to."""
    kinds = Kinds((*BOOK_KINDS, *KINDS))
    for planned in plan_entries(document, None):
        body = as_entry(planned)
        assert kinds.problems(body) == ()
        assert len(pack_entry(body)) < 16_384


@settings(max_examples=20, deadline=None)
@given(documents(), documents(), st.data())
def test_folding_in_any_split_gives_the_same_numbers(old, new, data):
    """A book folded at once, in two parts with numbers read between, or told as a story with words: the same numbers."""
    new["campaign"]["id"] = old["campaign"]["id"]
    first = plan_entries(old, None)
    second = plan_entries(new, foresee(None, first, 0))
    entries = list(enumerate(as_entry(planned) for planned in (*first, *second)))
    split = data.draw(st.integers(0, len(entries)))
    once, twice = (Folding(Kinds((*BOOK_KINDS, *KINDS)), [CampaignFold()]) for _ in range(2))
    for index, body in entries:
        once.take(index, body)
    for part in (entries[:split], entries[split:]):
        for index, body in part:
            twice.take(index, body)
        twice.numbers(AS_OF)
    assert once.findings == []
    assert once.numbers(AS_OF) == twice.numbers(AS_OF)
    story = tell((index, body, {}) for index, body in entries).stories[old["campaign"]["id"]]
    told_numbers = {number.key: number for number in numbers_of(story, AS_OF)}
    assert told_numbers.items() <= once.numbers(AS_OF).items()


def test_the_campaign_comes_first():
    """A reader knows the campaign before the things in it."""
    assert plan_entries(small(), None)[0].body["k"] == CAMPAIGN.name


def test_a_changed_word_is_a_newer_version_and_nothing_else():
    """One changed title is one entry."""
    story, document = told(small()), small()
    document["targets"][1]["words"]["name"] = {"en": "Meditel"}
    (planned,) = plan_entries(document, story)
    assert (planned.body["k"], planned.body["id"], planned.void_of) == ("target", "meditel", None)


def test_a_thing_that_is_gone_is_annulled_with_all_its_versions():
    """Were only the newest version struck, the one before it would show again."""
    story, document = told(small()), small()
    document["news"][0]["words"]["title"] = {"en": "Step 2"}
    story = told(document, story, start=100)
    del document["news"]
    planned = plan_entries(document, story)
    assert [(one.body["k"], one.body["why"]) for one in planned] == [("void", "withdrawn")] * 2
    assert foresee(story, planned, 200).items("news") == []


def test_a_preview_leaves_the_story_alone():
    """What is foreseen is a copy."""
    story, document = told(small()), small()
    document["campaign"]["words"]["title"] = {"en": "Elsewhere"}
    del document["press"]
    assert foresee(story, plan_entries(document, story), 100).campaign.words["title"] == {"en": "Elsewhere"}
    assert document_of(story) == small()


def erase(story, section, name, by=900):
    """Take the words of a thing away as the book does."""
    for version in story.sections[section][name].versions:
        version.erased, version.words = by, {}


def test_a_thing_without_words_is_exported_as_erased_and_stays():
    """An export says which words are gone, and planning it writes nothing."""
    story = told(small())
    erase(story, "stands", "s1")
    document = document_of(story)
    assert document["stands"][0]["erased"] is True
    assert "words" not in document["stands"][0]
    assert check_document(document) == []
    assert list(contradictions(document, story)) == []
    assert plan_entries(document, story) == []


def test_an_old_backup_does_not_bring_erased_words_back():
    """Safety: someone who was erased stays erased, also when a file from before is imported."""
    story = told(small())
    erase(story, "stands", "s1")
    (problem,) = contradictions(small(), story)
    assert (problem.code, problem.where) == ("erased-again", "stands[0].id")


def test_an_erased_thing_that_was_taken_back_does_not_return_either():
    """Safety: taking the stand back does not free its id."""
    story = told(small())
    erase(story, "stands", "s1")
    without = small()
    del without["stands"]
    story = told(without, story, start=100)
    assert [problem.code for problem in contradictions(small(), story)] == ["erased-again"]


def test_an_erased_thing_can_only_stay_or_go():
    """Its figures cannot change, since a newer version would need words."""
    story = told(small())
    erase(story, "stands", "s1")
    document = document_of(story)
    document["stands"][0]["people"] = 5
    assert [problem.code for problem in contradictions(document, story)] == ["erased-changed"]


@pytest.mark.parametrize("story", [None, told(small())], ids=["no book", "a book with its words"])
def test_erased_is_refused_where_nothing_was_erased(story):
    """A file cannot say that words were erased which this book never lost."""
    document = small()
    document["stands"][0]["erased"] = True
    del document["stands"][0]["words"]
    assert [problem.code for problem in contradictions(document, story)] == ["erased-unknown"]


def test_the_words_of_a_campaign_may_be_written_again():
    """A campaign has one id for ever, so erasing its words does not end it."""
    story = told(small())
    for version in story.campaign.versions:
        version.erased, version.words = 900, {}
    assert document_of(story)["campaign"]["erased"] is True
    assert list(contradictions(small(), story)) == []
    assert [planned.body["k"] for planned in plan_entries(small(), story)] == ["campaign"]


def test_a_ballot_taken_here_never_changes():
    """Tokens are bound to the entry of a ballot: another question is another ballot."""
    story, document = told(small()), small()
    document["ballots"][0]["words"]["title"] = {"en": "Which step hurts most?"}
    (problem,) = contradictions(document, story)
    assert (problem.code, problem.where) == ("ballot-changed", "ballots[0]")


def test_a_campaign_keeps_its_id():
    """A draft of one campaign cannot be published over another."""
    document = small()
    document["campaign"]["id"] = "elsewhere"
    assert [problem.code for problem in contradictions(document, told(small()))] == ["campaign-other"]


def test_a_stand_gets_an_id_that_nobody_had():
    """Ids of stands that were taken back are not given to others."""
    story, document = told(small()), small()
    document["stands"] = [{"id": "s7"}, {"id": "s1000000"}, {}]
    assert free_stand_id(document, story) == "s8"
    del document["stands"]
    assert free_stand_id(document, story) == "s2"
    assert free_stand_id(document, None) == "s1"
