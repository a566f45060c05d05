"""What may be concluded from a run, and how sure: the decision table of the method. Pure: packets in, verdict out.

A network that treats voice like other traffic is accused at most once in a hundred runs, by the bets' own bound.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from ipaddress import ip_address
from math import comb
from typing import Literal

from sawtna.checks.core.explanation import OWN, explain, is_explained
from sawtna.checks.core.inside_tls import LONG_FLOW, read_long_streams
from sawtna.checks.core.ipv6 import IPv6, ipv6_of
from sawtna.checks.core.late_kills import read_background
from sawtna.checks.core.long_flows import LongFinding, read_rounds
from sawtna.checks.core.observation import Run, of_arm
from sawtna.checks.core.quality import Quality, quality_of
from sawtna.checks.core.tally import Share, Tally, is_of_stream, tally
from sawtna.checks.core.trail import hop_of
from sawtna.checks.flows.dns import OTHER_NAMES, VOICE_NAMES

Word = Literal["not_blocked", "blocked", "degraded", "inconclusive", "no_network", "captive"]
State = Literal["open", "blocked", "degraded", "unknown"]

BLOCKED = 0.45  # an arm that delivers less than so much of its controls is blocked, else degraded
LATE = 100.0  # ms that an arm must be later than its controls to be called late
ENOUGH = 5  # informative blocks before "not blocked" may be said
DEAD = 0.03  # a share of answers below which nothing gets through
DEAD_FOR = 6000.0  # ms of such silence, with TLS answering all the while
REACHED = 0.9
BY_CHANCE = 0.001
DOUBT = 4.6  # log of a bet's odds (100) above which an arm is under suspicion
SILENT_NAMES = 4000.0  # ms after which a resolver that said nothing will say nothing
KNOCKS = 5  # at an address before it is called dead
STREAM_CAUSES = {
    "tcp:sip_tcp": "tcp_signature:sip",
    "tcp:turn_tcp": "tcp_signature:stun",
    "tls:voice": "sni",
    "inside:turn_tls": "tls_signature:turn",
    "inside:websocket_tls": "tls_signature:websocket",
}


@dataclass(slots=True)
class Verdict:
    """The result of a run; `hop` counts routers from the subscriber, `confidence` is a lower bound in [0, 1]."""

    verdict: Word
    causes: list[str] = field(default_factory=list)
    flows: dict[str, State] = field(default_factory=dict)
    hop: int | None = None
    confidence: float = 0.0
    difference_below: float | None = None
    quality: Quality | None = None
    seconds: float | None = None
    packets: int | None = None
    kbit: float | None = None
    tls_seconds: float | None = None
    ipv6: IPv6 | None = None
    notes: list[str] = field(default_factory=list)


def conclude(run: Run) -> Verdict:
    """The verdict of what a run has seen so far."""
    if run.reach.is_captive:
        return Verdict("captive", confidence=0.99)
    if base_of(run) is None:
        return Verdict("no_network", confidence=0.9)
    summed = tally(run)
    verdict = Verdict("inconclusive", quality=_quality(run), ipv6=ipv6_of(run))
    if is_address_dead(run):
        verdict.causes.append("server_ip")
    if is_udp_dead(run, summed):
        _say_udp(verdict, run, summed)
    else:
        _say_arms(verdict, run, summed)
    _say_streams(verdict, run, summed)
    if lies_of(run):
        verdict.causes.append("dns")
    verdict.flows |= _states(summed, verdict)
    verdict.hop = None if _arrives(run, summed) else hop_of(run.steps)
    return _settle(verdict, summed)


def _arrives(run: Run, summed: Tally) -> bool:
    """Whether what is hit reaches the far end all the same: then the answers are dropped, and the way out tells nothing."""
    hit = [one for one in run.flown if one.phase == "block" and one.arm in summed.found() and one.far]
    had = [time is not None for one in hit for time in one.far]
    return bool(had) and sum(had) > len(had) / 2 and all(summed.ratio(one.arm) < BLOCKED for one in hit)


def base_of(run: Run) -> int | None:
    """The address that is measured against: the one that answers over TLS most; None when none does."""
    shares = {server: run.reach.share(server) for server in run.reach.tries}
    best = max(shares, key=lambda server: (shares[server], -server), default=None)
    return best if best is not None and shares[best] > 0 else None


def is_address_dead(run: Run) -> bool:
    """Whether the first address never answered over TLS, often enough, while the second did nearly always."""
    return (
        len(run.reach.tries.get(0, [])) >= KNOCKS
        and run.reach.share(0) == 0
        and run.reach.share(1) >= REACHED
    )


def is_udp_dead(run: Run, summed: Tally) -> bool:
    """Whether no control came back for long enough while TLS answered all the while, and the far end is well."""
    controls = summed.shares.get("control", Share())
    times = [time for flown in of_arm(run.flown, "control") for time in flown.sent]
    lasted = max(times) - min(times) if times else 0.0
    return run.far_is_well and controls.value <= DEAD and lasted >= DEAD_FOR and _tls_answers(run)


def _tls_answers(run: Run) -> bool:
    return max((run.reach.share(server) for server in run.reach.tries), default=0.0) >= REACHED


def _say_udp(verdict: Verdict, run: Run, summed: Tally) -> None:
    others = [summed.shares[arm].value for arm in summed.shares if arm.startswith("server:")]
    if any(share > 0.5 for share in others):
        verdict.causes.append("server_ip:udp")
        return
    alive = [
        port for port in run.voice if port != 53 and summed.shares.get(f"port:{port}", Share()).value > 0.5
    ]
    if alive:
        verdict.causes.append("udp_except:" + ",".join(map(str, alive)))
    elif summed.shares.get("signature:quic", Share()).value > 0.5:
        verdict.causes.append("udp_unknown")
    else:
        verdict.causes.append("udp")


def _say_arms(verdict: Verdict, run: Run, summed: Tally) -> None:
    found = {name for name in summed.found() if not is_of_stream(name)}
    lost = {arm for arm in found if not arm.startswith(("late ", "server:"))}
    late = {name[5:] for name in found if name.startswith("late ") and summed.delay(name[5:]) > LATE} - lost
    long = read_rounds(run)
    blocked = {arm for arm in lost if summed.ratio(arm) < BLOCKED}
    causes = explain(blocked, summed.opened())
    if {"throttled", "loss"} & set(long.causes):
        causes = [cause for cause in causes if not _is_slowed(summed, cause, blocked, long.share)]
    verdict.causes += causes
    if not {"throttled", "loss"} & set(long.causes) and not all(
        is_part_of(arm, causes) for arm in lost - blocked
    ):
        verdict.causes.append("loss")
    if late and "delay" not in long.causes:
        verdict.causes.append("delay")
    _say_long(verdict, long)
    if not long.is_blocked and (killed := read_background(run)).is_blocked:
        _say_long(verdict, killed)


def _is_slowed(summed: Tally, cause: str, blocked: Collection[str], share: float) -> bool:
    """Whether what a cause hits may be no more than cut in rate: something comes through, or that nothing did may be chance."""
    if cause == "signature:rtp_long":  # longer than what the cut rate lets through at once
        return "signature:rtp" in summed.found()
    hit = [summed.shares[arm] for arm in blocked if is_part_of(arm, [cause])]
    return any(one.got or (1 - share) ** one.sent > BY_CHANCE for one in hit)


def is_part_of(arm: str, causes: Collection[str]) -> bool:
    """Whether an arm is worse merely because it holds what is blocked, such as a call whose sound is cut."""
    flow, _, port = arm.partition(":")[2].partition("@")
    caught = {cause.partition(":")[2] for cause in causes if cause.startswith("signature:")}
    is_own = OWN.get(flow) in causes or f"port:{port or flow}" in causes
    return is_own or is_explained(flow, caught, {flow})


def _say_long(verdict: Verdict, long: LongFinding) -> None:
    verdict.causes += long.causes
    verdict.seconds, verdict.packets, verdict.kbit = long.seconds, long.packets, long.kbit


def is_cut_short(run: Run, arm: str) -> bool:
    """Whether of each of the arm's flows at most a few first packets pass: a rule that needs packets to see what it hits."""
    passed = []
    for flown in of_arm(run.flown, arm):
        came = [back is not None for back in flown.back]
        count = sum(came)
        if count > 3 or came != [True] * count + [False] * (len(came) - count):
            return False
        passed.append(count)
    return bool(passed)


def _say_streams(verdict: Verdict, run: Run, summed: Tally) -> None:
    verdict.causes += [STREAM_CAUSES[arm] for arm in sorted(summed.found()) if arm in STREAM_CAUSES]
    long = read_long_streams(run)
    if long.is_cut:
        verdict.causes.append("tls_cut_after_seconds")
        verdict.tls_seconds = long.seconds


def lies_of(run: Run) -> list[str]:
    """The voice names for which this network's resolver lies, or says nothing while it tells all others.

    Empty unless two or more are lied about, or all are left unanswered (one way of 56 if it were chance that silenced five).
    """
    honest = [
        name for name in OTHER_NAMES if set(run.names_here.get(name, [])) & set(run.names_there.get(name, []))
    ]
    lied = [name for name in VOICE_NAMES if _is_lie(run, name)]
    if not lied and len(honest) == len(OTHER_NAMES) and run.ended > SILENT_NAMES:
        silent = [name for name in VOICE_NAMES if name not in run.names_here and run.names_there.get(name)]
        return silent if len(silent) == len(VOICE_NAMES) else []
    return lied if honest and len(lied) >= 2 else []


def _is_lie(run: Run, name: str) -> bool:
    here, there = run.names_here.get(name), run.names_there.get(name)
    if here is None or not there or set(here) & set(there):
        return False
    shared = sum(bool(set(here) & set(run.names_here.get(other, []))) for other in VOICE_NAMES)
    return not here or shared > 1 or any(not ip_address(one).is_global for one in here)


def _states(summed: Tally, verdict: Verdict) -> dict[str, State]:
    """Each flow's own state, by its share beside its controls'."""
    found, states = summed.found(), dict[str, State]()
    for arm, share in summed.shares.items():
        kind, _, name = arm.partition(":")
        if kind == "control" or name in {"control", "plain"} or not share.sent:
            continue
        label = {"signature": name, "tcp": name, "inside": name, "tls": "tls_voice_name"}.get(kind, arm)
        ratio = share.value if is_of_stream(arm) else summed.ratio(arm)
        if "udp" in {cause.partition("_")[0] for cause in verdict.causes} and not is_of_stream(arm):
            states[label] = "open" if share.value > 0.5 else "blocked"
        elif arm in found:
            states[label] = "blocked" if ratio < BLOCKED else "degraded"
        elif f"late {arm}" in found and summed.delay(arm) > LATE:
            states[label] = "degraded"
        elif is_of_stream(arm):
            states[label] = "open" if share.value > 0.5 else "unknown"
        else:
            states[label] = "open" if summed.informative >= ENOUGH else "unknown"
    if "tls_cut_after_seconds" in verdict.causes:
        states[LONG_FLOW] = "blocked"
    return states


def _settle(verdict: Verdict, summed: Tally) -> Verdict:
    verdict.causes = list(dict.fromkeys(verdict.causes))
    mild = {"throttled", "loss", "delay"}
    best = max((bet.e_value for bet in summed.bets.values()), default=1.0)
    if set(verdict.causes) - mild:
        verdict.verdict = "blocked"
    elif verdict.causes:
        verdict.verdict = "degraded"
    elif summed.informative >= ENOUGH and not _is_doubted(summed):
        verdict.verdict = "not_blocked"
        verdict.difference_below = max(
            (_loss_bound(share) for arm, share in summed.shares.items() if arm.startswith("signature:")),
            default=None,
        )
    verdict.confidence = _confidence(verdict, summed, best)
    return verdict


def _is_doubted(summed: Tally) -> bool:
    """Whether some arm came through so badly that neither a block nor its absence can be said."""
    return any(
        bet.wealth > DOUBT
        and not name.startswith("late ")
        and not is_of_stream(name)
        and summed.ratio(name) < BLOCKED
        for name, bet in summed.bets.items()
    )


def _confidence(verdict: Verdict, summed: Tally, best: float) -> float:
    if verdict.verdict in {"blocked", "degraded"}:
        return round(max(0.99, 1 - len(summed.bets) / best if best > 0 else 0.0), 4)
    return 0.95 if verdict.verdict == "not_blocked" else 0.0


def _loss_bound(share: Share) -> float:
    """Upper 95 % bound of a loss share (Clopper and Pearson 1934)."""
    lost, low, high = share.sent - share.got, 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        chance = sum(
            comb(share.sent, one) * middle**one * (1 - middle) ** (share.sent - one)
            for one in range(lost + 1)
        )
        low, high = (middle, high) if chance > 0.05 else (low, middle)
    return round(high, 3)


def _quality(run: Run) -> Quality | None:
    """How a call would sound beside everything else: of the controls of the long rounds, or else of the blocks."""
    flown = of_arm(run.flown, "long:control") or of_arm(run.flown, "control")
    sent = [time for one in flown for time in one.sent]
    back = [time for one in flown for time in one.back]
    return quality_of(sent, back) if sent else None
