"""How tests empty sealed tables: the one place that takes the seals of the rooms off (`seals.py`), and puts them on again.

Django empties every table after a test that commits. `tests/conftest.py` wraps that moment, and nothing else, for the whole run.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps
from django.db import connection
from django.test import TransactionTestCase


@contextmanager
def tables_can_be_emptied() -> Iterator[None]:
    """Take the seals off while Django empties the tables, and only then."""
    empty = TransactionTestCase._fixture_teardown
    rooms = [f"{room.name}.seals" for room in apps.get_app_configs() if find_spec(f"{room.name}.seals")]

    def empty_without_seals(test: TransactionTestCase) -> None:
        with ExitStack() as off:
            for room in rooms:
                off.enter_context(import_module(room).unsealed(connection))
            empty(test)

    TransactionTestCase._fixture_teardown = empty_without_seals
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = empty
