"""Organisers come by a link that is good for one password."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from sawtna.web.accounts.actions.choose_password import choose_password
from sawtna.web.accounts.actions.invite_organiser import InvitationError, invite_organiser
from sawtna.web.accounts.links import LIFETIME, organiser_of
from sawtna.web.accounts.models import Organiser

from tests.web.accounts.conftest import ADDRESS, PASSWORD, set_up_app

BOTH = {"password1": PASSWORD, "password2": PASSWORD}


def token_of(link):
    """Cut the token out of a link."""
    return link.rstrip("/").rsplit("/", 1)[1]


def test_the_link_is_in_the_language_of_the_organiser(db):
    """Whoever reads Arabic is led to an Arabic page."""
    assert invite_organiser("a@example.org").startswith("/ar/accounts/invitation/")
    assert invite_organiser("b@example.org", "fr").startswith("/fr/accounts/invitation/")


def test_opening_the_link_uses_nothing_up(client, link):
    """A mail program that looks at links in advance does not spend them."""
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert ADDRESS in page.text


def test_a_password_is_chosen_once(client, link):
    """The first password is kept; after that the link says that it is no longer good."""
    assert client.post(link, BOTH).status_code == 302
    again = Client().post(link, {"password1": "another long password", "password2": "another long password"})
    assert again.status_code == 410
    assert Organiser.objects.get(email=ADDRESS).check_password(PASSWORD)


def test_a_bad_password_is_explained_and_nothing_is_spent(client, link):
    """Short, common and different passwords are each explained beside the field."""
    page = client.post(link, {"password1": "short", "password2": "other"})
    assert page.status_code == 200
    assert page.context["form"].errors["password1"]
    page = client.post(link, {"password1": PASSWORD, "password2": PASSWORD + "!"})
    assert "not the same" in page.text
    assert client.post(link, BOTH).status_code == 302


def test_a_newer_link_replaces_the_older(client, link):
    """When a link went to the wrong person, a new one makes it useless."""
    newer = invite_organiser(ADDRESS, "en")
    assert client.get(link).status_code == 410
    assert client.get(newer).status_code == 200


def test_a_link_grows_old(link, monkeypatch):
    """After a week a link that nobody used opens nothing."""
    later = timezone.now().timestamp() + LIFETIME.total_seconds() + 1
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    assert organiser_of(token_of(link)) is None


@pytest.mark.parametrize("token", ["x", "WzEsInguIl0:1:x", "%00", "é"])
def test_an_invented_link_opens_nothing(client, db, token):
    """Whatever stands in the address, the answer is the same sentence."""
    assert client.get(f"/en/accounts/invitation/{token}/").status_code == 410


def test_two_browsers_with_one_link_have_one_password(link):
    """Of two people with the same link, the first has it."""
    assert choose_password(token_of(link), PASSWORD) is not None
    assert choose_password(token_of(link), "another long password") is None


def test_addresses_are_known_in_any_case(link):
    """A@EXAMPLE.ORG and a@example.org are one organiser."""
    invite_organiser(f"  {ADDRESS.upper()} ")
    assert Organiser.objects.count() == 1


@pytest.mark.parametrize("address", ["", "amina", "amina@", "a b@example.org", "amina@example"])
def test_what_is_no_address_is_refused_with_a_sentence(db, address):
    """A typo is named instead of stored."""
    with pytest.raises(InvitationError, match="e-mail address"):
        invite_organiser(address)
    assert not Organiser.objects.exists()


def test_who_has_a_password_needs_no_invitation(organiser):
    """An invitation never takes a password away by accident."""
    with pytest.raises(InvitationError, match="account already"):
        invite_organiser(ADDRESS)


def test_the_host_lets_someone_in_again(entered, db):
    """Who lost the phone gets a new link; the password, the second factor and every open session are gone."""
    set_up_app(entered)
    assert entered.get("/en/desk/").status_code == 200
    link = invite_organiser(ADDRESS, again=True)
    assert not Authenticator.objects.exists()
    assert not Organiser.objects.get(email=ADDRESS).has_usable_password()
    assert entered.get("/en/desk/").status_code == 302
    assert Client().get(link).status_code == 200


def test_only_who_invited_gets_the_link_anew(organiser):
    """A link is a key to the account: another owner cannot get one by inviting the same address."""
    stranger = Organiser.objects.create_user("stranger@example.org")
    invite_organiser("guest@example.org", by=organiser)
    assert invite_organiser("guest@example.org", by=organiser)
    with pytest.raises(InvitationError, match="someone else"):
        invite_organiser("guest@example.org", by=stranger)
    assert invite_organiser("guest@example.org")


def test_guests_of_an_owner_open_no_campaigns(organiser):
    """Only whom the host invites may open campaigns."""
    invite_organiser("guest@example.org", by=organiser)
    assert not Organiser.objects.get(email="guest@example.org").may_open_campaigns
    assert organiser.may_open_campaigns


def test_the_way_in_carries_no_referrer_to_strangers(client, link):
    """The address of the page is a key and is told to no other site."""
    assert client.get(link).headers["Referrer-Policy"] == "same-origin"
