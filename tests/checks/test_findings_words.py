"""Every cause and every kind of traffic that a check can name has its words on the pages of findings."""

import re

import pytest

from tests.house.plan import HOUSE

pytestmark = pytest.mark.site
DOCUMENT = HOUSE / "docs" / "formats" / "check.md"


def test_every_cause_of_the_document_has_its_words():
    """The table of causes is what probes may say; a page that shows only its code would leave readers alone."""
    from sawtna.checks.words import named

    table = DOCUMENT.read_text(encoding="utf-8").partition("## Causes")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    causes = {cause for cell in cells for cause in re.findall(r"`([a-z][a-z0-9_:@]*)`", cell)}
    assert len(causes) > 15
    assert {cause for cause in causes if not named("cause", cause)} == set()


def test_every_flow_has_its_words():
    """Whatever flows are added: their names stand on the page of a network. Controls are not shown."""
    from sawtna.checks.flows import FLOWS
    from sawtna.checks.words import named

    assert {flow for flow in FLOWS if flow != "safe2" and not named("flow", flow)} == set()


def test_names_hold_no_digits():
    """A digit beside a figure would be a figure that nobody answers for."""
    from sawtna.checks.words import NAMES

    assert not [name for names in NAMES.values() for name in names.values() if re.search(r"\d", str(name))]
