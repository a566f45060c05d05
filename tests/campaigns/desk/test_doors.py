"""Who sees which place of the desk, and who may change what there."""

import pytest
from django.test import Client

from tests.campaigns.desk.browsing import send
from tests.campaigns.desk.conftest import enter
from tests.campaigns.square import C, draft, size, steps

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
