"""Organisers of the tests, and the way to their second factor."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import translation

from sawtna.web.accounts.actions.invite_organiser import invite_organiser
from sawtna.web.accounts.models import Organiser

from tests.authenticator import code_of

ADDRESS, PASSWORD = "amina@example.org", "correct horse battery"


@pytest.fixture(autouse=True)
def _own_house(settings, monkeypatch):
    """Give each test a desk without the square, fresh limits on tries, and commits that happen at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda then, **_: then())
    settings.ROOT_URLCONF = "tests.web.accounts.desk_of_the_tests"
    cache.clear()
    with translation.override("en"):
        yield


@pytest.fixture
def link(db) -> str:
    """Invite an organiser."""
    return invite_organiser(ADDRESS, "en")


@pytest.fixture
def organiser(link) -> Organiser:
    """Give an organiser with a password and no second factor."""
    organiser = Organiser.objects.get(email=ADDRESS)
    organiser.set_password(PASSWORD)
    organiser.save()
    return organiser


@pytest.fixture
def entered(client: Client, link: str) -> Client:
    """Give a browser in which the invited organiser has chosen a password."""
    client.post(link, {"password1": PASSWORD, "password2": PASSWORD})
    return client


def set_up_app(client: Client) -> str:
    """Set up the authenticator app and return its secret."""
    page = client.get("/en/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret
    client.post("/en/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    return secret
