"""The ground of the stories: a real `sawtna serve` with the example campaign, and Debian's Chromium.

A story asks for `page` (a browser page that knows the address of the site) or `site` (the process, its folder).
Whatever a story is about, it fails when a page asks another host for anything, or when the browser complains.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

SAWTNA = Path(sys.executable).with_name("sawtna")
READY = "Sawtna is open at"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
# Debian's Chromium, quiet: without these it calls home at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@dataclass(frozen=True)
class Site:
    """A running site: its address, its folder, its process, and what it has said so far."""

    url: str
    var: Path
    process: subprocess.Popen[bytes]
    log: Path

    def sawtna(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a `sawtna` command of the site on the folder of this site."""
        return subprocess.run(
            [SAWTNA, *arguments],
            cwd=self.var.parent,
            env=surroundings(),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def surroundings() -> dict[str, str]:
    """Give the environment of a host who has set nothing: without what pytest needs for the tests in this process."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("SAWTNA_", "DJANGO_"))}


def free_port() -> int:
    """Ask the system for a port of the loopback that nobody uses."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_until_open(process: subprocess.Popen[bytes], log: Path, *, seconds: float = 90) -> None:
    """Wait for the sentence that says that the site is open; fail with what it said instead."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if READY in log.read_text(errors="replace"):
            return
        if process.poll() is not None:
            break
        time.sleep(0.1)
    pytest.fail(
        f"sawtna serve did not open; it said: {log.read_text(errors='replace')[-3000:]}", pytrace=False
    )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process that this test started: politely, then firmly."""
    process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def open_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Site]]:
    """Give a function that opens one more site, in an empty folder, with options of `sawtna serve` and settings."""
    opened: list[Site] = []

    def open_one(*options: str, far_end: bool = False, **settings: str) -> Site:
        home = tmp_path_factory.mktemp("site")
        port = free_port()
        log = home / "serve.log"
        command = [
            SAWTNA,
            "serve",
            "--var",
            home / "var",
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            *(() if far_end else ("--no-far-end",)),
            *options,
        ]
        with log.open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=home,
                env={**surroundings(), **settings},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
            )
        opened.append(Site(f"http://127.0.0.1:{port}", home / "var", process, log))
        wait_until_open(process, log)
        return opened[-1]

    yield open_one
    for site in opened:
        stop(site.process)


@pytest.fixture(scope="session")
def site(open_site: Callable[..., Site]) -> Site:
    """Give the site that the stories share, with the example campaign."""
    return open_site()


@pytest.fixture(scope="session")
def base_url(site: Site) -> str:
    """Let `page.goto("/ar/")` lead to the site."""
    return site.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """Start Debian's Chromium, never a downloaded one."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": QUIET}


@pytest.fixture(scope="session")
def browser_name() -> str:
    """Tell every story the one browser that Debian brings and the tests install."""
    return "chromium"


@pytest.fixture(scope="session")
def friends() -> tuple[str, ...]:
    """Tell which other addresses than the site a page may ask: none, but in stories about other issuers."""
    return ()


@pytest.fixture
def page(context: BrowserContext, base_url: str, friends: tuple[str, ...]) -> Iterator[Page]:
    """Give a page that fails the story when it asks a stranger for anything or makes the browser complain."""
    strangers: list[str] = []
    complaints: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((base_url, *friends, "data:", "blob:", "about:")):
            strangers.append(request.url)

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error" and "the server responded with a status of" not in message.text:
            complaints.append(message.text)

    context.on("request", watch)
    context.on("console", listen)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert not strangers, f"pages asked other hosts: {strangers}"
    assert not complaints, f"the browser complained: {complaints}"


@pytest.fixture(scope="session")
def accessible() -> Callable[[Page], None]:
    """Give a check that a page keeps to WCAG 2.2 AA, as far as axe can tell."""
    axe = Axe()

    def check(page: Page) -> None:
        results = axe.run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert not results.violations_count, f"{page.url}\n{results.generate_report()}"

    return check


@pytest.fixture
def sent(page):
    """What the page sends to the counter."""
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "/t/v1/" in one.url else None)
    return asked
