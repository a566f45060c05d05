"""Bare: `pip install sawtna` without extras brings no Django, and the book can be checked with it."""

import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.house.plan import HOUSE

pytestmark = [pytest.mark.bare, pytest.mark.slow, pytest.mark.timeout(900)]

# What runs without the web part, and what its tests need beside Sawtna itself.
FOLDERS = [
    folder for folder in ("ledger/core", "campaigns/core", "cli") if (HOUSE / "tests" / folder).is_dir()
]
TOOLS = [
    "hypothesis",
    "pymerkle",
    "pytest",
    "pytest-randomly",
    "pytest-timeout",
    "schulze-condorcet",
    "tlog-scales",
]
MAY_BE_SKIPPED = "a house needs the web part"  # those modules are marked `site`, and run where Django is
DOORS = (
    "sawtna.cli.main sawtna.cli.audit sawtna.ledger.core.checkpoint "
    "sawtna.ledger.kinds sawtna.campaigns.kinds sawtna.checks.kinds"
)


@pytest.fixture(scope="module")
def bare_python(tmp_path_factory) -> Path:
    """Give the Python of an environment into which only `sawtna` has been installed, as a stranger would."""
    home = tmp_path_factory.mktemp("bare")
    venv.create(home, with_pip=True)
    python = home / "bin/python"
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, HOUSE], check=True, capture_output=True)
    return python


def run(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the bare Python where the source is not on its path."""
    around = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "DJANGO_SETTINGS_MODULE")
    }
    return subprocess.run(
        [python, *arguments], cwd=HOUSE, env=around, capture_output=True, text=True, check=False
    )


def test_no_framework_comes_along(bare_python):
    """A bare environment holds neither Django nor anything else of the site."""
    listed = run(
        bare_python, "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check"
    ).stdout.lower()
    names = {line.split("==")[0] for line in listed.split()}
    assert {"sawtna", "cryptography", "httpx", "rich"} <= names
    assert not names & {"django", "django-allauth", "uvicorn", "psycopg", "babel"}


def test_the_doors_open_without_django(bare_python):
    """The command line, the book's core and the registries of kinds load without Django."""
    done = run(bare_python, "-c", "\n".join(f"import {door}" for door in DOORS.split()))
    assert done.returncode == 0, done.stderr


def test_a_command_of_the_site_says_what_to_install(bare_python):
    """Who asks a bare Sawtna to serve is told which part is missing."""
    done = run(bare_python, "-m", "sawtna.cli.main", "serve")
    assert done.returncode == 1
    assert "sawtna[web]" in done.stderr


def test_the_tests_of_the_cores_and_of_the_audit_pass_bare(bare_python):
    """Every test of the cores and of the command line passes where there is no Django, and none hides by skipping itself.

    In a whole run of script/test this is the only place where these tests run (tests/conftest.py).
    """
    subprocess.run(
        [bare_python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *TOOLS],
        check=True,
        capture_output=True,
    )
    done = run(
        bare_python, "-m", "pytest", "-q", "-c", "tests/bare.toml", *(f"tests/{folder}" for folder in FOLDERS)
    )
    sys.stdout.write(done.stdout[-3000:])
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    skipped = [line for line in done.stdout.splitlines() if line.startswith("SKIPPED")]
    assert [line for line in skipped if MAY_BE_SKIPPED not in line] == []
