"""A month has one name in a visit: pages of no campaign write as the country of the house does."""

import argparse
from datetime import UTC, datetime

import pytest

from sawtna.web.commands.house import country

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def square(tmp_path, settings, transactional_db):
    """Give a house with the small campaign, which is Moroccan."""
    from sawtna.campaigns.actions.import_campaign import import_campaign
    from sawtna.ledger.actions.open_book import open_book
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    from tests.campaigns.core.documents import small

    settings.SAWTNA_VAR = tmp_path / "var"
    settings.SAWTNA_VAR.mkdir()
    open_book()
    import_campaign(small())
    publish_checkpoint(NOON)


def test_pages_of_no_campaign_write_as_its_campaigns_do(square, client, settings):
    """November is نونبر in Morocco, in the book as on the campaign; a host who says another country gets نوفمبر."""
    assert "نونبر" in client.get("/ar/book/").content.decode()
    settings.SAWTNA_COUNTRY = "AE"
    said = client.get("/ar/book/").content.decode()
    assert "نوفمبر" in said
    assert "نونبر" not in said


def test_campaigns_of_several_countries_leave_the_language_alone(settings, monkeypatch):
    """No campaign's country is put over another's: then months and digits are those of the language, unless the host says."""
    from types import SimpleNamespace

    from sawtna.web import context

    told = [SimpleNamespace(campaign=SimpleNamespace(body={"country": code})) for code in ("MA", "EG")]
    monkeypatch.setattr(context.square, "stories", lambda: told)
    assert context.country_of_the_house() == ""
    del told[1:]
    assert context.country_of_the_house() == "MA"
    settings.SAWTNA_COUNTRY = "EG"
    assert context.country_of_the_house() == "EG"


def test_a_country_is_two_letters():
    """A name would silently change nothing."""
    assert country("ma") == "MA"
    with pytest.raises(argparse.ArgumentTypeError, match="two letters"):
        country("Morocco")
