"""JSON with places: the same values as Python's json module, and the line of each."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.core import json_places
from sawtna.campaigns.core.json_places import JsonError, Places, read_json

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@given(VALUES, st.sampled_from([None, 2]), st.booleans())
def test_values_are_those_of_the_json_module(value, indent, ascii_only):
    """Any value, spaced and escaped in any way, is read as Python's own module reads it."""
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    assert read_json(text).value == json.loads(text)


def paths_of(value, path=()):
    """Each path of a value with what stands there."""
    yield path, value
    steps = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    for step, inner in steps:
        yield from paths_of(inner, (*path, step))


@given(VALUES)
def test_the_line_of_a_value_is_where_it_begins(value):
    """In an indented text the first line of each value holds the beginning of its spelling."""
    text = json.dumps(value, indent=1)
    places = read_json(text)
    for path, inner in paths_of(value):
        assert json.dumps(inner)[:1] in text.splitlines()[places.line_of(path) - 1]


def test_a_place_that_is_not_there_is_that_of_what_encloses_it():
    """A missing field is reported at the object that lacks it."""
    places = read_json('{\n"stages": [\n{}\n]\n}')
    assert [places.line_of(path) for path in ((), ("stages",), ("stages", 0, "id"), ("targets",))] == [
        1,
        2,
        3,
        1,
    ]


def test_a_repeated_key_is_noted_with_its_place_and_the_first_stays():
    """Two spellings of one field would hide one of them."""
    places = read_json('{"a": 1,\n "b": {"c": 2,\n  "c": 3}}')
    assert places.value == {"a": 1, "b": {"c": 2}}
    ((path, at),) = places.twice
    assert (path, places.line_and_column(at)) == (("b", "c"), (3, 3))


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("", (1, 1), "got the end of the file, expected the rest of it, as something is still open"),
        ('{"a":', (1, 6), "got the end of the file, expected the rest of it, as something is still open"),
        ('{"a" 1}', (1, 6), "got '1', expected a colon"),
        ("{'a': 1}", (1, 2), "got ''', expected a name in double quotes"),
        ('{"a": 1,\n}', (2, 1), "got '}', expected a name in double quotes"),
        ('{"a": 1\n"b": 2}', (2, 1), "got '\"', expected a comma or }"),
        ("[1,\n2\n3]", (3, 1), "got '3', expected a comma or ]"),
        ("[1,]", (1, 4), "got ']', expected a value: text in double quotes, a number, { or ["),
        ("[NaN]", (1, 2), "got 'N', expected a value: text in double quotes, a number, { or ["),
        ("[01]", (1, 3), "got '1', expected a comma or ]"),
        ('["a\nb"]', (1, 4), r"got a line break inside text, expected \n, which stands for a line break"),
        ('["a\tb"]', (1, 4), "got the control character U+0009 inside text, expected none of these"),
        (r'["\q"]', (1, 3), r"got '\', expected an escape such as \n or \u0621"),
        ('["abc', (1, 2), "got text without an end, expected a closing double quote"),
        ("{} x", (1, 4), "got 'x', expected the end of the file"),
        ("[" * 40, (1, 33), "got nesting deeper than 32 levels, expected at most 32 levels"),
        ("[" + "9" * 401 + "]", (1, 2), "got a number of 401 digits, expected a number of at most 16 digits"),
    ],
)
def test_what_is_no_json_is_refused_with_line_column_and_sentence(text, place, sentence):
    """A person with an editor finds the fault at once."""
    with pytest.raises(JsonError) as refused:
        read_json(text)
    assert str(refused.value) == sentence
    assert Places(text).line_and_column(refused.value.at) == place


def test_a_file_of_more_values_than_a_campaign_can_have_is_refused_early(monkeypatch):
    """Millions of empty lists would cost seconds before any other check."""
    monkeypatch.setattr(json_places, "MOST_VALUES", 100)
    with pytest.raises(JsonError, match="more than 100 values"):
        read_json("[" + "[]," * 100 + "[]]")
