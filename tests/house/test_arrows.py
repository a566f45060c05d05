"""The contracts of .importlinter hold, and each of them bites."""

import os
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.house.plan import HOUSE, ROOMS, SOURCE

# A house in small, with the rooms that are still to come.
MODULES = """
    ledger.core.merkle ledger.core.encoding ledger.kinds ledger.models ledger.actions.append ledger.reads
    ledger.views ledger.urls
    campaigns.core.entries campaigns.models.stage campaigns.actions.open_stage campaigns.reads campaigns.forms
    campaigns.views.pages campaigns.urls
    checks.core.verdict checks.core.hands checks.flows.dns checks.probe.runner checks.far_end.door checks.models
    checks.actions.accept_evidence checks.reads checks.views checks.urls checks.kinds checks.key_file checks.telling
    checks.traffic
    calls.core.ladder calls.relay.server calls.models calls.reads calls.urls
    web.settings web.urls web.pages web.accounts.models web.commands.serve
    cli.main cli.audit
"""

# module, the line it should not hold, the contract that says so
TRESPASSES = [
    ("ledger.core.merkle", "import time", "Cores and flows"),
    ("ledger.core.encoding", "import random", "Cores and flows"),
    ("campaigns.core.entries", "from django.utils import timezone", "Cores and flows"),
    ("campaigns.core.entries", "from sawtna.ledger.actions import append", "Cores and flows"),
    ("checks.core.verdict", "import logging", "Cores and flows"),
    ("checks.flows.dns", "import socket", "Cores and flows"),
    ("calls.core.ladder", "import asyncio", "Cores and flows"),
    ("checks.probe.runner", "import django", "Probe, relay and cli"),
    ("checks.far_end.door", "import django", "Probe, relay and cli"),
    ("checks.telling", "import django", "Probe, relay and cli"),
    ("calls.relay.server", "import django", "Probe, relay and cli"),
    ("cli.audit", "from sawtna.ledger import models", "Probe, relay and cli"),
    ("cli.main", "from sawtna.web.commands import serve", "Shells above rooms"),
    ("campaigns.reads", "from sawtna.checks import reads", "Shells above rooms"),
    ("calls.reads", "from sawtna.campaigns import reads", "Shells above rooms"),
    ("ledger.reads", "from sawtna.campaigns.core import entries", "Shells above rooms"),
    ("ledger.kinds", "from sawtna.web import settings", "Shells above rooms"),
    ("campaigns.models.stage", "from sawtna.campaigns import reads", "Inside a room"),
    ("campaigns.reads", "from sawtna.campaigns.views import pages", "Inside a room"),
    ("ledger.reads", "from sawtna.ledger.actions import append", "Inside a room"),
    ("campaigns.reads", "from sawtna.ledger import models", "Only the ledger"),
    ("web.urls", "from sawtna.campaigns.models import stage", "Only campaigns"),
    ("web.urls", "from sawtna.checks import models", "Only checks"),
    ("campaigns.models.stage", "from sawtna.web.accounts import models", "Only the frame"),
]


def write_small_house(home: Path) -> None:
    """Write the modules of the small house, each with a docstring; models know Django."""
    for name in MODULES.split():
        path = home.joinpath("sawtna", *name.split(".")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("import django\n" if "models" in name else '"""A module."""\n')
    home.joinpath("sawtna/ledger/actions/append.py").write_text("from sawtna.ledger import models\n")
    for folder in [home / "sawtna", *(path for path in home.glob("sawtna/**/") if path.is_dir())]:
        (folder / "__init__.py").touch()


def broken_contracts(home: Path) -> str:
    """Run import-linter on a house and return what it says is broken."""
    command = [
        Path(sys.executable).with_name("lint-imports"),
        "--no-cache",
        "--config",
        HOUSE / ".importlinter",
    ]
    done = subprocess.run(
        command,
        cwd=home,
        env={**os.environ, "PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return "\n".join(line for line in done.stdout.splitlines() if line.endswith("BROKEN"))


@pytest.fixture(scope="module")
def small_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a house in small, in which no arrow is wrong."""
    home = tmp_path_factory.mktemp("house")
    write_small_house(home)
    return home


def test_a_house_in_order_keeps_all_contracts(small_house):
    """The contracts accept the layout that HOUSE describes, with the rooms still to come."""
    assert broken_contracts(small_house) == ""


@pytest.mark.parametrize(
    ("module", "line", "contract"), TRESPASSES, ids=lambda value: str(value).replace(" ", "_")
)
def test_a_trespass_is_reported(small_house, module, line, contract):
    """An import that the house forbids breaks the contract that forbids it."""
    path = small_house.joinpath("sawtna", *module.split(".")).with_suffix(".py")
    before = path.read_text()
    path.write_text(before + line + "\n")
    try:
        assert contract in broken_contracts(small_house)
    finally:
        path.write_text(before)


def test_each_room_with_tables_has_a_contract_for_them():
    """A room that gets tables also gets the contract that keeps other rooms away from them."""
    rules = ConfigParser()
    rules.read(HOUSE / ".importlinter")
    guarded = {rules[name].get("protected_modules", "").strip() for name in rules.sections()}
    with_tables = [room for room in ROOMS if list(SOURCE.glob(f"{room}/models*"))]
    missing = [room for room in with_tables if f"sawtna.{room}.models" not in guarded]
    assert not missing, f"add [importlinter:contract:tables-ROOM] to .importlinter for {missing}"
