"""The whole story with real processes: a house with its example, two witnesses and a mirror; then the house is seized."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.cli.real_processes import running, sawtna
from tests.cli.small_site import files_in
from tests.web.conftest import House, free_port

pytest.importorskip("django", reason="a house needs the web part")
pytestmark = [pytest.mark.site, pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A place for a house that is not open yet."""
    return House(tmp_path / "var", free_port())


def audit(place: object, policy: Path) -> tuple[int, dict[str, object], str]:
    """Audit under a policy; the exit status, what was found, and all sentences."""
    done = sawtna("audit", place, "--json", "--policy", policy, seconds=300)
    found = json.loads(done.stdout)
    return done.returncode, found, " ".join(one["text"] for one in found["findings"])


def test_a_seized_house_lives_on_in_its_mirror(house: House, tmp_path: Path) -> None:
    """Witnessed, mirrored, killed: the copy has the same numbers on every page, under the signatures of both witnesses."""
    house.open()
    house.close()
    vkey = (house.var / "log/policy").read_text(encoding="utf-8").split()[1]
    copy, policy = tmp_path / "copy", house.var / "policy"
    with ExitStack() as stack:
        lines = [f"log {vkey} {house.url}/log"]
        for name in ("w1", "w2"):
            key = sawtna(
                "witness", "key", "--var", tmp_path / name, "--name", f"witness.example/{name}"
            ).stdout.split()[2]
            words = ("witness", "serve", "--var", tmp_path / name, "--port", 0, "--log", vkey)
            lines.append(f"witness {name} {key} {stack.enter_context(running(*words))[1]}")
        policy.write_text("\n".join([*lines, "group both all w1 w2", "quorum both", ""]), encoding="utf-8")
        house.open()
        try:
            before = audit(house.url, policy)
            first = sawtna("mirror", house.url, copy, "--policy", policy, "--once", seconds=300)
        finally:
            assert house.process is not None
            house.process.kill()
            house.process.communicate()

    assert first.returncode == 0, first.stdout + first.stderr
    gone = sawtna("mirror", house.url, copy, "--once", seconds=300)
    assert (gone.returncode, "The copy stays as it was." in " ".join(gone.stdout.split())) == (3, True)
    after = audit(copy, policy)
    assert before[0] == after[0] == 0, after[2]
    assert "not yet witnessed" not in before[2] + after[2]
    assert [after[1][key] for key in ("root", "numbers")] == [before[1][key] for key in ("root", "numbers")]
    names = files_in(copy)
    assert {"ar/morocco-2016/index.html", "fr/morocco-2016/feed.atom", "index.html", "404.html"} <= names
    assert not [name for name in names if "/desk/" in name or "/accounts/" in name]
    assert "witness.example/w2" in (copy / "log/receipts/1.tlog-proof").read_text(encoding="utf-8")
