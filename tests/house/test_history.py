"""What changed is told to readers, and what was decided to those who come later."""

import re
import subprocess
import sys

import pytest

from sawtna import __version__

from tests.house.plan import HOUSE, here

FRAGMENT = re.compile(r"[\w.+-]+\.(security|added|changed|fixed|removed)(\.\d+)?\.md$")
DECISIONS = sorted((HOUSE / "docs/decisions").glob("*.md"))
PARTS = ("Context", "Choice", "Price", "Status")


def fragments() -> list[str]:
    """List the fragments of the next release."""
    return sorted(path.name for path in (HOUSE / "changelog.d").glob("*.md") if path.name != "README.md")


def test_the_next_release_has_something_to_tell():
    """Between releases there is a fragment for each change; a release turns them into a section of CHANGELOG.md."""
    released = f"## {__version__} (" in (HOUSE / "CHANGELOG.md").read_text(encoding="utf-8")
    assert released or fragments(), "write changelog.d/WHAT.added.md (or security, changed, fixed, removed)"


def test_fragments_are_named_after_what_they_tell():
    """A fragment is called SOMETHING.TYPE.md; another name would be left out of the changelog in silence."""
    assert [name for name in fragments() if not FRAGMENT.fullmatch(name)] == []


def test_the_changelog_can_be_made():
    """Towncrier reads every fragment and puts security first."""
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "0"]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    headings = re.findall(r"^### (\w+)", done.stdout, re.MULTILINE)
    assert headings == [
        name for name in ("Security", "Added", "Changed", "Fixed", "Removed") if name in headings
    ]


@pytest.mark.parametrize("decision", DECISIONS, ids=here)
def test_a_decision_is_a_letter_to_later(decision):
    """A decision record tells its context, the choice, the price and whether it still stands."""
    text = decision.read_text(encoding="utf-8")
    assert re.match(r"\d{4}-[a-z0-9-]+\.md$", decision.name)
    missing = [part for part in PARTS if not re.search(rf"^(?:#+ |[-*| ]*)?{part}\b", text, re.MULTILINE)]
    assert not missing, f"{here(decision)} lacks {missing}"


def test_no_two_decisions_share_a_number():
    """A number names one decision."""
    numbers = [path.name[:4] for path in DECISIONS]
    assert sorted(set(numbers)) == numbers
