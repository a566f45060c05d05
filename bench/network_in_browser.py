"""What "Check this network" says behind each operator of the lab, in Debian's Chromium; needs root on Linux.

    python bench/network_in_browser.py             every scenario of the lab, once
    python bench/network_in_browser.py udp clear   only these

A page cannot find what it does not send; so what counts is that no innocent network is accused, and what is said of those
whose rule touches ICE, DTLS or a port.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from playwright.sync_api import sync_playwright

from sawtna.checks.lab.scenario import scenarios
from sawtna.cli.lab import find_scenario

from tests.journeys.behind_an_operator import browser_behind

ACCUSING = {"blocked", "degraded"}


def main(names: list[str]) -> None:
    """Check from behind each operator, and count."""
    counted: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory() as folder,
        sync_playwright() as player,
        browser_behind(Path(folder), player.chromium) as behind,
    ):
        behind.check("clear")  # so that the far end has been reached from outside
        for name in names or scenarios():
            is_innocent = not ACCUSING & set(find_scenario(name).expected.verdicts)
            began = time.monotonic()
            verdict = behind.check(name)
            seconds = time.monotonic() - began
            is_false = is_innocent and verdict in ACCUSING
            counted.update(["false accusations"] * is_false + [verdict])
            why = behind.reasons().split("\n")[0][:90]
            print(f"{'FALSE' if is_false else '':6}{name:26}{verdict:14}{seconds:5.1f} s  {why}", flush=True)
    print(dict(counted))


if __name__ == "__main__":
    main(sys.argv[1:])
