"""A book of its own for each test, and its whole verification afterwards: no test leaves a book that does not add up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import DATABASE_FIXTURES

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass
class Book:
    """The book of a test: its folder, and what tests do to it all the time."""

    var: Path
    is_spoiled: bool = False  # set by a test that leaves the book damaged on purpose

    @property
    def log(self) -> Path:
        """The published folder."""
        return self.var / "log"

    def open(self) -> None:
        """Open it and publish its first entry."""
        from sawtna.ledger.actions.open_book import open_book

        open_book()
        self.publish()

    def write(self, *words: str) -> list[int]:
        """Add a statement for each of the words."""
        from sawtna.ledger.actions.append_entries import NewEntry, append_entries

        return append_entries([NewEntry({"k": "note"}, {"text": {"en": text}}) for text in words])

    def write_many(self, count: int) -> list[int]:
        """Add entries without words: many of them cost little."""
        from sawtna.ledger.actions.append_entries import NewEntry, append_entries

        return append_entries([NewEntry({"k": "rules", "fold": 1 + at % 999}) for at in range(count)])

    def publish(self, now: datetime = NOON):
        """Put everything under a checkpoint."""
        from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

        return publish_checkpoint(now)


@pytest.fixture
def book(tmp_path, settings) -> Book:
    """Give a place for a book; nothing is in it yet."""
    settings.SAWTNA_VAR = tmp_path / "var"
    settings.SAWTNA_VAR.mkdir()
    return Book(settings.SAWTNA_VAR)


@pytest.fixture(autouse=True)
def _sentences_are_english(request):
    """Read what the book refuses in the language in which these tests quote it."""
    if "core" in request.path.parts:  # pure tests run where there is no Django
        yield
        return
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _whole_book_is_verified(request):
    """Read the book back after each test that stored something, and compare everything with everything."""
    uses_database = request.node.get_closest_marker("django_db") or DATABASE_FIXTURES & set(
        request.fixturenames
    )
    if not uses_database:
        yield
        return
    request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    book = request.getfixturevalue("book")
    yield
    if not book.is_spoiled:
        from tests.ledger.whole_book import verify_book

        verify_book(book.log)
