"""Taking part stays light: what a phone loads for it is counted, to the byte, on every change."""

import sys

import pytest

from tests.house.plan import HOUSE


@pytest.fixture
def client_size(monkeypatch):
    """The program that counts, out of the folder of benchmarks."""
    pytest.importorskip("rjsmin")
    monkeypatch.syspath_prepend(str(HOUSE / "bench"))
    import client_size

    yield client_size
    sys.modules.pop("client_size")


def test_the_client_of_taking_part_fits_into_25_kilobytes(client_size):
    """All modules that the page imports at once, with the worker of the brake, each compressed as it is sent."""
    first, _ = client_size.client_sizes()
    assert {"campaigns/cast/token.js", "campaigns/cast/made/blindrsa.js", "ledger/policy.js"} <= set(first)
    assert sum(first.values()) <= client_size.LIMIT, f"{first}; of an old made/blindrsa.js, run script/setup"
