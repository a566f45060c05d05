"""The desk of the small campaign, and browsers of its people, each with a second factor shown."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from tests.campaigns.square import C


def enter(user):
    """Give a browser in which someone is logged in and has shown a second factor."""
    Authenticator.objects.get_or_create(user=user, type="totp", defaults={"data": {"secret": "sealed"}})
    client = Client()
    client.force_login(user)
    session = client.session
    session["second_factor_shown_by"] = user.pk
    session.save()
    return client


@pytest.fixture
def desk(imported):
    """Give the address of the desk of the small campaign, which is published."""
    return f"/en/desk/{C}"


@pytest.fixture
def owner(people, desk):
    """Give the browser of the owner."""
    return enter(people["owner"])


@pytest.fixture
def editor(people, desk):
    """Give the browser of the editor."""
    return enter(people["editor"])


@pytest.fixture
def moderator(people, desk):
    """Give the browser of the moderator."""
    return enter(people["moderator"])


@pytest.fixture
def stranger(people, desk):
    """Give the browser of an organiser of another campaign."""
    return enter(people["stranger"])
