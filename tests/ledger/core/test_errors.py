"""Errors of the book: a code, a sentence, and a way through a process pool."""

import pickle

import pytest

from sawtna.ledger.core import errors
from sawtna.ledger.core.errors import BookError, EncodingError

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, BookError)]


def test_the_root_takes_a_code_and_a_sentence():
    """The root is raised with both."""
    error = BookError("full", "The disk is full.")
    assert (error.code, error.sentence, str(error)) == ("full", "The disk is full.", "The disk is full.")


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_needs_only_its_sentence(kind):
    """A kind has its code on the class and says its sentence."""
    error = kind("got X, expected Y")
    assert (error.code, error.sentence, str(error)) == (kind.code, "got X, expected Y", "got X, expected Y")


def test_codes_are_stable_and_different():
    """Programs tell kinds apart by codes that never change."""
    assert {kind.__name__: kind.code for kind in KINDS} == {
        "BookError": "book",
        "DateError": "date",
        "EncodingError": "encoding",
        "NoteError": "note",
        "ProofError": "proof",
        "SchemaError": "schema",
        "TileError": "tile",
    }


@pytest.mark.parametrize("error", [EncodingError("got X"), BookError("full", "The disk is full.")])
def test_an_error_comes_home_from_another_process(error):
    """An audit in several processes loses neither code nor sentence."""
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(copy), copy.code, copy.sentence) == (type(error), error.code, error.sentence)
