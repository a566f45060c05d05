"""A house and Debian's Chromium on two sides of the lab's operator, who can be told to change his mind."""

from __future__ import annotations

import contextlib
import os
import random
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserType, Page

from sawtna.checks.lab.network import SERVERS, Lab, open_lab
from sawtna.cli.lab import find_scenario

from tests.journeys.conftest import CHROMIUM, QUIET, surroundings

PORT = 8000
PATIENCE = 60_000  # ms


@dataclass
class Behind:
    """A page of the house, seen from behind the operator."""

    lab: Lab
    page: Page

    def check(self, scenario: str) -> str:
        """Press the button while the operator does as a scenario says; the verdict."""
        self.lab.box.obey(find_scenario("clear"))
        self.page.goto(f"http://{SERVERS[0]}:{PORT}/en/check/")
        self.lab.box.obey(find_scenario(scenario))
        self.page.locator("[data-step=before] [data-do=check]").click()
        self.page.locator("[data-check][data-at=done]").wait_for(timeout=PATIENCE)
        return str(self.page.locator("[data-check]").get_attribute("data-verdict"))

    def reasons(self) -> str:
        """Why, as the page says it."""
        return self.page.locator("[data-reasons]").inner_text()

    def table(self) -> dict[str, str]:
        """The state of each kind of traffic."""
        rows = self.page.locator("[data-rows] tr").all()
        return {row.locator("th").inner_text(): row.locator("[data-state]").inner_text() for row in rows}


@contextlib.contextmanager
def browser_behind(folder: Path, chromium: BrowserType) -> Iterator[Behind]:
    """Open the house in the lab's world and the browser on the subscriber's side."""
    unset = [f"--unset={name}" for name in os.environ if name not in surroundings()]
    serve = [
        "env",
        *unset,
        sys.executable,
        "-m",
        "sawtna.cli.main",
        "serve",
        "--var",
        str(folder / "var"),
        "--no-example",
    ]
    serve += ["--host", SERVERS[0], "--port", str(PORT)]
    with open_lab(find_scenario("clear"), folder, random.Random(1), instead=serve) as lab:
        inside = folder / "chromium"
        inside.write_text(f'#!/bin/sh\nexec ip netns exec {lab.subscriber} {CHROMIUM} "$@"\n')
        inside.chmod(inside.stat().st_mode | stat.S_IXUSR)
        browser = chromium.launch(executable_path=inside, args=QUIET)
        try:
            yield Behind(lab, browser.new_page())
        finally:
            browser.close()
