"""How tests empty sealed tables: the one place that breaks the seals of the book (sawtna/ledger/seals.py), and puts them on again.

Django empties every table after a test that commits. `tests/conftest.py` wraps that moment, and nothing else, for the whole run.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test import TransactionTestCase

from sawtna.ledger.seals import unsealed


@contextmanager
def tables_can_be_emptied() -> Iterator[None]:
    """Take the seals off while Django empties the tables, and only then."""
    empty = TransactionTestCase._fixture_teardown

    def empty_without_seals(test: TransactionTestCase) -> None:
        with unsealed(connection):
            empty(test)

    TransactionTestCase._fixture_teardown = empty_without_seals
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = empty
