"""Campaign files: from bytes to a document, each fault with its line."""

import json
import time
from pathlib import Path

import pytest

import sawtna.campaigns
from sawtna.campaigns.core.document import document_of, write_document
from sawtna.campaigns.core.file import MOST_FILE_BYTES, MOST_READ_BYTES, check_file, open_file
from sawtna.campaigns.core.planning import plan_entries

from tests.campaigns.core.documents import said, small, told

EXAMPLE = Path(sawtna.campaigns.__file__).parent / "examples/morocco-2016.json"


def faults(data, story=None):
    """The sentences of what is wrong with a file."""
    return [problem.sentence for problem in check_file(open_file(data), story)]


def spelled(document):
    """The bytes of a document's file."""
    return write_document(document).encode()


def test_a_written_file_is_read_back():
    """Writing and reading lose nothing."""
    file = open_file(spelled(small()))
    assert (file.document, file.campaign, check_file(file)) == (small(), "somewhere-2016", [])


def test_each_fault_has_its_line_and_they_come_in_order():
    """A person goes through the file from top to bottom."""
    document = small()
    document["press"][0]["on"] = "2016-02-30"
    document["campaign"]["opens"] = "soon"
    text = write_document(document)
    lines = text.splitlines()
    sentences = faults(text.encode())
    expected = [
        next(number for number, line in enumerate(lines, 1) if words in line) for words in ("soon", "02-30")
    ]
    assert [sentence.split(":")[0] for sentence in sentences] == [
        f"line {expected[0]}, campaign.opens",
        f"line {expected[1]}, press[0].on",
    ]


def test_a_missing_field_has_the_line_of_what_lacks_it():
    """There is no line for what is not there."""
    sentences = faults(b'{\n "format": "sawtna-campaign/1",\n "campaign": {\n  "id": "a"\n }\n}')
    assert sentences[0].startswith("line 3, campaign.country: got nothing")


def test_a_key_that_stands_twice_is_an_error():
    """Else one of the two would win in silence."""
    text = write_document(small()).replace('"mark": "example",', '"mark": "example",\n    "mark": "real",')
    (sentence,) = faults(text.encode())
    assert (
        sentence
        == "line 8, column 5, campaign.mark: got a second 'mark', expected each name once in an object"
    )


def test_a_syntax_error_has_line_and_column():
    """And nothing else is reported, as nothing else is known."""
    assert faults(b'{\n "format": "sawtna-campaign/1"\n "campaign": 1}') == [
        "line 3, column 2: got '\"', expected a comma or }"
    ]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (
            b"",
            "line 1, column 1: got the end of the file, expected the rest of it, as something is still open",
        ),
        (b"[]", "line 1: got a list, expected an object with format, campaign, targets"),
        (b'{"a":\n"\xe9"}', "line 2, column 2: got the byte 0xe9, expected text in UTF-8"),
        ("{}".encode("utf-16"), "line 1, column 1: got the byte 0xff, expected text in UTF-8"),
    ],
)
def test_what_is_no_campaign_file_gets_a_sentence(data, sentence):
    """Empty files, lists, Latin-1, UTF-16."""
    assert faults(data)[0].startswith(sentence)


def test_a_byte_order_mark_is_passed_over():
    """Some editors write one."""
    assert faults(b"\xef\xbb\xbf" + spelled(small())) == []


def test_a_text_of_ten_megabytes_is_refused_with_its_field():
    """The file is too long, and the sentence names which text makes it so."""
    document = small()
    document["news"][0]["words"]["text"] = said("x" * 10_000_000)
    data = spelled(document)
    size, text = faults(data)
    assert size == f"got a file of {len(data)} bytes, expected at most 5000000 bytes"
    assert "news[0].words.text.en: got 'xxx" in text
    assert "(10000000 characters), expected text of 1 to 12000 characters" in text


def test_a_file_beyond_all_measure_is_not_even_read():
    """Nobody waits for the parser of a file of hundreds of megabytes."""
    assert faults(b"x" * (MOST_READ_BYTES + 1)) == [
        f"got a file of {MOST_READ_BYTES + 1} bytes, expected at most {MOST_FILE_BYTES} bytes"
    ]


def test_what_the_book_forbids_has_its_line_too():
    """A changed ballot is found when the rest is sound."""
    document = small()
    document["ballots"][0]["words"]["title"] = said("Another question")
    (sentence,) = faults(spelled(document), told(small()))
    assert "ballots[0]: got a ballot that differs from the one in the book" in sentence
    assert sentence.startswith("line ")


def test_a_full_file_is_checked_in_seconds():
    """2,000 things in 5 MB: read, checked, each with its place."""
    document = small()
    text = "كلمة " * 125
    document["news"] = [
        {
            "id": f"n{number}",
            "on": "2016-03-01",
            "words": {"title": said("…"), "text": {"ar": text, "fr": text}},
        }
        for number in range(1980)
    ]
    data = spelled(document)
    assert 4_500_000 < len(data) < MOST_FILE_BYTES
    begun = time.process_time()
    assert faults(data) == []
    assert time.process_time() - begun < 15  # a way that compares each with each takes minutes


def test_the_example_is_sound_and_survives_a_round_trip():
    """The campaign of 2016 that ships with Sawtna: read, planned, told, written: the same things in the same order."""
    data = EXAMPLE.read_bytes()
    file = open_file(data)
    assert check_file(file) == []
    story = told(file.document)
    assert document_of(story) == json.loads(data)
    assert plan_entries(document_of(story), story) == []
    assert json.loads(data)["campaign"]["mark"] == "example"
