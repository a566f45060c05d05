"""What every test stands on: marks by what a test uses, and no network for what is pure.

Imports nothing of Django, because the tests of the cores run without it too (tests/house/test_bare.py).
"""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}
PROCESS_FIXTURES = {"house", "town"}  # a site that really runs
# The bottom floor: what needs no Django is tested once, where there is none (tests/house/test_bare.py).
BOTTOM = (("ledger", "core"), ("campaigns", "core"), ("cli",))


def folders_of(item: pytest.Item) -> tuple[str, ...]:
    """Name the folders between tests/ and a test."""
    return item.path.relative_to(TESTS).parts[:-1]


def is_of_the_bottom(folders: tuple[str, ...]) -> bool:
    """Tell whether what lies in these folders under tests/ belongs to the bottom floor."""
    return any(folders[: len(floor)] == floor for floor in BOTTOM)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses the database, a browser, a running site or nothing of Django, so that nobody forgets."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if is_of_the_bottom(folders_of(item)) and not item.get_closest_marker("site"):
            item.add_marker("bare")
        if names & PROCESS_FIXTURES or item.path.name.startswith("test_killed"):
            item.add_marker("slow")
        if "journeys" in folders_of(item):
            item.add_marker("journey")
        elif item.get_closest_marker("django_db") or names & DATABASE_FIXTURES:
            item.add_marker("stores")


@pytest.fixture(autouse=True)
def _pure_tests_have_no_network(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the network away from tests in a folder `core`: what is pure does not miss it."""
    if "core" not in folders_of(request.node):
        return

    def refuse(*_: object) -> None:
        raise AssertionError("got a connection, expected none: a core is pure and gets bytes as arguments")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.fixture(autouse=True)
def _sentences_are_in_english() -> Iterator[None]:
    """Let tests read the sentences as they are written; a request still gets the language of its address."""
    if "django.conf" not in sys.modules:
        yield
        return
    from django.utils import translation

    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Let Django empty the tables between tests, which the seals of the book would refuse."""
    from tests.emptying import tables_can_be_emptied

    with tables_can_be_emptied():
        yield
