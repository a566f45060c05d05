"""Organisers of the tests, and an authenticator app that never leaves the test."""

import base64
import hashlib
import hmac
import struct

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from sawtna.web.accounts.actions.invite_organiser import invite_organiser
from sawtna.web.accounts.models import Organiser

ADDRESS, PASSWORD = "amina@example.org", "correct horse battery"


def code_of(secret: str, moment: float | None = None) -> str:
    """Compute the six digits that an app shows for a secret (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(
        key, struct.pack(">Q", int((moment or timezone.now().timestamp()) // 30)), hashlib.sha1
    ).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture(autouse=True)
def _own_house(settings, monkeypatch):
    """Give each test a desk without the square, fresh limits on tries, and commits that happen at once."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda then, **_: then())
    settings.ROOT_URLCONF = "tests.web.accounts.desk_of_the_tests"
    cache.clear()


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
