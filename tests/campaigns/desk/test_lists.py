"""Lists of the desk: what one works on, what is in a section, what changed, what is missing."""

import pytest

from sawtna.campaigns import reads
from sawtna.campaigns.actions.open_draft import open_draft
from sawtna.campaigns.actions.save_draft import save_draft
from sawtna.web.accounts.models import Organiser

from tests.campaigns.core.documents import small
from tests.campaigns.desk.browsing import send
from tests.campaigns.desk.conftest import enter
from tests.campaigns.square import C, draft

pytestmark = pytest.mark.stores


def test_home_lists_what_one_works_on(owner, desk):
    """With role and state; a campaign that nobody touched yet is there too."""
    page = owner.get("/en/desk/")
    assert "Somewhere" in page.text
    assert "published" in page.text


def test_a_membership_without_a_campaign_breaks_no_list(stranger):
    """Someone who waits for a campaign that does not exist yet has an empty list."""
    page = stranger.get("/en/desk/")
    assert page.status_code == 200
    assert "no campaign yet" in page.text


def test_removing_and_putting_back(owner, desk):
    """A removed thing can be put back as it was, in its place."""
    before = small()["stages"]
    send(owner, f"{desk}/stages/", action="/stages/phones-off/remove/")
    page = owner.get(f"{desk}/stages/")
    assert [one["id"] for one in draft().document["stages"]] == ["unlike"]
    assert "will be taken back" in page.text
    assert "was taken out of the draft" in page.text
    send(owner, f"{desk}/stages/", action="/put-back/")
    assert [one["id"] for one in draft().document["stages"]] == [one["id"] for one in before]


def test_a_published_thing_can_be_kept_after_all(owner, people, desk):
    """Also when the removal was long ago, in another browser."""
    send(owner, f"{desk}/targets/", action="/targets/meditel/remove/")
    send(enter(people["owner"]), f"{desk}/targets/", action="/targets/meditel/restore/")
    assert {one["id"] for one in draft().document["targets"]} == {"inwi", "meditel"}


def test_removing_what_someone_changed_waits(owner, editor, desk):
    """Who removes a thing has seen it as it is."""
    send(owner, f"{desk}/stages/unlike/", {"opens": "2016-02-27"})
    stale = editor.post(f"{desk}/stages/unlike/remove/", {"print": "what it was before"}, follow=True)
    assert "was not removed" in stale.text
    assert any(one["id"] == "unlike" for one in draft().document["stages"])


def test_the_overview_says_what_changed(owner, desk):
    """Three sorts of changes, counted and named, with the fields before and after."""
    send(owner, f"{desk}/stages/unlike/", {"opens": "2016-02-27"})
    send(owner, f"{desk}/news/new/", {"words.title.en": "More", "words.text.en": "Text", "on": "2016-04-01"})
    send(owner, f"{desk}/press/", action=f"/press/{small()['press'][0]['id']}/remove/")
    page = owner.get(f"{desk}/")
    assert (page.context["changes"].new, page.context["changes"].newer, page.context["changes"].back) == (
        1,
        1,
        1,
    )
    assert "<del>2016-02-26</del>" in page.text
    assert "<ins>2016-02-27</ins>" in page.text


def test_the_overview_leads_to_what_is_missing(owner, desk):
    """Each problem names the thing and the field, and leads to it."""
    send(owner, f"{desk}/stages/unlike/", {"opens": "soon"})
    page = owner.get(f"{desk}/")
    assert f'<a href="{desk}/stages/unlike/"><bdi>Unlike</bdi>: Opens</a>' in page.text


def test_a_new_campaign(people, owner, desk):
    """A title in one language is enough; the address is suggested and it belongs to whoever opens it."""
    Organiser.objects.filter(pk=people["owner"].pk).update(may_open_campaigns=True)
    answer = send(
        owner,
        "/ar/desk/new/",
        {"words.title.ar": "نريد المكالمات", "country": "AE", "opens": "2026-11-01"},
        has="id",
    )
    assert answer.headers["Location"] == "/ar/desk/nryd-almkalmat/campaign/"
    assert reads.role_of(people["owner"], "nryd-almkalmat") == "owner"
    assert "نريد المكالمات" in owner.get("/ar/desk/").text


@pytest.mark.parametrize("name", [C, "desk", "A B"])
def test_a_taken_or_impossible_address_is_explained(people, owner, desk, name):
    """What was typed stays in the page."""
    Organiser.objects.filter(pk=people["owner"].pk).update(may_open_campaigns=True)
    page = send(owner, "/en/desk/new/", {"words.title.en": "Typed title", "id": name}, has="id")
    assert page.status_code == 200
    assert "Typed title" in page.text
    assert 'id="q-id-error"' in page.text


def test_guests_of_an_owner_open_nothing(owner, desk):
    """Who was invited to one campaign cannot open others."""
    assert owner.get("/en/desk/new/").status_code == 403
    assert owner.post("/en/desk/new/", {"id": "mine"}).status_code == 403
    assert owner.post("/en/desk/new/file/", {"text": "{}"}).status_code == 403


def test_every_change_leads_to_its_page(owner, desk):
    """The campaign's own change too."""
    send(owner, f"{desk}/campaign/", {"words.slogan.en": "Our voice"})
    send(owner, f"{desk}/stages/unlike/", {"opens": "2016-02-27"})
    page = owner.get(f"{desk}/")
    for path in (f"{desk}/campaign/", f"{desk}/stages/unlike/"):
        assert f'<a href="{path}"><bdi>' in page.text
        assert owner.get(path).status_code == 200


@pytest.mark.parametrize("count", [0, 500])
def test_a_campaign_may_have_none_or_very_many_steps(owner, desk, count):
    """Lists and overview stay usable; each unsound one is counted."""
    document = small()
    kept = document["stages"]
    more = [
        {"id": f"step-{n}", "sort": "custom", "opens": "soon", "words": {"title": {"en": f"Step {n}"}}}
        for n in range(count)
    ]
    revision = open_draft(C).revision
    save_draft(C, {**document, "stages": kept + more if count else []}, revision)
    page = owner.get(f"{desk}/stages/")
    assert page.status_code == 200
    assert len(page.context["rows"]) == (count + 2 if count else 0)
    assert sum(row.wrong for row in page.context["rows"]) == count
    assert owner.get(f"{desk}/").status_code == 200
