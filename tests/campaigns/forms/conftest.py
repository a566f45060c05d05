"""The desk's words in the language of these tests."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _in_english():
    """Read labels and sentences as they are written in the source."""
    with translation.override("en"):
        yield
