"""The documents of the book's formats say what the code does."""

import json
import re
from importlib.util import module_from_spec, spec_from_file_location

import pytest

from sawtna.ledger import legend
from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.verdict import INCOMPLETE, INVALID, OK, WRONG_NUMBER
from sawtna.ledger.kinds import KINDS

from tests.house.plan import HOUSE

FORMATS = HOUSE / "docs/formats"


@pytest.fixture(scope="module")
def tables():
    """Give the program that writes the tables."""
    spec = spec_from_file_location("format_tables", HOUSE / "script/format_tables.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_tables_of_the_documents_are_those_of_the_code(tables):
    """Run `python script/format_tables.py` when this fails: it writes them anew."""
    assert {page.name for page in tables.documents()} == {"check.md", "entry.md", "numbers.md"}
    for page in tables.documents():
        text = page.read_text(encoding="utf-8")
        assert tables.document_with_tables(text) == text, f"{page.name}: run python script/format_tables.py"


@pytest.mark.parametrize("kind", list(KINDS), ids=lambda kind: kind.name)
def test_every_field_of_every_kind_is_documented(kind: Kind):
    """Name and what it says, each field with its form, and the words behind the commitment."""
    text = (FORMATS / "entry.md").read_text(encoding="utf-8")
    section = text.split(f"### `{kind.name}`\n")[1].split("\n### ")[0]
    assert section.startswith(kind.about)
    for name in {**kind.fields, **(kind.words or {})}:
        assert f"| `{name}` |" in section, name
    assert ("Words of the opening" in section) == (kind.words is not None)


def test_every_rule_and_unit_is_documented():
    """Whoever reads numbers.json finds what its rules and units mean."""
    text = (FORMATS / "numbers.md").read_text(encoding="utf-8")
    for name in {**legend.known("rules"), **legend.known("units")}:
        assert f"| `{name}` |" in text, name


def test_exit_codes_of_the_audit_are_documented():
    """Programs that run an audit rely on its exit status."""
    text = (FORMATS / "checkpoint.md").read_text(encoding="utf-8")
    assert [OK, WRONG_NUMBER, INVALID, INCOMPLETE] == [0, 1, 2, 3]
    for code in range(4):
        assert re.search(rf"^\| {code} \|", text, re.MULTILINE)


@pytest.mark.django_db
def test_a_published_folder_is_what_the_document_says(book):
    """Each file of the folder has its line in the table, and numbers.json has the fields that are described."""
    book.open()
    book.write("a")
    book.publish()
    text = (FORMATS / "checkpoint.md").read_text(encoding="utf-8")
    named = {
        "checkpoint",
        "numbers.json",
        "policy",
        "open/<index>.json",
        "tile/<L>/<N>.p/<W>",
        "tile/entries/<N>` and `.p/<W>",
    }
    assert all(f"`{name}`" in text for name in named)
    stated = json.loads((book.log / "numbers.json").read_bytes())
    described = (FORMATS / "numbers.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in described for name in (*stated, *stated["numbers"]["book/entries"]))
