"""Canonical JSON and strict Base 64: one value, one spelling."""

import json
import unicodedata
from contextlib import suppress
from enum import StrEnum

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sawtna.ledger.core.encoding import (
    decode_base64url,
    decode_canonical,
    encode_base64url,
    encode_canonical,
    format_base64,
    parse_base64,
)
from sawtna.ledger.core.errors import EncodingError

from tests.vectors.read_vectors import read_vectors

VECTORS = read_vectors("canonical")
KEYS = st.from_regex("[a-z0-9][a-z0-9_-]{0,9}", fullmatch=True)
WORDS = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n")).map(
    lambda text: unicodedata.normalize("NFC", text)
)
SCALARS = WORDS | st.integers(-(2**53) + 1, 2**53 - 1) | st.booleans()
VALUES = st.recursive(
    SCALARS, lambda inside: st.lists(inside, max_size=4) | st.dictionaries(KEYS, inside, max_size=4)
)


def bytes_of(case):
    """The bytes of a vector: its text in UTF-8, or its hex."""
    return bytes.fromhex(case["hex"]) if "hex" in case else case["text"].encode()


@pytest.mark.parametrize("case", VECTORS["good"], ids=lambda case: case["why"])
def test_a_canonical_entry_is_read_and_written_back(case):
    """Reading and writing give the same bytes."""
    data = bytes_of(case)
    assert decode_canonical(data) == json.loads(data)
    assert encode_canonical(decode_canonical(data)) == data


@pytest.mark.parametrize("case", VECTORS["bad"], ids=lambda case: case["why"])
def test_what_is_not_canonical_is_refused_with_the_reason(case):
    """A second spelling of a value, or a value outside of the subset, gets a sentence."""
    with pytest.raises(EncodingError) as caught:
        decode_canonical(bytes_of(case))
    assert case["reason"] in str(caught.value)
    assert str(caught.value).startswith("got ")
    assert ", expected " in str(caught.value)


@given(VALUES)
def test_any_value_of_the_subset_comes_back(value):
    """What is written is read back as the same value."""
    assert decode_canonical(encode_canonical(value)) == value


@given(st.binary(max_size=60) | st.text().map(lambda text: text.encode(errors="surrogatepass")))
@example(b'{"a":"\xed\xa0\xbd"}')
@example(b'"\\ud83d"')
@example(b"1" * 5_000)
@example(b"-")
def test_any_bytes_are_either_canonical_or_refused(data):
    """Nothing crashes the reader, and what it accepts is the one spelling."""
    with suppress(EncodingError):
        assert encode_canonical(decode_canonical(data)) == data


@given(VALUES, st.data())
def test_a_byte_more_or_another_byte_never_gives_the_same_value(value, data):
    """No second spelling one edit away is accepted for the same value."""
    spelling = encode_canonical(value)
    at = data.draw(st.integers(0, len(spelling) - 1))
    byte = data.draw(st.binary(min_size=1, max_size=1))
    for other in (spelling[:at] + byte + spelling[at:], spelling[:at] + byte + spelling[at + 1 :]):
        if other != spelling:
            with suppress(EncodingError):
                again = decode_canonical(other)
                assert json.dumps(again, sort_keys=True) != json.dumps(value, sort_keys=True)


@given(st.dictionaries(st.text("aB_0é-", max_size=3), st.just(1), min_size=1, max_size=4))
def test_the_quick_look_at_keys_agrees_with_the_rule(value):
    """Keys are letter by letter `[a-z0-9][a-z0-9_-]*`, however they are looked at."""
    fit = all(key and key[0] in "a0" and set(key) <= set("a_0-") for key in value)
    if fit:
        assert decode_canonical(encode_canonical(value)) == value
    else:
        with pytest.raises(EncodingError, match="got the key"):
            encode_canonical(value)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (None, "null at /"),
        (1.0, "float at /"),
        ((1, 2), "tuple at /"),
        ({"a": {1, 2}}, "set at /a"),
        ({"a": [b"x"]}, "bytes at /a/0"),
        ({1: "x"}, "the key '1'"),
        ({"a": {None: 1}}, "the key 'None' at /a/"),
        ({"a": "\ud800"}, "U+D800 at /a"),
        ({"a": 2**53}, "at /a"),
    ],
)
def test_a_value_outside_of_the_subset_is_not_written(value, reason):
    """The writer names the place and the fault."""
    with pytest.raises(EncodingError) as caught:
        encode_canonical(value)
    assert reason in str(caught.value)


def test_a_named_choice_is_written_as_its_text():
    """A choice of an enumeration is its text; nobody has to convert it."""

    class State(StrEnum):
        OPEN = "open"

    assert encode_canonical({"state": State.OPEN}) == b'{"state":"open"}'


@pytest.mark.parametrize("depth", [33, 1_000, 100_000])
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_deep_nesting_is_refused_and_does_not_crash(depth, opening, closing):
    """A hundred thousand brackets are an error like any other."""
    data = (opening * depth + "1" + closing * depth).encode()
    with pytest.raises(EncodingError, match="expected"):
        decode_canonical(data, most=1_000_000)
    with pytest.raises(EncodingError, match="expected"):
        decode_canonical((opening * depth).encode(), most=1_000_000)


def test_a_value_that_contains_itself_is_refused():
    """A circle is only a deep nesting."""
    value = []
    value.append(value)
    with pytest.raises(EncodingError, match="nesting"):
        encode_canonical(value)


def test_an_entry_may_have_16384_bytes_and_not_one_more():
    """The limit counts bytes, not letters, and the caller may set another."""
    fits = "ا" * 8_191
    assert len(encode_canonical(fits)) == 16_384
    assert decode_canonical(encode_canonical(fits)) == fits
    with pytest.raises(EncodingError, match="got 16385 bytes of JSON, expected at most 16384"):
        encode_canonical(fits + "a")
    with pytest.raises(EncodingError, match="got 16385 bytes of JSON, expected at most 16384"):
        decode_canonical(b'"' + fits.encode() + b'a"')
    assert decode_canonical(encode_canonical(fits + "a", most=20_000), most=20_000) == fits + "a"


@given(st.binary())
def test_base_64_of_both_alphabets_comes_back(data):
    """Every byte string has one spelling in each alphabet."""
    assert decode_base64url(encode_base64url(data)) == data
    assert parse_base64(format_base64(data)) == data


@pytest.mark.parametrize(
    "text", ["AA==", "AB", "AAB", "A", "AAAAA", "A/", "A+", "AA AA", "AA\n", "é", "ا", "-_=", "A\u0661"]
)
def test_a_second_spelling_of_base_64_url_is_refused(text):
    """Padding, spare bits, the other alphabet, spaces and foreign letters are refused."""
    with pytest.raises(EncodingError, match="expected Base 64 of the URL alphabet"):
        decode_base64url(text)


@pytest.mark.parametrize(
    "text", ["AA", "AB==", "AAB=", "A", "AA=", "AA===", "-_==", "AA ==", "AA==\n", "é", "AA==AA=="]
)
def test_a_second_spelling_of_base_64_is_refused(text):
    """Missing padding, spare bits, line breaks and the other alphabet are refused."""
    with pytest.raises(EncodingError, match="expected standard Base 64"):
        parse_base64(text)


@given(st.text())
def test_no_text_crashes_base_64(text):
    """Any text decodes to bytes that encode to it, or is refused."""
    with suppress(EncodingError):
        assert encode_base64url(decode_base64url(text)) == text
    with suppress(EncodingError):
        assert format_base64(parse_base64(text)) == text
