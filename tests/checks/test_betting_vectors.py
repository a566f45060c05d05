"""The bet on ranks pays the same in Python and in the browser: both read these vectors."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path

import pytest

from sawtna.checks.core.betting import Bet, payoff

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "betting.json").read_text())


def test_single_blocks_pay_what_is_written() -> None:
    """Worst, tied and better ranks."""
    for one in VECTORS["payoffs"]:
        assert payoff(one["arm"], one["controls"]) == pytest.approx(one["payoff"])


def test_runs_end_with_the_wealth_that_is_written() -> None:
    """The wealth now, and the highest that it ever was."""
    for run in VECTORS["runs"]:
        bet = Bet()
        for block in run["blocks"]:
            bet.add(block["arm"], block["controls"])
        assert (bet.e_value, exp(bet.highest)) == pytest.approx((run["now"], run["highest"]))
