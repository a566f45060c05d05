"""A site is gone, its mirror is not: copies that are shown and followed by real processes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import httpx
import pytest

from tests.cli.folder_book import write_tree
from tests.cli.mirroring import SIZE, STORY, VOID, audit, free_port, mirror, wait_for
from tests.cli.real_processes import running, sawtna, web_server
from tests.cli.small_site import FONT, MODULE, SHEET, write_site


def test_a_seized_site_lives_on(site: Path, copy: Path, tmp_path: Path) -> None:
    """The server is gone: the copy audits clean with the same numbers, and opens on the loopback as the site did."""
    with web_server(site) as address:
        before = sawtna("audit", address, "--json", "--workers", 1)
        mirror(address, copy)
    shutil.rmtree(site)
    status, said = mirror(address, copy)
    assert (status, "could not be reached" in said) == (3, True), said

    code, found = audit(copy)
    assert code == 0
    was = json.loads(before.stdout)
    assert [found[key] for key in ("root", "size", "numbers")] == [
        was[key] for key in ("root", "size", "numbers")
    ]
    port = free_port()
    with running("mirror", address, copy, "--every", "10s", "--serve", port) as (_, shown):
        again = sawtna("audit", shown, "--json", "--workers", 1)
        assert again.returncode == 0, again.stdout
        check_served(shown)


def check_served(shown: str) -> None:
    """Types, first pages of folders, the page for what is not found, and no lists of folders."""
    kinds = {
        "/": "text/html; charset=utf-8",
        "/ar/": "text/html; charset=utf-8",
        "/ar/c/feed.atom": "application/atom+xml; charset=utf-8",
        f"/{SHEET}": "text/css; charset=utf-8",
        f"/{MODULE}": "text/javascript; charset=utf-8",
        f"/{FONT}": "font/woff2",
        "/log/checkpoint": "text/plain; charset=utf-8",
        "/log/numbers.json": "application/json",
        "/log/receipts/4.tlog-proof": "text/plain; charset=utf-8",
        f"/log/tile/0/000.p/{SIZE}": "application/octet-stream",
    }
    for path, kind in kinds.items():
        answer = httpx.get(shown + path)
        assert (answer.status_code, answer.headers["content-type"]) == (200, kind), path
    for path in ("/nowhere/", "/log/tile/", "/%2e%2e/site/index.html"):
        answer = httpx.get(shown + path)
        assert (answer.status_code, "<main>" in answer.text) == (404, True), path


@pytest.mark.slow
def test_a_mirror_that_goes_on_follows_the_site(site: Path, address: str, copy: Path) -> None:
    """With --every it takes what is new by itself, says what it refuses, and keeps showing the good state."""
    with running("mirror", address, copy, "--every", "10s", "--serve", free_port()) as (process, shown):
        wait_for((copy / "log/checkpoint").exists)
        write_site(site, [*STORY, VOID])
        wait_for(lambda: f"\n{SIZE + 1}\n" in httpx.get(f"{shown}/log/checkpoint").text)
        write_tree(site / "log", [b"{}"])
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(3)]
    assert any("SHOWS ANOTHER HISTORY" in line for line in lines), lines
    assert audit(copy)[0] == 0
