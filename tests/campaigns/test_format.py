"""The description of campaign files says what the code does: tables, schema, example."""

import json
import re
from importlib import import_module, resources

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from sawtna.campaigns.core.document import FORMAT
from sawtna.campaigns.core.entries import RESERVED
from sawtna.campaigns.core.file import MOST_FILE_BYTES, check_file, open_file
from sawtna.campaigns.core.format_description import json_schema

from tests.campaigns.core.documents import documents, small
from tests.campaigns.core.test_document import WRONG, spoil
from tests.house.plan import HOUSE

PAGE = HOUSE / "docs/formats/campaign.md"
SCHEMA = HOUSE / "docs/formats/campaign.schema.json"
EXAMPLE = re.compile(r"^```json\n(.*?)^```", re.MULTILINE | re.DOTALL)
UNSEEN_BY_A_SCHEMA = (  # relations, and what only an import knows
    "a word that the addresses", "a second ", "expected the id of", "expected nothing, as", " twice", "one of the pages",
    "a time not before", "expected the words of", "got words of", "got an action", " choices, expected", "a max of",
    "as this ballot is taken here", "the number of issuers", "kinds of the roll", "at least the value", "without a value",
    "got a figure in", "an option without", "the invisible character U+D800",
)  # fmt: skip


@pytest.fixture(scope="module")
def formats():
    """Give the program that writes the description."""
    spec = import_module("importlib.util").spec_from_file_location("formats", HOUSE / "script/formats.py")
    module = import_module("importlib.util").module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def validator():
    """Give a reader of the schema as it stands in the docs."""
    return Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_the_tables_are_those_of_the_code(formats):
    """When a field changes, `python script/formats.py` writes them anew."""
    text = PAGE.read_text(encoding="utf-8")
    assert formats.document_with_tables(text) == text


def test_the_schema_is_that_of_the_code(formats):
    """The same, and it is a schema."""
    assert SCHEMA.read_text(encoding="utf-8") == formats.schema_text()
    Draft202012Validator.check_schema(json_schema())


def test_the_example_of_the_page_is_sound(validator):
    """It can be imported as it stands, but for the words that it says were erased."""
    (example,) = EXAMPLE.findall(PAGE.read_text(encoding="utf-8"))
    document = json.loads(example)
    validator.validate(document)
    del document["stands"]
    assert check_file(open_file(json.dumps(document).encode())) == []


def test_the_example_that_ships_fits_the_schema(validator):
    """The Moroccan campaign of 2016."""
    validator.validate(
        json.loads((resources.files("sawtna.campaigns") / "examples/morocco-2016.json").read_bytes())
    )


@settings(max_examples=15, deadline=None)
@given(document=documents())
def test_what_is_sound_fits_the_schema(validator, document):
    """A schema that refuses what an import takes would mislead."""
    validator.validate(document)


@pytest.mark.parametrize(("path", "value", "sentence"), WRONG, ids=[str(row[2])[:50] for row in WRONG])
def test_the_schema_refuses_wrong_forms(validator, path, value, sentence):
    """All that is not a relation between values is found by an editor that knows the schema."""
    document = small()
    spoil(document, path, value)
    is_relation = any(words in sentence for words in UNSEEN_BY_A_SCHEMA)
    is_real_date = sentence.startswith(
        "campaign.opens: got '2016-13-01'"
    )  # of the right form, in no calendar
    assert validator.is_valid(document) is (is_relation or is_real_date)


def test_the_limits_on_the_page_are_those_of_the_code():
    """5 MB, and the number of the format."""
    text = PAGE.read_text(encoding="utf-8")
    assert f"at most {MOST_FILE_BYTES // 1_000_000} MB" in text
    assert text.startswith(f"# Campaign files: `{FORMAT}`")
    assert {"desk", "book"} <= RESERVED
