"""The simulation of Morocco 2016, small: the same command as at its real size, with sixty invented people."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.web.conftest import free_port, surroundings

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_invented_people_cast_the_example(tmp_path: Path) -> None:
    """Sixty people enrol by mail, pledge and answer the poll; none is lost, the audit agrees, and all of it is marked."""
    command = [sys.executable, "bench/example_cast.py", str(tmp_path), "--people", "60", "--leave-open"]
    ports = ["--port", str(free_port()), "--mail-port", str(free_port())]
    done = subprocess.run(
        [*command, *ports],
        cwd=ROOT,
        env=surroundings(),
        capture_output=True,
        text=True,
        check=False,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr

    found = json.loads(done.stdout)
    numbers = found["numbers"]
    assert (found["lost"], found["audit"], numbers["boycott-pledge/counted"]) == (0, 0, 60)
    assert numbers["which-step/options/top-ups"] > numbers["which-step/options/bills"]


def test_the_simulation_says_so_everywhere() -> None:
    """Its mark, its title and its words say in each language that the people are invented and the shares assumed."""
    told = json.loads((ROOT / "bench/morocco_2016_cast.json").read_text(encoding="utf-8"))["campaign"]
    assert told["mark"] == "simulation"
    for language, word, assumed in (
        ("ar", "محاكاة", "افتراض"), ("fr", "imulation", "hypothèse"), ("en", "imulation", "assumed")
    ):  # fmt: skip
        assert word in told["words"]["title"][language]
        assert word in told["words"]["summary"][language]
        assert assumed in told["words"]["summary"][language]
