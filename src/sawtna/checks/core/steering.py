"""What a run does next, from what it has seen: another block, a round of long flows, the trail, or the end."""

from __future__ import annotations

from collections.abc import Sequence
from math import log
from statistics import correlation, mean, median

from sawtna.checks.core.explanation import explain
from sawtna.checks.core.long_flows import WHOLE, Round, cut_call, density, read_round
from sawtna.checks.core.observation import Flown, Run, of_arm
from sawtna.checks.core.plan import CALLS, CALLS_AGAIN, CONTROLS, PACES, ROUND_CONTROLS, TOGETHER, Pace
from sawtna.checks.core.tally import ALPHA, Share, Tally, is_of_stream, tally
from sawtna.checks.core.verdict import BLOCKED, DEAD, DEAD_FOR, ENOUGH, is_cut_short, is_part_of

MOST_BLOCKS = 16
BLOCKS_UNTIL = 12_500.0  # ms of the run
DOUBTS_UNTIL = 15_000.0  # where something is under suspicion, in place of long flows
RUN_UNTIL = 18_000.0
AT_MOST = 19_800.0  # whatever a slow network makes of it
LONG_FOR = 6000.0
SLOWER = 1.5
SUSPICIOUS = log(100)
HIGHEST = log(CONTROLS)  # what a block can add to a bet's wealth, somewhat less than the most
CONGESTED = 700.0  # ms that controls are later than at first: a queue that has filled
NARROW = 80.0  # ms by which a dozen small packets of a narrow link (about 80 kbit/s) delay one another
FAR = 500.0  # ms there and back
TIRED = 0.75  # a control share below which we ask less of the network
SILENT = 1200.0  # ms after which a long flow that lived counts as cut
MOST_BYTES = 1_000_000
PAIR = 230  # bytes of a packet of a long flow and its answer, headers included


def looks_dead(summed: Tally) -> bool:
    """Whether no control has come back so far, in two blocks or more."""
    return summed.blocks >= 2 and summed.shares.get("control", Share()).value <= DEAD


def wants_block(run: Run, sent_blocks: int, now: float) -> bool:
    """Whether another block would tell something that is not known yet."""
    summed = tally(run)
    if sent_blocks >= MOST_BLOCKS or now > (DOUBTS_UNTIL if is_undecided(summed) else BLOCKS_UNTIL):
        return False
    if looks_dead(summed):
        times = [time for one in of_arm(run.flown, "control") for time in one.sent]
        return max(times) - min(times) < DEAD_FOR + 500
    if summed.informative < ENOUGH:
        return True
    return is_undecided(summed)


def should_wait(run: Run, pending: int) -> bool:
    """Whether the blocks that are still in the air may settle it: then no other is sent before they are in."""
    summed = tally(run)
    if not pending or looks_dead(summed) or summed.informative + pending < ENOUGH:
        return False
    doubted = suspects(summed)
    needed = log(len(summed.bets) / ALPHA / max(1, len(doubted)))
    return all(summed.bets[name].wealth + pending * HIGHEST >= needed for name in doubted)


def arms_left(run: Run) -> set[str]:
    """The arms that another block should ask, empty for all: once enough is known of the network, those under suspicion."""
    summed = tally(run)
    if summed.informative < ENOUGH:
        return set()
    return {name.removeprefix("late ") for name in suspects(summed)}


def is_undecided(summed: Tally) -> bool:
    """Whether some arm is under suspicion that is neither found out nor explained by what is."""
    return any(not is_of_stream(name) for name in suspects(summed))


def suspects(summed: Tally) -> set[str]:
    """The bets that are under suspicion, and neither found out nor explained by what is."""
    found = summed.found()
    near = {name for name, bet in summed.bets.items() if bet.wealth > SUSPICIOUS} - found
    causes = explain(found, summed.opened())
    return {name for name in near if not is_part_of(name.removeprefix("late "), causes)}


def first_pace(flown: Sequence[Flown]) -> int:
    """The level of `PACES` to begin with: of the first controls a narrow link answers each packet later than the one before."""
    pairs = [pair for one in flown for pair in zip(one.sent, one.back, strict=True)]
    trips = [back - out for out, back in sorted(pairs, key=lambda pair: pair[0]) if back is not None]
    third = len(trips) // 3
    grown = mean(trips[-third:]) - mean(trips[:third]) if third and _rises(trips) else 0.0
    if grown > NARROW:
        return 2
    return 1 if grown > NARROW / 2 or (trips and median(trips) > FAR) else 0


def _rises(trips: Sequence[float]) -> bool:
    """Whether round trips grow steadily, as in a queue, and not by chance."""
    return len(set(trips)) > 1 and correlation(range(len(trips)), trips) > 0.6


def next_pace(run: Run, level: int) -> int:
    """The level of `PACES` for the next block: a step down when controls were lost or late, two when badly; never up again."""
    blocks = list(run.blocks())
    if not blocks or level + 1 >= len(PACES):
        return level
    controls = of_arm(blocks[-1], "control")
    sent = sum(len(one.sent) for one in controls)
    share = sum(one.delivered(run.patience) for one in controls) / sent if sent else 1.0
    trips = [trip for one in controls for trip in one.round_trips()]
    first = [trip for one in run.flown if one.phase == "first" for trip in one.round_trips()]
    added = median(trips) - median(first) if trips and first else 0.0
    is_late = added > (median(first) if first else 0.0) + 200
    if not (share < TIRED or is_late) or looks_dead(tally(run)):
        return level
    return min(len(PACES) - 1, level + (2 if share < TIRED / 2 or added > CONGESTED else 1))


def wants_long(run: Run, now: float) -> bool:
    """Whether long flows may tell more: not where voice is plainly blocked already, and twice only where once was suspicious."""
    summed, rounds = tally(run), list(run.rounds())
    if (
        now + (LONG_FOR / 2 if rounds else LONG_FOR) + 800 > RUN_UNTIL
        or looks_dead(summed)
        or len(rounds) >= 2
    ):
        return False
    if rounds:
        seen = read_round(rounds[0], run.patience)
        return seen is not None and (seen.is_suspicious or cut_call(rounds[0], run.patience) is not None)
    return not is_plainly_blocked(run, summed)


def is_plainly_blocked(run: Run, summed: Tally) -> bool:
    """Whether something is found to be dropped whole, or after the same few packets each time, and that explains the rest."""
    lost = [
        arm
        for arm in summed.found()
        if arm in summed.shares and not (arm.startswith(("late ", "server:")) or is_of_stream(arm))
    ]
    blocked = [arm for arm in lost if summed.ratio(arm) < BLOCKED]
    causes = explain(blocked, summed.opened())
    if not all(is_part_of(arm, causes) for arm in lost if arm not in blocked):
        return False
    named = {cause.partition(":")[2] for cause in causes}
    roots = [arm for arm in blocked if arm.partition(":")[2] in named] or blocked
    return bool(roots) and all(is_cut_short(run, arm) for arm in roots)


def wants_together(run: Run) -> bool:
    """Whether to look for rules that ask for a signature and a port: only where each was asked for alone, and nothing found."""
    summed = tally(run)
    alone = [summed.bets.get(f"signature:{flow}") for flow, _ in TOGETHER]
    return not summed.found() and all(bet is not None and bet.blocks >= ENOUGH for bet in alone)


def long_pace(level: int, before: Round | None, now: float, used: int = 0) -> tuple[int, float]:
    """(packets, ms between them) of a round of long flows, after so many bytes.

    A second round sends more slowly, so that a timer and a counter differ, and long enough to see either; when all flows were
    cut alike it is the same again.
    """
    gap, length = (40.0, 80.0, 160.0, 300.0)[level], LONG_FOR
    if before is not None and not before.all_cut:
        gap *= SLOWER
        if before.voice_cut:
            length = SLOWER * before.voice_life + SILENT + 300
        else:
            affordable = (MOST_BYTES - used) / PAIR / (len(CALLS_AGAIN) + ROUND_CONTROLS)
            length = min(length, max(affordable * gap, LONG_FOR / 2))
    length = min(length, RUN_UNTIL - 900 - now)
    return max(8, int(length / gap)), gap


def calls_of(before: Sequence[Flown], patience: float) -> Sequence[str]:
    """The voice flows of the next round: all calls, or one alone when only its flows were cut."""
    if not before:
        return CALLS
    call = cut_call(before, patience)
    return CALLS_AGAIN if call is None else (call,) * len(CALLS_AGAIN)


def is_round_over(flown: Sequence[Flown], now: float) -> bool:
    """Whether a round has shown what it can: voice, or everything, has lived and is silent, and what lives was heard just now.

    Only the most telling of all ways to give out the labels ends a round early, so that its p stays what it is.
    """
    silent = {id(one) for one in flown if _last_heard(one) < now - SILENT}
    if not all(density(one) > WHOLE for one in flown):
        return False
    voice = {id(one) for one in flown if one.arm != "long:control"}
    lively = [one for one in flown if id(one) not in silent]
    return silent >= voice and (
        not lively
        or (
            len(lively) == len(flown) - len(voice)
            and all(_last_heard(one) > now - SILENT / 2 for one in lively)
        )
    )


def _last_heard(one: Flown) -> float:
    return max((back for back in one.back if back is not None), default=0.0)


def pace_at(level: int) -> Pace:
    """The pace of a level."""
    return PACES[level]
