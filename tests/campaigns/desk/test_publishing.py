"""Publishing, taking back, deleting words, and looking at it before."""

import pytest

from sawtna.campaigns import reads
from sawtna.campaigns.core.document import document_of
from sawtna.ledger import reads as book
from sawtna.web.accounts.models import Organiser

from tests.campaigns.desk.browsing import send
from tests.campaigns.square import C, draft, same, size

pytestmark = pytest.mark.stores


def test_publishing_is_asked_and_told(owner, desk, client):
    """First what will be written, then the entries with their places; the public page shows it."""
    before = size()
    send(owner, f"{desk}/stages/unlike/", {"words.title.en": "Unlike them all"})
    page = owner.get(f"{desk}/publish/")
    assert page.context["count"] == 1
    assert "for ever" in page.text
    answer = send(owner, f"{desk}/publish/", has="revision")
    assert answer.headers["Location"] == f"{desk}/published/{before}-{before}/"
    assert f"/en/book/{before}/" in owner.get(answer.headers["Location"]).text
    assert "Unlike them all" in client.get(f"/en/{C}/stages/unlike/").text
    assert same(document_of(reads.story(C)), draft().document)


def test_new_names_are_shown_before_they_stay_for_ever(owner, desk):
    """Identifiers that enter the book are listed, so that no person's name slips in."""
    send(owner, f"{desk}/targets/new/", {"words.name.en": "Orange", "sort": "company"})
    assert owner.get(f"{desk}/publish/").context["names"] == ["orange"]


def test_an_unsound_draft_is_not_published(owner, desk):
    """The page says what is missing and offers no button; a post writes nothing."""
    before = size()
    send(owner, f"{desk}/stages/unlike/", {"opens": "soon"})
    page = owner.get(f"{desk}/publish/")
    assert "cannot be published yet" in page.text
    assert "revision" not in {name for name in page.text.split('name="')[1:] if name.startswith("revision")}
    owner.post(f"{desk}/publish/", {"revision": draft().revision})
    assert size() == before


def test_publishing_what_one_did_not_read_is_refused(owner, editor, desk):
    """When someone changes the draft meanwhile, nothing is published."""
    send(owner, f"{desk}/stages/unlike/", {"opens": "2016-02-27"})
    seen = draft().revision
    send(editor, f"{desk}/stages/unlike/", {"opens": "2016-02-28"})
    before = size()
    page = owner.post(f"{desk}/publish/", {"revision": seen}, follow=True)
    assert "Nothing was published" in page.text
    assert size() == before


def test_what_is_taken_back_is_void(owner, desk, client):
    """A removed stage is annulled in the book and gone from the page."""
    send(owner, f"{desk}/stages/", action="/stages/unlike/remove/")
    send(owner, f"{desk}/publish/", has="revision")
    assert book.entry_at(size() - 1).body["k"] == "void"
    assert client.get(f"/en/{C}/stages/unlike/").status_code == 404


def test_changes_can_be_thrown_away(owner, desk):
    """The draft says again what is published."""
    send(owner, f"{desk}/stages/unlike/", {"opens": "2016-02-27"})
    send(owner, f"{desk}/", action="/discard/")
    assert not owner.get(f"{desk}/").context["changes"]


def test_a_campaign_can_be_taken_back_as_a_whole(owner, desk, client):
    """Its pages go; the desk stays, says that it is not published, and can publish it again."""
    send(owner, f"{desk}/", action="/withdraw/")
    assert client.get(f"/en/{C}/").status_code == 404
    assert "Not published yet" in owner.get(f"{desk}/").text
    send(owner, f"{desk}/publish/", has="revision")
    assert client.get(f"/en/{C}/").status_code == 200


def test_words_are_deleted_with_a_reason(moderator, desk, client):
    """The name goes from page and book, the entry stays; without a reason nothing happens."""
    page = moderator.post(f"{desk}/stands/s1/erase/", {"why": ""})
    assert "Choose the reason." in page.text
    assert "Four jurors" in client.get(f"/en/{C}/").text
    send(moderator, f"{desk}/stands/s1/erase/", {"why": "request"}, has="why")
    assert "Four jurors" not in client.get(f"/en/{C}/").text
    assert book.entry_at(size() - 1).body["k"] == "erase"


def test_the_preview_is_the_public_page_of_the_draft(owner, desk, client):
    """Same template, with a bar; links lead to previews; numbers are the draft's and cannot be checked yet."""
    send(owner, f"{desk}/stages/unlike/", {"words.title.en": "Unlike them all"})
    page = owner.get(f"{desk}/preview/")
    assert "Draft, not published." in page.text
    assert "Unlike them all" in page.text
    assert f'href="{desk}/preview/stages/unlike/"' in page.text
    assert "figure-link" not in page.text
    assert 'name="robots" content="noindex"' in page.text
    assert "Unlike them all" in owner.get(f"{desk}/preview/stages/unlike/").text
    public = client.get(f"/en/{C}/")
    assert "Unlike them all" not in public.text
    assert "/desk/" not in public.text


def test_a_preview_leaves_out_what_is_unsound(owner, desk):
    """The bar says how much is left out."""
    send(owner, f"{desk}/stages/unlike/", {"opens": "soon"})
    page = owner.get(f"{desk}/preview/")
    assert "left out" in page.text
    assert f'href="{desk}/preview/stages/unlike/"' not in page.text


def test_a_campaign_without_a_place_has_no_preview(people, owner, desk):
    """The page says what is missing."""
    Organiser.objects.filter(pk=people["owner"].pk).update(may_open_campaigns=True)
    send(owner, "/en/desk/new/", {"words.title.en": "Only a title"}, has="id")
    page = owner.get("/en/desk/only-a-title/preview/")
    assert "no page to show" in page.text


@pytest.mark.parametrize(
    "path", ["targets/inwi/", "stages/unlike/", "stands/s1/", "claims/", "claims/a-minute/"]
)
def test_every_page_has_its_preview(owner, desk, path):
    """Whatever a campaign links to can be seen before it is published."""
    page = owner.get(f"{desk}/preview/{path}")
    assert page.status_code == 200
    assert "Draft, not published." in page.text
