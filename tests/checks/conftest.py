"""A house of its own for tests of the instrument's pages: an open book with the checks that a test asks for."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def house_of_checks(tmp_path, settings, transactional_db):
    """Give a function that writes entries into a fresh book and publishes them; pages are asked in English."""
    from django.utils import translation

    from sawtna.ledger.actions.append_entries import NewEntry, append_entries
    from sawtna.ledger.actions.open_book import open_book
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    settings.SAWTNA_VAR = tmp_path / "var"
    settings.SAWTNA_VAR.mkdir()

    def publish(bodies, *others):
        new = [NewEntry({name: value for name, value in body.items() if name != "v"}) for body in bodies]
        append_entries([*others, *new]) if new or others else None
        publish_checkpoint(NOON)
        return settings.SAWTNA_VAR

    with translation.override("en"):
        open_book()
        publish_checkpoint(NOON)
        yield publish
