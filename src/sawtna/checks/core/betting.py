"""Is an arm treated worse than its controls? A bet on ranks, sound under any pattern of losses.

In each block one arm and r controls are sent in an order that we shuffled. Where the network treats them alike, the rank of the
arm among the r + 1 is uniform, whatever the losses do, because the shuffling was ours. A bet that pays 1 on average then makes a
non-negative martingale, and the chance that it ever reaches 1/a is at most a (Ville 1939). So one may look after every block
and stop at will. Across arms e-BH holds the share of false findings under any dependence (Wang and Ramdas 2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import TypeVar

STAKE = 0.12  # what a rank that is not the worst still pays: how much of the stake is kept back

Name = TypeVar("Name")


def payoff(arm: float, controls: Sequence[float], stake: float = STAKE) -> float:
    """What one block pays for an arm of that score beside these controls; a lower score is worse.

    The worst rank pays (r + 1)(1 - stake) + stake, every other `stake`; ties share the mean of their ranks. The mean over all
    orders is 1.
    """
    if not controls:
        return 1.0
    ranks = len(controls) + 1
    if any(control < arm for control in controls):
        return stake
    level = 1 + sum(control == arm for control in controls)
    return (ranks * (1 - stake) + level * stake) / level


@dataclass(slots=True)
class Bet:
    """One arm's wealth over the blocks, as logarithms. Owner: one run of the instrument.

    `highest` is the largest wealth so far: crossing a threshold once is enough (Ville), and more blocks cannot undo it.
    """

    wealth: float = 0.0
    highest: float = 0.0
    blocks: int = 0

    def add(self, arm: float, controls: Sequence[float]) -> None:
        """One more block."""
        self.wealth += log(payoff(arm, controls))
        self.highest = max(self.highest, self.wealth)
        self.blocks += 1

    @property
    def e_value(self) -> float:
        """The wealth now; an e-value whenever one stops by what was seen up to then."""
        return exp(self.wealth)

    def has_reached(self, odds: float) -> bool:
        """Whether the wealth was ever `odds` or more: chance at most 1/odds where arm and controls are alike."""
        return self.highest >= log(odds)


def found_by_ebh(e_values: Mapping[Name, float], alpha: float) -> set[Name]:
    """The arms that stand out, with at most a share `alpha` of false ones expected, whatever depends on what (e-BH)."""
    ordered = sorted(e_values.items(), key=lambda pair: pair[1], reverse=True)
    many = 0
    for place, (_, value) in enumerate(ordered, 1):
        if value * place * alpha >= len(ordered):
            many = place
    return {name for name, _ in ordered[:many]}
