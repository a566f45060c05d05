"""Erased words are in no file under VAR: not in the database, not in its write-ahead log, not in the folder."""

import pytest
from django.db import connection

from tests.ledger.raising import nursery

pytestmark = [pytest.mark.stores]


def test_erased_names_are_in_no_file(tmp_path):
    """Among many names of every length, the erased ones are found nowhere in the raw bytes, and the others are all there."""
    if connection.vendor != "sqlite":
        pytest.skip("tests/ledger/test_erase.py reads the table of PostgreSQL.")
    with nursery(tmp_path, f"sqlite:///{tmp_path / 'sawtna.sqlite3'}") as ward:
        found = ward.run("erase_all_of_one_kind")
        ward.run("verify")
    assert len(found["erased"]) == 20
    assert found["leaked"] == []
    assert found["lost"] == []
