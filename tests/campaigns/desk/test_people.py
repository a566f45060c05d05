"""Who works on a campaign, who invites whom, and who did what."""

import pytest
from django.test import Client

from sawtna.campaigns import reads
from sawtna.campaigns.models import Membership
from sawtna.web.accounts.models import Organiser

from tests.campaigns.desk.browsing import send
from tests.campaigns.desk.conftest import enter
from tests.campaigns.square import C, size

pytestmark = pytest.mark.stores


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
