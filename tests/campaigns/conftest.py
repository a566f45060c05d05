"""A square of its own for each test, and its whole book verified afterwards."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.campaigns.core.documents import small

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def open_square(tmp_path, settings, transactional_db):
    """Give a house with an open, empty book in a folder of the test's own; commits are real, as publishing needs them.

    Sentences are said in English, whatever language the site greets in.
    """
    from django.utils import translation

    from sawtna.ledger.actions.open_book import open_book
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    settings.SAWTNA_VAR = tmp_path / "var"
    settings.SAWTNA_VAR.mkdir()
    with translation.override("en"):
        open_book()
        publish_checkpoint(NOON)
        yield settings.SAWTNA_VAR


@pytest.fixture
def imported(open_square):
    """Give the small campaign, published."""
    from sawtna.campaigns.actions.import_campaign import import_campaign

    return import_campaign(small())


@pytest.fixture
def people(open_square):
    """Give four organisers: an owner, an editor and a moderator of the small campaign, and someone of another."""
    from django.contrib.auth import get_user_model

    from sawtna.campaigns.models import Membership

    names = ("owner", "editor", "moderator", "stranger")
    found = {name: get_user_model().objects.create_user(f"{name}@example.org") for name in names}
    for name in names[:3]:
        Membership.objects.create(user=found[name], campaign=small()["campaign"]["id"], role=name)
    Membership.objects.create(user=found["stranger"], campaign="elsewhere", role="owner")
    return found


@pytest.fixture(autouse=True)
def _whole_book_is_verified(request):
    """Read the book back after each test that opened one here, and compare everything with everything."""
    var = request.getfixturevalue("open_square") if "open_square" in request.fixturenames else None
    yield
    if var is not None:
        from tests.ledger.whole_book import verify_book

        verify_book(var / "log")
