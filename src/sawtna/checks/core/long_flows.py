"""Long flows: what a few packets cannot show. A call that is cut after a while, slowed, made late; or every long flow cut alike.

Six voice flows and four controls run together, five and four the second time; labels are permuted exactly (`permutation`). A
finding needs two rounds that agree on one and the same statistic, each with p of at most 0.012. Where the first round cut the
flows of one call alone, the second asks that call alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from math import sqrt
from statistics import mean, median

from sawtna.checks.core.observation import Flown, Run
from sawtna.checks.core.permutation import p_of_higher, p_of_lower

LEVEL = 0.012
SLOWED = 0.55  # a voice share below so much of the controls' is a cut in rate
LATE = 100.0  # ms
STEADY = 1.3  # rounds that differ less in their pace cannot tell loss from a cut in rate
WHOLE = 0.6  # of the controls' density: what a flow that is going to be cut delivers at least while it lives
CUT_SHORT = 1000.0  # ms before the end that a cut flow has been silent at least


@dataclass(frozen=True, slots=True)
class Round:
    """One round, summed up. Lives are in ms from a flow's first packet to its last answer; `packets` were sent until then."""

    p_share: float
    p_life: float
    p_delay: float
    voice_share: float
    control_share: float
    voice_life: float
    control_life: float
    voice_packets: float
    voice_density: float
    control_density: float
    delay: float
    length: float
    gap: float

    @property
    def is_suspicious(self) -> bool:
        """Whether a second round should look again."""
        return min(self.p_share, self.p_life, self.p_delay) <= LEVEL or self.all_cut

    @property
    def voice_cut(self) -> bool:
        """Whether voice fell silent well before the end while controls lived, and until then fared no worse than they."""
        is_short = self.voice_life < self.length - CUT_SHORT and self.control_life >= self.length - CUT_SHORT
        return is_short and self.voice_density > WHOLE * self.control_density

    @property
    def all_cut(self) -> bool:
        """Whether voice and controls alike fell silent well before the end, after having lived."""
        return CUT_SHORT / 2 < max(self.voice_life, self.control_life) < self.length - CUT_SHORT


@dataclass(frozen=True, slots=True)
class LongFinding:
    """What two rounds agree on: causes of the vocabulary, whether voice is blocked or merely worse, and numbers."""

    causes: tuple[str, ...] = ()
    is_blocked: bool = False
    seconds: float | None = None
    packets: int | None = None
    kbit: float | None = None
    share: float = 0.0  # of the voice that came through


def read_round(flown: Sequence[Flown], patience: float) -> Round | None:
    """Sum up one round; None when it has no two sides."""
    voice = [one for one in flown if one.arm.startswith("long:") and one.arm != "long:control"]
    controls = [one for one in flown if one.arm == "long:control"]
    if not voice or not controls or not all(one.sent for one in flown):
        return None
    shares = [[one.delivered(patience) / len(one.sent) for one in side] for side in (voice, controls)]
    lives = [[life_of(one) for one in side] for side in (voice, controls)]
    delays = [[_late(one) for one in side] for side in (voice, controls)]
    lengths = [one.sent[-1] - one.sent[0] for one in flown]
    return Round(
        p_of_lower(*shares),
        p_of_lower(*lives),
        p_of_higher(*delays),
        sum(shares[0]) / len(voice),
        sum(shares[1]) / len(controls),
        median(lives[0]),
        median(lives[1]),
        median(_packets(one) for one in voice),
        median(density(one) for one in voice),
        median(density(one) for one in controls),
        median(delays[0]) - median(delays[1]),
        median(lengths),
        median(lengths) / max(1, len(voice[0].sent) - 1),
    )


def life_of(one: Flown) -> float:
    """How long a flow lived: from its first packet to the last that was answered, ms."""
    answered = [out for out, back in zip(one.sent, one.back, strict=False) if back is not None]
    return answered[-1] - one.sent[0] if answered else 0.0


def _packets(one: Flown) -> float:
    """How many packets were sent up to the last that was answered."""
    answered = [place for place, back in enumerate(one.back) if back is not None]
    return answered[-1] + 1 if answered else 0.0


def density(one: Flown) -> float:
    """The share of packets that were answered while the flow lived."""
    until = _packets(one)
    return sum(back is not None for back in one.back) / until if until else 0.0


def _late(one: Flown) -> float:
    """The 90th percentile of the round trips, ms."""
    trips = sorted(one.round_trips())
    return trips[int(0.9 * (len(trips) - 1))] if trips else 0.0


def read_rounds(run: Run) -> LongFinding:
    """What the rounds of a run agree on."""
    rounds = [one for flown in run.rounds() if (one := read_round(flown, run.patience)) is not None]
    if len(rounds) < 2:
        return LongFinding()
    first, second = rounds[0], rounds[1]
    if first.all_cut and second.all_cut and _fresh_lives(run):
        return LongFinding(("cut_any_udp", "cut_after_seconds"), True, seconds=_seconds(first, second))
    return _read_cut(run, first, second) or _read_worse(run, first, second)


def _read_cut(run: Run, first: Round, second: Round) -> LongFinding | None:
    if not second.voice_cut or second.p_life > LEVEL:
        return None
    if first.p_life <= LEVEL and first.voice_cut:
        return _cut(first, second)
    alone = _round_of_one_call(next(iter(run.rounds())), run.patience)
    return None if alone is None else _cut(alone, second)


def _read_worse(run: Run, first: Round, second: Round) -> LongFinding:
    if _agree(first.p_share, second.p_share):
        return _worse(run, first, second)
    if _agree(first.p_delay, second.p_delay) and min(first.delay, second.delay) > LATE:
        return LongFinding(("delay",))
    return LongFinding()


def cut_call(flown: Sequence[Flown], patience: float) -> str | None:
    """The one call whose flows were all cut in a round in which everything else lived to the end."""
    calls = {one.arm for one in flown} - {"long:control"}
    for call in sorted(calls if len(calls) > 1 else ()):
        own = [replace(one, arm="long:cut") for one in flown if one.arm == call]
        others = [replace(one, arm="long:control") for one in flown if one.arm != call]
        seen = read_round([*own, *others], patience)
        if seen is not None and seen.voice_cut and _all_live(others, seen) and not _any_lives(own, seen):
            return call.partition(":")[2]
    return None


def _all_live(flown: Sequence[Flown], seen: Round) -> bool:
    return all(life_of(one) >= seen.length - CUT_SHORT for one in flown)


def _any_lives(flown: Sequence[Flown], seen: Round) -> bool:
    return any(life_of(one) >= seen.length - CUT_SHORT for one in flown)


def _round_of_one_call(flown: Sequence[Flown], patience: float) -> Round | None:
    """A round with the one call that was cut as its voice, and everything else beside it."""
    call = cut_call(flown, patience)
    if call is None:
        return None
    return read_round(
        [one if one.arm == f"long:{call}" else replace(one, arm="long:control") for one in flown], patience
    )


def _agree(first: float, second: float) -> bool:
    return first <= LEVEL and second <= LEVEL


def _seconds(first: Round, second: Round) -> float:
    return round((first.voice_life + second.voice_life) / 2000, 1)


def _cut(first: Round, second: Round) -> LongFinding:
    """A timer or a counter? The second round sends more slowly: with a timer the lives agree, with a counter the packets."""
    slower = second.gap / first.gap
    by_time = abs(second.voice_life / first.voice_life - 1) if first.voice_life else 1.0
    by_count = abs(second.voice_packets / first.voice_packets - 1) if first.voice_packets else 1.0
    if slower < 1.3 or by_time <= by_count:
        return LongFinding(("cut_after_seconds",), True, seconds=_seconds(first, second))
    packets = round((first.voice_packets + second.voice_packets) / 2)
    return LongFinding(("cut_after_packets",), True, packets=packets)


def _worse(run: Run, first: Round, second: Round) -> LongFinding:
    """Loss or a cut in rate? The second round asks for less: a cut rate then lets a larger share through, loss the same."""
    if max(_ratio(first), _ratio(second)) >= SLOWED or not _grows(run, first, second):
        return LongFinding(("loss",), share=min(first.voice_share, second.voice_share))
    kbit = median(_kbit(one) for flown in run.rounds() for one in flown if one.arm != "long:control")
    return LongFinding(("throttled",), kbit=round(kbit, 1), share=min(first.voice_share, second.voice_share))


def _grows(run: Run, first: Round, second: Round) -> bool:
    """Whether the share that came through grew about as much as the packets came more slowly."""
    before, after = (_share_by_call(flown, run.patience) for flown in islice(run.rounds(), 2))
    slower = second.gap / first.gap
    return slower < STEADY or after / before > sqrt(slower) if before else after > 0


def _share_by_call(flown: Sequence[Flown], patience: float) -> float:
    """The share of voice that came through, each call counted alike."""
    shares: dict[str, list[float]] = {}
    for one in flown:
        if one.arm != "long:control":
            shares.setdefault(one.arm, []).append(one.delivered(patience) / len(one.sent))
    return mean(mean(some) for some in shares.values())


def _ratio(one: Round) -> float:
    return one.voice_share / one.control_share if one.control_share else 1.0


def _kbit(one: Flown) -> float:
    """What came back of a flow, kbit/s, by the packets that were answered and 100 bytes each."""
    length = (one.sent[-1] - one.sent[0]) / 1000
    return sum(back is not None for back in one.back) * 0.8 / length if length else 0.0


def _fresh_lives(run: Run) -> bool:
    fresh = [one for one in run.flown if one.phase == "fresh"]
    return bool(fresh) and sum(one.delivered(run.patience) > 0 for one in fresh) * 2 > len(fresh)
