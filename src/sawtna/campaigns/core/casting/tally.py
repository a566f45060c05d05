"""What the casts of one ballot amount to (memo trust 6.6): the highest `q` of each person counts, and counts once.

Given only casts that were checked, in index order. At equal `q` the earlier entry counts, and the later one is a finding.
A person is known by the nullifier alone; equal voices are stored once and counted, so that a million casts need little room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sawtna.campaigns.core.casting.register import BallotFacts, IssuerKey
from sawtna.campaigns.core.casting.vouchers import PEOPLE

Keys = tuple[int, ...]
Options = tuple[int, ...]


class Voice(NamedTuple):
    """What one person's casts say so far.

    `seen` has a bit for each `q` that was used, its highest bit is the one that counts; `keys` stamped the cast that counts,
    `spent` are all keys whose tokens this person used.
    """

    seen: int
    choice: Options
    did: Options
    did_not: Options
    keys: Keys
    spent: Keys


@dataclass(slots=True)
class Result:
    """The sums of one ballot. Options are numbers; `by_kind` counts a person under each voucher kind of the cast."""

    counted: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    options: Counter[int] = field(default_factory=Counter)
    firsts: Counter[int] = field(default_factory=Counter)
    told: int = 0
    did: Counter[int] = field(default_factory=Counter)
    did_not: Counter[int] = field(default_factory=Counter)
    rankings: Counter[Options] = field(default_factory=Counter)


class Tally:
    """Who stands where in one ballot. Owner: one fold; lives as long as it."""

    __slots__ = ("_same", "_standing", "_voices")

    def __init__(self) -> None:
        self._standing: dict[bytes, Voice] = {}
        self._voices: Counter[Voice] = Counter()
        self._same: dict[Voice, Voice] = {}

    def take(  # noqa: PLR0917 (what a cast is made of)
        self, nullifier: bytes, q: int, choice: Options, did: Options, did_not: Options, keys: Keys
    ) -> Keys | None:
        """Take one cast: the keys whose tokens this person had not used before; None when that `q` was used already."""
        old, bit = self._standing.get(nullifier), 1 << q
        if old is None:
            self._stand(nullifier, Voice(bit, choice, did, did_not, keys, keys))
            return keys
        if old.seen & bit:
            return None
        fresh = tuple(key for key in keys if key not in old.spent)
        spent = tuple(sorted((*old.spent, *fresh))) if fresh else old.spent
        if bit > old.seen:
            voice = Voice(old.seen | bit, choice, did, did_not, keys, spent)
        else:
            voice = old._replace(seen=old.seen | bit, spent=spent)
        self._voices[old] -= 1
        self._stand(nullifier, voice)
        return fresh

    def _stand(self, nullifier: bytes, voice: Voice) -> None:
        voice = self._same.setdefault(voice, voice)
        self._standing[nullifier] = voice
        self._voices[voice] += 1

    def voices(self) -> Iterator[tuple[Voice, int]]:
        """Each different voice, and how many people have it."""
        return ((voice, count) for voice, count in self._voices.items() if count)

    def result(self, ballot: BallotFacts, keys: Mapping[int, IssuerKey], struck: Collection[int]) -> Result:
        """The sums over all people whose cast is not withdrawn and holds without the struck keys."""
        result = Result()
        for voice, count in self.voices():
            valid = [keys[key] for key in voice.keys if key not in struck]
            if voice.choice and len({key.issuer for key in valid}) >= ballot.need:
                _add(result, voice, count, {key.kind for key in valid})
        return result


def _add(result: Result, voice: Voice, count: int, kinds: set[str]) -> None:
    for kind in kinds:
        result.by_kind[kind] += count
    if not PEOPLE & kinds:  # proof of work alone is no person
        return
    result.counted += count
    result.told += count if voice.did or voice.did_not else 0
    result.firsts[voice.choice[0]] += count
    result.rankings[voice.choice] += count
    for options, totals in (
        (voice.choice, result.options), (voice.did, result.did), (voice.did_not, result.did_not)
    ):  # fmt: skip
        for option in options:
            totals[option] += count
