"""The casts that JavaScript is held to are what Python makes."""

from pathlib import Path

from tests.vectors import make_cast_vectors


def test_checked_in_casts_are_what_the_generator_makes():
    """Nobody edits them by hand, and the core still makes the same bytes."""
    made = Path(make_cast_vectors.__file__).with_name(make_cast_vectors.NAME)
    assert made.read_text(encoding="utf-8") == make_cast_vectors.cast_text()
