"""An audit looks behind checks: whatever was changed of entry or file is found, and said with the number of the entry."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from sawtna.checks.core.acceptance import entry_of
from sawtna.checks.core.evidence import open_evidence
from sawtna.ledger.core.encoding import encode_base64url

from tests.checks.filed import filed, no_whatsapp, resigned, run_on_paper
from tests.checks.paper import clear
from tests.cli.folder_book import site_entry, write_book
from tests.web.conftest import run

BLOCKED = filed(run_on_paper(no_whatsapp))
CLEAN = filed(run_on_paper(clear, seed=2), vantage="fedcba9876543210")


def entry(text: str) -> dict:
    """The entry that a file becomes."""
    opened = open_evidence(text)
    assert opened.half is not None
    return dict(entry_of(opened, opened.half, text.encode()))


def audited(folder: Path, bodies: list[dict], files: dict[str, bytes]) -> CompletedProcess[str]:
    """A book with these checks and these files beside it, audited."""
    write_book(folder, [site_entry(), *((body, None) for body in bodies)], is_true=False)
    (folder / "evidence").mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / "evidence" / name).write_bytes(data)
    return run("audit", str(folder))


def name_of(text: str) -> str:
    """The name of a file."""
    return sha256(text.encode()).hexdigest()


def test_checks_with_true_files_pass(tmp_path: Path) -> None:
    """Plain as a site publishes them, or compressed as a house keeps them."""
    files = {
        f"{name_of(BLOCKED)}.json": BLOCKED.encode(),
        f"{name_of(CLEAN)}.json.gz": gzip.compress(CLEAN.encode()),
    }
    done = audited(tmp_path / "site", [entry(BLOCKED), entry(CLEAN)], files)
    assert done.returncode == 0, done.stdout
    assert "recomputed from their packets: 2." in done.stdout


def test_a_file_that_is_not_here_is_told_and_no_fault(tmp_path: Path) -> None:
    """A copy without some files is still a true copy of the book."""
    files = {f"{name_of(CLEAN)}.json": CLEAN.encode()}
    done = audited(tmp_path / "site", [entry(BLOCKED), entry(CLEAN)], files)
    assert done.returncode == 0, done.stdout
    assert "The files of 1 checks are not here" in done.stdout


def other_verdict(body: dict) -> dict:
    """Says that nothing was blocked."""
    return {**body, "verdict": "not_blocked", "causes": []}


def other_network(body: dict) -> dict:
    """Accuses another operator."""
    return {**body, "net": "AS1"}


def other_day(body: dict) -> dict:
    """Moves the check to another day."""
    return {**body, "on": "2026-11-20"}


def other_file(body: dict) -> dict:
    """Names another file, whose name the tampered file then bears."""
    return {**body, "ev": entry(CLEAN)["ev"]}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (other_verdict, "verdict is not_blocked in the book and blocked by the file"),
        (other_network, "net is AS1 in the book and AS36903 by the file"),
        (other_day, "on is 2026-11-20 in the book"),
        (other_file, "not the one whose hash stands in the book"),
    ],
)
def test_an_entry_that_its_file_does_not_bear_out_is_found(
    tmp_path: Path, change: Callable[[dict], dict], sentence: str
) -> None:
    """A host who signs another verdict, network, day or file than was measured is found out by anybody who has the file."""
    body = change(entry(BLOCKED))
    named = name_of(CLEAN) if change is other_file else name_of(BLOCKED)
    done = audited(tmp_path / "site", [body], {f"{named}.json": BLOCKED.encode()})
    assert done.returncode == 1
    assert f"Entry 1, evidence/{named}.json" in done.stdout
    assert sentence in done.stdout


def test_a_host_who_makes_up_a_file_is_found(tmp_path: Path) -> None:
    """An entry over a file whose packets were changed and signed again by its probe: the far end's half shows it."""

    def lie(told: dict) -> None:
        for one in told["test_keys"]["flown"]:
            if one["arm"] == "signature:rtp":
                one["back"] = [-1 for _ in one["back"]]
                one["far"] = [-1 for _ in one["far"]]

    forged = resigned(BLOCKED, lie)
    body = {**entry(BLOCKED), "ev": encode_base64url(sha256(forged.encode()).digest())}
    done = audited(tmp_path / "site", [body], {f"{name_of(forged)}.json": forged.encode()})
    assert done.returncode == 1
    assert "at other times than the file says" in done.stdout


def test_another_version_may_have_concluded_otherwise(tmp_path: Path) -> None:
    """Rules get better: what an older version concluded is told as a warning, and what it read out of the file is not."""
    body = {**other_verdict(entry(BLOCKED)), "software": "0.0.1"}
    done = audited(tmp_path / "site", [body], {f"{name_of(BLOCKED)}.json": BLOCKED.encode()})
    assert done.returncode == 0, done.stdout
    assert "verdict is not_blocked in the book" in done.stdout
    moved = audited(tmp_path / "other", [other_day(body)], {f"{name_of(BLOCKED)}.json": BLOCKED.encode()})
    assert moved.returncode == 1


def test_a_broken_file_is_found(tmp_path: Path) -> None:
    """A file that cannot be unpacked counts as changed."""
    done = audited(tmp_path / "site", [entry(BLOCKED)], {f"{name_of(BLOCKED)}.json.gz": b"\x1f\x8bnonsense"})
    assert done.returncode == 1
    assert "cannot be read" in done.stdout
