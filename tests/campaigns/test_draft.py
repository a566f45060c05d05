"""Drafts: nothing typed is lost, nobody overwrites anybody, and publishing writes what changed and nothing else."""

import pytest
from django.core.exceptions import ObjectDoesNotExist

from sawtna.campaigns import reads
from sawtna.campaigns.actions.discard_draft import discard_draft
from sawtna.campaigns.actions.import_campaign import import_campaign
from sawtna.campaigns.actions.open_draft import open_draft
from sawtna.campaigns.actions.publish_draft import publish_draft
from sawtna.campaigns.actions.save_draft import save_draft
from sawtna.campaigns.actions.start_draft import start_draft
from sawtna.campaigns.actions.withdraw_campaign import withdraw_campaign
from sawtna.ledger import reads as book
from sawtna.ledger.refusals import Refused

from tests.campaigns.core.documents import said, small
from tests.campaigns.square import C, changed, draft, in_book, same, size, steps, without

pytestmark = pytest.mark.stores


def refusal(action, *arguments):
    """The code with which an action refuses."""
    with pytest.raises(Refused) as refused:
        action(*arguments)
    assert str(refused.value)
    return refused.value.code


# ------------------------------------------------------------------ beginning
def test_a_new_campaign_begins_as_a_draft_of_its_owner(people):
    """Nothing of it is in the book."""
    begun = start_draft("new-one", people["stranger"], {"country": "AE"})
    assert begun.document == {"format": "sawtna-campaign/1", "campaign": {"id": "new-one", "country": "AE"}}
    assert (reads.role_of(people["stranger"], "new-one"), size()) == ("owner", 1)
    assert reads.story("new-one") is None


@pytest.mark.parametrize("name", ["", "Morocco", "a b", "desk", "new", "x" * 61, "\u202eabc", "a/b"])
def test_a_name_that_cannot_be_an_address_is_refused(people, name):
    """With an example of a good one."""
    assert refusal(start_draft, name, people["owner"]) == "bad_id"


def test_what_cannot_be_seen_in_an_address_is_named(people):
    """Whoever pasted it would otherwise look for the fault in vain."""
    with pytest.raises(Refused, match=r"calls\[U\+200F\] cannot be the address"):
        start_draft("calls\u200f", people["owner"])


def test_a_name_that_is_taken_is_refused(people, imported):
    """By a campaign of the book, by a draft, by members who wait for one."""
    start_draft("drafted", people["owner"])
    for name in (C, "drafted", "elsewhere"):
        assert refusal(start_draft, name, people["owner"]) == "id_taken"


def test_the_draft_of_a_published_campaign_is_made_from_the_book(people, imported):
    """Opening it twice gives the same one."""
    opened = open_draft(C, people["editor"])
    assert same(opened.document, small())
    assert open_draft(C, people["moderator"]).pk == opened.pk
    assert [what for what, *_ in steps()] == ["import", "open"]


def test_only_members_open_a_draft(people, imported):
    """And only of a campaign that there is."""
    assert refusal(open_draft, C, people["stranger"]) == "not_allowed"
    assert refusal(open_draft, "nowhere") == "unknown_campaign"


# ------------------------------------------------------------------ saving
def test_saving_keeps_what_was_typed_sound_or_not(people, imported):
    """A half written campaign is kept as it is, tidied in its spelling alone."""
    open_draft(C)
    document = changed("  Half  ")
    document["stages"].append({"id": "half"})
    assert save_draft(C, document, 1, people["editor"]) == 2
    kept = draft()
    assert (kept.revision, kept.changed_by) == (2, people["editor"])
    assert kept.document["news"][0]["words"]["title"] == said("Half")
    assert kept.document["stages"][-1] == {"id": "half"}
    assert {problem.where for problem in reads.problems_of(kept)} >= {"stages[2].opens", "stages[2].sort"}


def test_a_stale_draft_is_refused_and_the_newer_one_stays(people, imported):
    """Two editors, one draft: the second one is told."""
    open_draft(C)
    save_draft(C, changed("first"), 1, people["editor"])
    assert refusal(save_draft, C, changed("second"), 1, people["owner"]) == "stale_draft"
    assert refusal(publish_draft, C, 1, people["owner"]) == "stale_draft"
    assert draft().document["news"][0]["words"]["title"] == said("first")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document["campaign"].update(id="elsewhere"),
        lambda document: document.pop("campaign"),
        lambda document: document.update(stages={}),
        lambda document: document.update(stages=["x"]),
        lambda document: document.update(unknown=[]),
        lambda document: document["campaign"].update(slogan="\x00"),
        lambda document: document["campaign"].update(slogan="\ud800"),
        lambda document: document["campaign"].update({"\x00": 1}),
    ],
)
def test_what_is_no_draft_of_this_campaign_is_refused(people, imported, spoil):
    """Another campaign, another form, or characters that no database keeps."""
    open_draft(C)
    document = small()
    spoil(document)
    assert refusal(save_draft, C, document, 1) == "draft_form"
    assert draft().revision == 1


def test_nesting_without_end_is_refused(imported):
    """A thousand lists in each other are no campaign."""
    open_draft(C)
    nested = []
    for _ in range(1000):
        nested = [nested]
    assert refusal(save_draft, C, {**small(), "news": [{"id": nested}]}, 1) == "draft_form"


def test_a_draft_longer_than_a_campaign_may_be_is_refused(imported):
    """5 MB, as for files."""
    open_draft(C)
    assert refusal(save_draft, C, changed("x" * 5_000_001), 1) == "draft_too_long"


def test_a_backslash_is_a_backslash(imported):
    r"""The text \u0000 is six harmless characters."""
    open_draft(C)
    save_draft(C, changed(r"\u0000 \ud800"), 1)
    assert draft().document["news"][0]["words"]["title"] == said(r"\u0000 \ud800")


def test_a_draft_that_is_not_there_cannot_be_saved_or_published(imported):
    """It must be opened first."""
    for action, arguments in (
        (save_draft, (C, small(), 1)),
        (publish_draft, (C, 1)),
        (discard_draft, (C, 1)),
    ):
        assert refusal(action, *arguments) == "unknown_campaign"


def test_strangers_do_not_write(people, imported):
    """Roles are asked by the actions themselves, whatever the pages show."""
    open_draft(C)
    for action, arguments in (
        (save_draft, (C, small(), 1)),
        (publish_draft, (C, 1)),
        (discard_draft, (C, 1)),
    ):
        assert refusal(action, *arguments, people["stranger"]) == "not_allowed"


def test_a_moderator_changes_stands_and_replies_alone(people, imported):
    """What others did and said, nothing else, and never the book."""
    open_draft(C)
    document = small()
    document["stands"][0]["people"] = 3
    del document["replies"]
    assert save_draft(C, document, 1, people["moderator"]) == 2
    document["news"][0]["words"]["title"] = said("By the moderator")
    for action, arguments in (
        (save_draft, (C, document, 2)),
        (publish_draft, (C, 2)),
        (discard_draft, (C, 2)),
    ):
        assert refusal(action, *arguments, people["moderator"]) == "not_allowed"
    assert draft().revision == 2


# ------------------------------------------------------------------ publishing
def test_publishing_writes_what_changed_and_nothing_else(people, imported):
    """One newer version, one annulment, one new thing; the page and the numbers follow."""
    open_draft(C)
    document = changed("Newer")
    del document["press"]
    document["stages"].append(
        {"id": "letter", "sort": "letter", "opens": "2016-03-01", "words": {"title": said("Letter")}}
    )
    save_draft(C, document, 1, people["editor"])
    before = size()
    written = publish_draft(C, 2, people["editor"])
    assert (written.new, written.newer, written.gone) == (1, 1, 1)
    assert written.entries == (before, before + 1, before + 2)
    assert same(in_book(), document)
    assert reads.story(C).item("stages", "letter") is not None
    assert book.number(f"{C}/stages/count").value == 3
    assert steps()[-1] == ("publish", people["editor"].pk, list(written.entries))
    assert same(draft().document, document)


def test_an_empty_publication_is_refused(imported):
    """Nothing is written, and the sentence says why."""
    open_draft(C)
    before = size()
    assert refusal(publish_draft, C, 1) == "nothing_to_publish"
    assert size() == before


def test_an_unsound_draft_is_refused_with_all_its_problems(imported):
    """The book stays as it is."""
    open_draft(C)
    document = small()
    document["stages"][0]["opens"] = "soon"
    document["claims"][0]["topic"] = "none"
    save_draft(C, document, 1)
    before = size()
    with pytest.raises(Refused) as refused:
        publish_draft(C, 2)
    assert refused.value.code == "draft_problems"
    assert len(refused.value.problems) == 2
    assert size() == before


def test_a_first_publication_opens_the_campaign(people):
    """From an empty desk to a page."""
    start_draft("brand-new", people["owner"])
    document = small()
    document["campaign"]["id"] = "brand-new"
    save_draft("brand-new", document, 1, people["owner"])
    publish_draft("brand-new", 2, people["owner"])
    assert [story.id for story in reads.stories()] == ["brand-new"]


# ------------------------------------------------------------------ the book moves under a draft
def test_a_draft_without_changes_follows_an_import(imported):
    """Else publishing it later would take the import back in silence."""
    open_draft(C)
    import_campaign(changed("From a file"))
    assert draft().document["news"][0]["words"]["title"] == said("From a file")
    assert refusal(publish_draft, C, 1) == "stale_draft"
    assert refusal(publish_draft, C, 2) == "nothing_to_publish"


def test_a_draft_with_changes_keeps_them_and_takes_the_rest(imported):
    """What an editor typed stays, what came into the book comes into the draft."""
    open_draft(C)
    mine = small()
    mine["stages"][0]["words"]["title"] = said("Typed")
    save_draft(C, mine, 1)
    theirs = changed("From a file")
    theirs["targets"].append({"id": "orange", "sort": "company", "words": {"name": said("Orange")}})
    del theirs["press"]
    import_campaign(theirs)
    merged = draft()
    assert merged.revision == 3
    assert merged.document["stages"][0]["words"]["title"] == said("Typed")
    assert merged.document["news"][0]["words"]["title"] == said("From a file")
    assert "orange" in [target["id"] for target in merged.document["targets"]]
    assert "press" not in merged.document
    assert publish_draft(C, 3).newer == 1


def test_discarding_goes_back_to_the_book(people, imported):
    """And is a revision of its own."""
    open_draft(C)
    save_draft(C, changed(), 1)
    assert discard_draft(C, 2, people["editor"]) == 3
    assert same(draft().document, small())
    start_draft("unpublished", people["owner"])
    assert refusal(discard_draft, "unpublished", 1) == "not_published"
    assert refusal(discard_draft, C, 1) == "stale_draft"


# ------------------------------------------------------------------ withdrawing
def test_a_withdrawn_campaign_has_no_page_and_its_entries_stay(people, imported):
    """One void; nothing is deleted."""
    before = size()
    written = withdraw_campaign(C, by=people["owner"])
    assert (written.gone, size()) == (1, before + 1)
    assert (reads.story(C), reads.stories(), list(reads.public_paths())) == (None, [], [])
    assert book.number("campaigns/count").value == 0
    assert f"{C}/targets/count" not in book.numbers()
    assert refusal(withdraw_campaign, C) == "withdrawn_already"


def test_a_withdrawn_campaign_comes_back_by_publishing_it(imported):
    """The campaign's own entry again, and all its things are there."""
    withdraw_campaign(C)
    opened = open_draft(C)
    assert same(opened.document, small())
    assert publish_draft(C, 1).new == 1
    assert same(in_book(), small())
    assert len(reads.stories()) == 1


def test_only_an_owner_withdraws(people, imported):
    """Editors publish, but do not end a campaign."""
    for name in ("editor", "moderator", "stranger"):
        assert refusal(withdraw_campaign, C, "withdrawn", people[name]) == "not_allowed"
    assert refusal(withdraw_campaign, "nowhere") == "unknown_campaign"


# ------------------------------------------------------------------ preview
def test_a_preview_is_the_draft_folded_over_the_book(imported):
    """The very numbers that publishing gives, and nothing is written."""
    open_draft(C)
    document = without("press")
    document["moments"][0]["on"] = "2016-01-06"
    save_draft(C, document, 1)
    before = size()
    story, numbers = reads.preview_of(draft())
    assert size() == before
    assert same(reads.story(C) and in_book(), small())
    publish_draft(C, 2)
    told, published = reads.story(C), book.numbers()
    assert story.item("moments", "begins").index == told.item("moments", "begins").index
    assert {key: number for key, number in numbers.items() if key.startswith(f"{C}/")} == {
        key: number for key, number in published.items() if key.startswith(f"{C}/")
    }
    assert numbers[f"{C}/days-without-calls"].value == 303


def test_a_preview_leaves_out_what_is_not_sound_yet(imported):
    """A target that is half written takes what refers to it along; the rest is shown."""
    open_draft(C)
    document = small()
    document["targets"][1] = {"id": "meditel"}
    document["stands"].append({"id": "s2"})
    document["stages"][1]["targets"] = ["meditel"]
    save_draft(C, document, 1)
    story, numbers = reads.preview_of(draft())
    assert [target.id for target in story.items("targets")] == ["inwi"]
    assert story.items("stages") == []
    assert numbers[f"{C}/stands/count"].value == 1


def test_a_preview_needs_the_campaign_itself(people):
    """Without a title there is no page to show; the problems say what is missing."""
    begun = start_draft("brand-new", people["owner"])
    with pytest.raises(Refused) as refused:
        reads.preview_of(begun)
    assert refused.value.code == "draft_problems"
    assert "campaign.words" in {problem.where for problem in refused.value.problems}


def test_a_preview_of_a_new_campaign_needs_no_book_about_it(people):
    """Its story comes from the draft alone."""
    start_draft("brand-new", people["owner"])
    document = small()
    document["campaign"]["id"] = "brand-new"
    save_draft("brand-new", document, 1)
    story, numbers = reads.preview_of(reads.draft("brand-new"))
    assert (story.id, numbers["brand-new/days-without-calls"].value) == ("brand-new", 304)


def test_there_is_no_draft_before_it_is_opened(imported):
    """Reading does not make one."""
    assert reads.draft(C) is None
    with pytest.raises(ObjectDoesNotExist):
        draft()
