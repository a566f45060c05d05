"""Erasing words: gone from the book's openings, from the folder, from the draft; numbers and entries stay checkable."""

import json

import pytest
from django.db import connection

from sawtna.campaigns import reads
from sawtna.campaigns.actions.erase_words import erase_words
from sawtna.campaigns.actions.import_campaign import import_campaign
from sawtna.campaigns.actions.open_draft import open_draft
from sawtna.campaigns.actions.publish_draft import publish_draft
from sawtna.campaigns.actions.save_draft import save_draft
from sawtna.ledger import reads as book
from sawtna.ledger.refusals import Refused

from tests.campaigns.core.documents import said, small
from tests.campaigns.square import C, draft, in_book, same, size, steps, without

pytestmark = pytest.mark.stores

NAME = "Four jurors"


def refusal(*arguments, **options):
    """The code with which erasing is refused."""
    with pytest.raises(Refused) as refused:
        erase_words(*arguments, **options)
    assert str(refused.value)
    return refused.value.code


def test_an_erased_stand_loses_its_words_everywhere(people, imported, open_square):
    """Openings, files, page, draft, database file; its people leave the number, its entry stays."""
    open_draft(C)
    index = reads.story(C).item("stands", "s1").index
    assert book.number(f"{C}/stands/withdrew/people").value == 4
    written = erase_words(C, "stands", "s1", by=people["moderator"])
    assert book.entry_at(written.entries[0]).body == {"v": 1, "k": "erase", "i": index, "why": "request"}
    assert not (open_square / f"log/open/{index}.json").exists()
    stand = reads.story(C).item("stands", "s1")
    assert (stand.is_erased, stand.words) == (True, {})
    assert book.number(f"{C}/stands/withdrew/people").value == 0
    assert NAME not in json.dumps(draft().document)
    assert draft().document["stands"][0]["erased"] is True
    assert all(NAME.encode() not in file.read_bytes() for file in open_square.rglob("*") if file.is_file())


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite writes zeroes; the book's own tests look at its file"
)
def test_the_words_leave_the_file_of_the_drafts_too(imported):
    """PostgreSQL keeps an old row in its file until it is cleaned away."""
    open_draft(C)
    save_draft(C, small(), 1)
    erase_words(C, "stands", "s1")
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_read_binary_file(pg_relation_filepath('campaigns_draft'))")
        (rows,) = cursor.fetchone()
    assert NAME.encode() not in bytes(rows)


def test_every_version_loses_its_words(people, imported):
    """A name that was corrected later stands in the older version as well."""
    document = small()
    document["stands"][0]["words"]["name"] = said("Four members of the jury")
    import_campaign(document)
    written = erase_words(C, "stands", "s1", by=people["owner"])
    assert len(written.entries) == 2
    assert steps()[-1] == ("erase", people["owner"].pk, list(written.entries))


def test_a_stand_that_was_taken_back_can_be_erased(imported):
    """Its entry, and so its words, are still on a page of the book."""
    open_draft(C)
    import_campaign(without("stands"))
    assert len(erase_words(C, "stands", "s1").entries) == 1
    assert refusal(C, "stands", "s1") == "nothing_to_erase"


def test_changed_words_of_an_erased_thing_leave_the_draft_as_well(imported):
    """Whatever the draft says of it."""
    open_draft(C)
    document = small()
    document["stands"][0]["words"]["name"] = said("Four jurors, by name")
    document["news"][0]["words"]["title"] = said("Typed meanwhile")
    save_draft(C, document, 1)
    erase_words(C, "stands", "s1")
    kept = draft()
    assert "jurors" not in json.dumps(kept.document)
    assert kept.document["news"][0]["words"]["title"] == said("Typed meanwhile")
    assert publish_draft(C, kept.revision).newer == 1


def test_the_rest_of_a_campaign_goes_on_after_an_erasure(imported):
    """The draft can be published, and an export says which words are gone."""
    erase_words(C, "stands", "s1")
    opened = open_draft(C)
    document = opened.document
    document["news"][0]["words"]["title"] = said("Newer")
    save_draft(C, document, 1)
    assert publish_draft(C, 2).newer == 1
    assert same(in_book(), document)
    assert import_campaign(in_book()).entries == ()


def test_the_words_of_a_campaign_can_be_erased_and_written_anew(imported):
    """Its id stays, its title comes back with the next publication."""
    erase_words(C, "campaign", C)
    assert reads.story(C).campaign.words == {}
    import_campaign(small())
    assert reads.story(C).campaign.words["title"] == said("Somewhere")


def test_only_owners_moderators_and_the_host_erase(people, imported):
    """Editors ask them."""
    for name in ("editor", "stranger"):
        assert refusal(C, "stands", "s1", by=people[name]) == "not_allowed"
    before = size()
    assert refusal("nowhere", "stands", "s1") == "unknown_campaign"
    assert refusal(C, "stands", "s2") == "unknown_thing"
    assert refusal(C, "nothing", "s1") == "unknown_thing"
    assert refusal(C, "readings", "r1") == "nothing_to_erase"
    assert refusal(C, "stands", "s1", why="because") == "entries"
    assert size() == before
