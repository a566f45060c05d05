"""The generated vectors are what their generator makes, and agree with what others published."""

from pathlib import Path

import pytest

from tests.vectors import make_vectors


@pytest.mark.parametrize(("name", "text"), make_vectors.make_vectors().items())
def test_checked_in_vectors_are_what_the_generator_makes(name, text):
    """Nobody edits a generated file by hand, and the core still makes the same bytes."""
    assert (Path(make_vectors.__file__).parent / name).read_text() == text


def test_the_recursion_of_rfc_6962_agrees_with_certificate_transparency():
    """Roots and paths that CT publishes are among ours, byte for byte."""
    vectors = make_vectors.merkle_vectors()
    assert vectors["roots"] == make_vectors.CT_ROOTS
    inclusion = {(one["index"], one["size"]): one["path"] for one in vectors["inclusion"]}
    consistency = {(one["old"], one["new"]): one["path"] for one in vectors["consistency"]}
    assert {key: inclusion[key] for key in make_vectors.CT_INCLUSION} == make_vectors.CT_INCLUSION
    assert {key: consistency[key] for key in make_vectors.CT_CONSISTENCY} == make_vectors.CT_CONSISTENCY
