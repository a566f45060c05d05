"""The places of the desk: who sees which, and what each changes."""

import json

import pytest
from django.test import Client

from sawtna.campaigns import reads
from sawtna.campaigns.core.document import document_of
from sawtna.campaigns.models import Membership
from sawtna.ledger import reads as book
from sawtna.web.accounts.models import Organiser

from tests.campaigns.core.documents import small
from tests.campaigns.desk.browsing import send
from tests.campaigns.desk.conftest import enter
from tests.campaigns.square import C, draft, same, size, steps

pytestmark = pytest.mark.stores

READ = [
    "/",
    "/stages/",
    "/stands/",
    "/preview/",
    "/members/",
    "/trail/",
    "/file/",
    "/file/draft.json",
    "/file/published.json",
]
EDIT = ["/campaign/", "/stages/phones-off/", "/stages/new/", "/news/new/", "/publish/"]
MODERATE = ["/stands/s1/", "/stands/new/", "/replies/inwi-march/"]
ERASE = ["/stands/s1/erase/", "/replies/inwi-march/erase/"]


# ------------------------------------------------------------------ doors
@pytest.mark.parametrize(
    "path", ["", "new/", f"{C}/", f"{C}/stages/", f"{C}/members/invite/", f"{C}/publish/"]
)
def test_nobody_enters_without_a_login(desk, path):
    """Every address of the desk leads to the entrance."""
    for answer in (Client().get(f"/ar/desk/{path}"), Client().post(f"/ar/desk/{path}")):
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/ar/accounts/login/")


def test_a_stranger_sees_nothing_of_a_campaign(stranger, desk):
    """Someone of another campaign is told so, and not whether a draft of that name exists."""
    for path in (f"{desk}/", f"{desk}/stages/", f"{desk}/file/draft.json", "/en/desk/no-such-campaign/"):
        page = stranger.get(path)
        assert page.status_code == 403
        assert "do not work on this campaign" in page.text


@pytest.mark.parametrize(
    ("name", "open_paths", "closed_paths"),
    [
        ("owner", READ + EDIT + MODERATE + ERASE, []),
        ("editor", READ + EDIT + MODERATE, ERASE),
        ("moderator", READ + MODERATE + ERASE, EDIT),
    ],
)
def test_each_role_has_its_places(request, desk, name, open_paths, closed_paths):
    """Owners everywhere, editors where one writes, moderators at stands, replies and erasures."""
    client = request.getfixturevalue(name)
    assert {path: client.get(f"{desk}{path}").status_code for path in open_paths} == dict.fromkeys(
        open_paths, 200
    )
    assert {path: client.get(f"{desk}{path}").status_code for path in closed_paths} == dict.fromkeys(
        closed_paths, 403
    )


def test_rights_hold_for_posts_too(moderator, editor, desk):
    """Whoever may not see a page cannot post to it either."""
    for path in (
        "/stages/unlike/",
        "/stages/unlike/remove/",
        "/publish/",
        "/discard/",
        "/withdraw/",
        "/members/invite/",
    ):
        assert moderator.post(f"{desk}{path}", {"print": "x", "revision": "1"}).status_code == 403
    for path in ("/stands/s1/erase/", "/withdraw/", "/members/invite/", "/members/1/role/"):
        assert editor.post(f"{desk}{path}", {"why": "request"}).status_code == 403
    assert [what for what, *_ in steps()] == ["import"]


def test_a_moderator_edits_stands_and_replies(moderator, desk):
    """What moderators change is kept in the draft."""
    send(moderator, f"{desk}/stands/s1/", {"people": "5"})
    assert next(one for one in draft().document["stands"])["people"] == 5


def test_only_posts_change_anything(owner, desk):
    """A link that someone is tricked into opening does nothing."""
    before = size()
    for path in (
        "/discard/",
        "/withdraw/",
        "/stages/unlike/remove/",
        "/members/invite/",
        "/stages/put-back/",
    ):
        assert owner.get(f"{desk}{path}").status_code == 405
    assert size() == before


def test_a_form_from_elsewhere_is_refused(people, desk):
    """A post without the token of the page changes nothing and says what to do."""
    inside = enter(people["owner"])
    client = Client(enforce_csrf_checks=True)
    client.cookies = inside.cookies
    page = client.post(f"{desk}/withdraw/")
    assert page.status_code == 403
    assert "Nothing was changed" in page.text


# ------------------------------------------------------------------ lists
def test_home_lists_what_one_works_on(owner, desk):
    """With role and state; a campaign that nobody touched yet is there too."""
    page = owner.get("/en/desk/")
    assert "Somewhere" in page.text
    assert "published" in page.text


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


# ------------------------------------------------------------------ opening
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


# ------------------------------------------------------------------ publishing
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
    """Its pages go; the desk stays, and says that it is not published."""
    send(owner, f"{desk}/stages/unlike/", {"opens": "2016-02-27"})
    send(owner, f"{desk}/", action="/withdraw/")
    assert client.get(f"/en/{C}/").status_code == 404
    assert "Not published yet" in owner.get(f"{desk}/").text


def test_words_are_deleted_with_a_reason(moderator, desk, client):
    """The name goes from page and book, the entry stays; without a reason nothing happens."""
    page = moderator.post(f"{desk}/stands/s1/erase/", {"why": ""})
    assert "Choose the reason." in page.text
    assert "Four jurors" in client.get(f"/en/{C}/").text
    send(moderator, f"{desk}/stands/s1/erase/", {"why": "request"}, has="why")
    assert "Four jurors" not in client.get(f"/en/{C}/").text
    assert book.entry_at(size() - 1).body["k"] == "erase"


# ------------------------------------------------------------------ preview
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


# ------------------------------------------------------------------ files
def test_a_file_comes_out_and_goes_in(owner, desk):
    """What is downloaded can be put in again and changes nothing."""
    text = owner.get(f"{desk}/file/draft.json").text
    assert same(json.loads(text), small())
    owner.post(f"{desk}/file/", {"text": text})
    assert not owner.get(f"{desk}/").context["changes"]


def test_a_file_in_place_of_the_draft(owner, desk):
    """What it leaves out is left out; nothing is published."""
    document = small()
    del document["news"]
    before = size()
    owner.post(f"{desk}/file/", {"text": json.dumps(document)})
    assert "news" not in draft().document
    assert size() == before


@pytest.mark.parametrize(
    ("spoil", "line", "where"),
    [
        (lambda text: text.replace('"2016-02-26"', '"26 February"'), True, "stages[1].opens"),
        (lambda text: text.replace('"id": "unlike"', '"id": "phones-off"'), True, "stages[1].id"),
        (lambda text: text[:300], True, ""),
        (lambda _: "[]", True, ""),
        (lambda _: "", False, ""),
    ],
)
def test_a_bad_file_is_refused_by_line_and_field(owner, desk, spoil, line, where):
    """The line, the field and what is expected; the text stays in the page and nothing is half taken."""
    text = spoil(json.dumps(small(), indent=1))
    page = owner.post(f"{desk}/file/", {"text": text})
    assert page.status_code == 422
    problem = page.context["problems"][0]
    assert bool(problem.get("line")) is line
    assert problem.get("where", "") == where
    assert "nothing was changed" in page.text
    assert page.context["text"] == text
    assert [what for what, *_ in steps()] == ["import"]


def test_a_file_of_another_campaign_is_refused(owner, desk):
    """The draft of one campaign never becomes another."""
    document = small()
    document["campaign"]["id"] = "elsewhere-2016"
    assert "elsewhere-2016" in owner.post(f"{desk}/file/", {"text": json.dumps(document)}).text


def test_a_campaign_opens_from_a_file(people, owner, desk):
    """A whole campaign in one step, as a draft."""
    Organiser.objects.filter(pk=people["owner"].pk).update(may_open_campaigns=True)
    document = small()
    document["campaign"]["id"] = "second-2016"
    answer = owner.post("/en/desk/new/file/", {"text": json.dumps(document)})
    assert answer.headers["Location"] == "/en/desk/second-2016/"
    assert same(reads.draft("second-2016").document, document)
    assert reads.story("second-2016") is None


# ------------------------------------------------------------------ members
def invite(client, desk, address, role="editor", language="fr"):
    """Fill in the form of an invitation."""
    return send(
        client, f"{desk}/members/", {"address": address, "role": role, "language": language}, has="language"
    )


def test_a_new_member_gets_a_link(owner, desk, mailoutbox):
    """The link is shown once, is in the chosen language, opens the page of the password, and is mailed."""
    page = invite(owner, desk, "new@example.org")
    link = page.context["link"]
    assert "/fr/accounts/invitation/" in link.url
    assert Client().get("/fr" + link.url.split("/fr", 1)[1]).status_code == 200
    assert "new@example.org" in page.text
    assert "has not come yet" in page.text
    assert reads.role_of(Organiser.objects.get(email="new@example.org"), C) == "editor"
    assert not Organiser.objects.get(email="new@example.org").may_open_campaigns
    assert link.url in mailoutbox[0].body
    assert link.url not in owner.get(f"{desk}/members/").text


def test_who_has_an_account_is_in_at_once(owner, people, desk):
    """No link, no new password."""
    people["stranger"].set_password("a long password")
    people["stranger"].save()
    invite(owner, desk, "STRANGER@example.org ", "moderator")
    assert reads.role_of(people["stranger"], C) == "moderator"


@pytest.mark.parametrize(("address", "said"), [("nonsense", "no e-mail address"), ("", "no e-mail address")])
def test_a_bad_address_is_explained(owner, desk, address, said):
    """What was typed stays in the form."""
    page = invite(owner, desk, address)
    assert page.status_code == 422
    assert said in page.text
    assert page.context["typed"]["language"] == "fr"


def test_nobody_becomes_a_member_halfway(owner, desk):
    """An unknown role adds nobody."""
    page = owner.post(
        f"{desk}/members/invite/", {"address": "new@example.org", "role": "king", "language": "fr"}
    )
    assert page.status_code == 422
    assert not Organiser.objects.filter(email="new@example.org").exists()


def test_a_link_of_another_owner_is_not_given_out(owner, people, desk):
    """Who waits for a password by someone else's invitation cannot be taken over by a second invitation."""
    Organiser.objects.create_user("waiting@example.org")
    page = invite(owner, desk, "waiting@example.org")
    assert page.status_code == 422
    assert "someone else" in page.text


def test_roles_change_and_end(owner, people, desk):
    """Owners change and remove; the removed see nothing any more."""
    editor = people["editor"]
    owner.post(f"{desk}/members/{editor.pk}/role/", {"role": "moderator"})
    assert reads.role_of(editor, C) == "moderator"
    owner.post(f"{desk}/members/{editor.pk}/remove/")
    assert reads.role_of(editor, C) is None
    assert enter(editor).get(f"{desk}/").status_code == 403


def test_the_last_owner_cannot_leave(owner, people, desk):
    """Neither by leaving nor by becoming something else; the page says what to do."""
    for path, typed in (("remove", {}), ("role", {"role": "editor"})):
        page = owner.post(f"{desk}/members/{people['owner'].pk}/{path}/", typed, follow=True)
        assert "only owner" in page.text
    assert reads.role_of(people["owner"], C) == "owner"


def test_everyone_may_leave(moderator, people, desk):
    """A moderator leaves and is back at the list of campaigns."""
    answer = moderator.post(f"{desk}/members/{people['moderator'].pk}/remove/")
    assert answer.headers["Location"] == "/en/desk/"
    assert not Membership.objects.filter(user=people["moderator"]).exists()


# ------------------------------------------------------------------ trail
def test_the_trail_tells_who_did_what(owner, editor, desk):
    """In sentences, newest first, with the entries that were written."""
    send(editor, f"{desk}/stages/unlike/", {"opens": "2016-02-27"})
    send(owner, f"{desk}/publish/", has="revision")
    page = owner.get(f"{desk}/trail/")
    told = [(step.who, step.what) for step in page.context["steps"]]
    assert told[:3] == [
        ("owner@example.org", "Published"),
        ("editor@example.org", "Changed the draft"),
        ("editor@example.org", "Began a draft from the book"),
    ]
    assert f'href="/en/book/{size() - 1}/"' in page.text


def test_the_trail_has_pages(owner, desk):
    """Fifty steps on each; nonsense in the address shows the first."""
    for number in range(28):
        send(owner, f"{desk}/stages/unlike/", {"opens": f"2016-03-{number + 1:02}"})
        send(owner, f"{desk}/stages/phones-off/", {"closes": f"2016-03-{number + 1:02}"})
    first, second = owner.get(f"{desk}/trail/"), owner.get(f"{desk}/trail/?page=2")
    assert len(first.context["steps"]) == 50
    assert 0 < len(second.context["steps"]) < 50
    for page in ("0", "x", "-1", "9" * 30, "²"):
        assert owner.get(f"{desk}/trail/?page={page}").status_code == 200


# ------------------------------------------------------------------ every page
@pytest.mark.parametrize("language", ["ar", "fr", "en"])
def test_pages_of_the_desk_keep_the_rules(owner, desk, language):
    """Right direction, no index, no copy kept, nothing inline, one heading."""
    for path in READ[:-2] + EDIT + MODERATE + ERASE:
        page = owner.get(f"{desk.replace('/en/', f'/{language}/')}{path}")
        assert f'lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page.text, path
        assert 'content="noindex"' in page.text, path
        assert "no-store" in page.headers["Cache-Control"], path
        assert " style=" not in page.text, path
        assert "<style" not in page.text, path
        assert page.text.count("<h1") == 1, path
