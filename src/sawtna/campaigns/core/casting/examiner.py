"""The square's examiner: learns ballots and keys, and judges casts by everything that needs no other cast."""

from __future__ import annotations

from dataclasses import dataclass, field

from sawtna.campaigns.core.casting.casts import check_cast, judge_cast
from sawtna.campaigns.core.casting.choices import CastError
from sawtna.campaigns.core.casting.register import LEARNED, Register
from sawtna.campaigns.core.casting.spelling import spell_out
from sawtna.ledger.core.entry import Body


@dataclass(slots=True)
class CastExaminer:
    """Owner: one audit. Its register goes along, pickled, to the processes that examine."""

    register: Register = field(default_factory=Register)
    learns: frozenset[str] = LEARNED
    examines: frozenset[str] = frozenset({"cast"})

    def learn(self, index: int, body: Body, leaf: bytes) -> None:
        """Learn from a site, roll, ballot, vouching or key entry."""
        self.register.learn(index, body, leaf)

    def glance(self, data: bytes) -> tuple[str, object] | None:
        """What counts of a cast in its usual spelling that holds; None says nothing, and it is read the long way."""
        spelt = spell_out(data)
        if spelt is None:
            return None
        try:
            return "cast", tuple(judge_cast(*spelt, self.register))
        except CastError:
            return None

    def problem(self, index: int, body: Body, data: bytes) -> str | None:
        """Why a cast does not hold, or None. That its keys stand before it, the fold checks."""
        del index
        try:
            check_cast(body, self.register, data)
        except CastError as error:
            return str(error)
        return None
