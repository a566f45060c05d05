"""`sawtna witness once`: for machines that nobody can reach, it fetches, proves and signs by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from sawtna.ledger.core.note import Verifier, open_note
from sawtna.ledger.core.witness import (
    origin_hash,
)

from tests.cli.folder_book import ORIGIN, SIGNER, site_entry, small_story, write_book
from tests.cli.real_processes import Weather, sawtna, web_server

NAME = "witness.example/w1"
SIZE = len(small_story())


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy that knows the log of the tests, but not where it is."""
    path = tmp_path / "policy"
    path.write_text(f"log {SIGNER.verifier.vkey}\n", encoding="utf-8")
    return path


@pytest.fixture
def log_site(tmp_path: Path) -> Iterator[tuple[Path, str, Path]]:
    """A small site on a web server: its folder, its address, and a policy with the address of its log."""
    folder = tmp_path / "site"
    write_book(folder, small_story())
    with web_server(folder) as address:
        policy = tmp_path / "policy-with-address"
        policy.write_text(f"log {SIGNER.verifier.vkey} {address}/log\n", encoding="utf-8")
        yield folder, address, policy


def visit(var: Path, policy: Path) -> tuple[int, str]:
    """Run `sawtna witness once`."""
    done = sawtna("witness", "once", "--var", var, "--name", NAME, "--policy", policy)
    return done.returncode, done.stdout + done.stderr


def test_a_visit_signs_and_leaves_plain_files(log_site: tuple[Path, str, Path], tmp_path: Path) -> None:
    """For a machine that nobody can reach: the signed checkpoint and the page can go to any web server."""
    folder, _, policy = log_site
    assert visit(tmp_path / "w", policy)[0] == 0
    more = [({"k": "void", "i": 4, "why": "mistake"}, None)]
    write_book(folder, [*small_story(), *more])

    status, said = visit(tmp_path / "w", policy)

    assert (status, f"signed {SIZE + 1} entries ({SIZE} were signed before)" in said) == (0, True), said
    public = tmp_path / "w" / "public"
    note = (public / origin_hash(ORIGIN) / "checkpoint").read_text(encoding="utf-8")
    assert note.startswith((folder / "log" / "checkpoint").read_text(encoding="utf-8"))
    assert open_note(note, [key_of(tmp_path / "w")]).verified == (NAME,)
    assert f"<td>{SIZE + 1}</td>" in (public / "index.html").read_text(encoding="utf-8")


def test_a_visit_finds_a_rewritten_history(log_site: tuple[Path, str, Path], tmp_path: Path) -> None:
    """Exit 2, a sentence, and evidence; a shorter copy or a dead site is exit 3."""
    folder, _, policy = log_site
    assert visit(tmp_path / "w", policy)[0] == 0
    story = [
        ({**body, "people": 5} if body["k"] == "stand" else body, words) for body, words in small_story()
    ]
    write_book(folder, [*story, ({"k": "void", "i": 4, "why": "mistake"}, None)])
    status, said = visit(tmp_path / "w", policy)
    assert (status, "another history" in said) == (2, True), said
    assert "Another history" in (tmp_path / "w" / "public" / "index.html").read_text(encoding="utf-8")

    write_book(folder, [site_entry()])
    status, said = visit(tmp_path / "w", policy)
    assert (status, "an old copy, or a log that went back" in said) == (3, True), said

    shutil.rmtree(folder / "log")
    assert visit(tmp_path / "w", policy)[0] == 3


def test_a_visit_to_nobody_says_so(tmp_path: Path, policy: Path) -> None:
    """A log without an address, and one that does not answer."""
    status, said = visit(tmp_path / "w", policy)
    assert (status, "its address is not known" in said) == (3, True)
    weather = Weather(is_gone=lambda _count, _path: True)
    with web_server(tmp_path, weather) as address:
        policy.write_text(f"log {SIGNER.verifier.vkey} {address}/log\n", encoding="utf-8")
        status, said = visit(tmp_path / "w", policy)
    assert (status, "could not be read" in said) == (3, True)


def key_of(var: Path) -> Verifier:
    """The key of a witness."""
    return Verifier.parse(sawtna("witness", "key", "--var", var).stdout.split()[2])
