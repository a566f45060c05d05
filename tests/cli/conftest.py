"""A small site on a real web server, and a place for its copy: what the tests of mirrors begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.folder_book import small_story
from tests.cli.real_processes import Weather, web_server
from tests.cli.small_site import write_site


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The folder of a small site."""
    folder = tmp_path / "site"
    write_site(folder, small_story())
    return folder


@pytest.fixture
def weather() -> Weather:
    """The weather on the way to the site."""
    return Weather()


@pytest.fixture
def address(site: Path, weather: Weather) -> Iterator[str]:
    """The address of the site."""
    with web_server(site, weather) as found:
        yield found


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Where the copy goes."""
    return tmp_path / "copy"
