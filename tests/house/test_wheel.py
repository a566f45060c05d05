"""Wheel: `pip install 'sawtna[web]' && sawtna serve` works in an empty environment, without Node."""

import os
import re
import subprocess
import sys
import time
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin

import httpx
import pytest

from tests.house.plan import HOUSE
from tests.postgres import free_port

pytestmark = [pytest.mark.wheel, pytest.mark.timeout(900)]

READY = re.compile(r"Sawtna is open at (http://\S+)")
SHEETS = re.compile(
    r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"|<link[^>]+href="([^"]+)"[^>]+rel="stylesheet"'
)
FONT = re.compile(r"url\([\"']?([^\"')]+\.woff2)")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Give a wheel that was built from this tree as a maintainer would."""
    shelf = tmp_path_factory.mktemp("dist")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", shelf, HOUSE], check=True, capture_output=True
    )
    return next(shelf.glob("*.whl"))


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory) -> Path:
    """Give an environment with nothing but the wheel, its web part and what they ask for."""
    home = tmp_path_factory.mktemp("empty")
    venv.create(home, with_pip=True)
    install = [home / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, f"{wheel}[web]"], check=True, capture_output=True)
    return home


@pytest.fixture(scope="module")
def address(environment, tmp_path_factory) -> Iterator[str]:
    """Serve the installed site from an empty folder, where the path leads to no Node and to no source."""
    home = tmp_path_factory.mktemp("home")
    log = home / "serve.log"
    command = [environment / "bin/sawtna", "serve", "--host", "127.0.0.1", "--port", str(free_port())]
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR") if name in os.environ}
    around = {**kept, "PATH": str(environment / "bin"), "PYTHONUNBUFFERED": "1"}
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, cwd=home, env=around, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
    try:
        yield wait_for_address(process, log)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for_address(process: subprocess.Popen[bytes], log: Path, *, seconds: float = 120) -> str:
    """Wait until the site says where it is open."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and process.poll() is None:
        if found := READY.search(log.read_text() + "\n"):
            return found[1]
        time.sleep(0.2)
    pytest.fail(f"the installed site did not open; it said: {log.read_text()[-3000:]}", pytrace=False)


def test_the_wheel_holds_what_git_does_not(wheel):
    """Fonts with their licence, compiled translations, templates and the example are in the wheel; tests are not."""
    names = zipfile.ZipFile(wheel).namelist()
    for ending in (
        ".woff2",
        "OFL.txt",
        "/ar/LC_MESSAGES/django.mo",
        "/fr/LC_MESSAGES/django.mo",
        "base.html",
        ".css",
    ):
        assert any(name.endswith(ending) for name in names), f"no {ending} in the wheel"
    assert any(name.endswith("morocco-2016.json") for name in names)
    assert not [name for name in names if name.startswith("tests/") or "node_modules" in name]


def test_the_installed_site_shows_its_page_its_sheets_and_its_font(address):
    """The first page, each sheet it names and a font that a sheet names come from the installed package."""
    with httpx.Client(follow_redirects=True, timeout=30) as browser:
        page = browser.get(address, headers={"Accept-Language": "ar"})
        assert page.status_code == 200
        assert 'dir="rtl"' in page.text
        sheets = [
            browser.get(urljoin(str(page.url), first or second))
            for first, second in SHEETS.findall(page.text)
        ]
        assert sheets
        assert {sheet.status_code for sheet in sheets} == {200}
        fonts = [urljoin(str(sheet.url), name) for sheet in sheets for name in FONT.findall(sheet.text)]
        assert fonts
        font = browser.get(fonts[0])
        assert font.status_code == 200
        assert font.content[:4] == b"wOF2"
