"""Calls that die late, on paper, and the far end that awaits long flows piece by piece."""

from __future__ import annotations

import argparse
import asyncio
import random

import pytest

from sawtna.checks.core.late_kills import (
    CHUNK,
    GAP,
    lived_on,
    packets_of,
    plan_background,
    read_background,
)
from sawtna.checks.core.meeting import Order
from sawtna.checks.core.observation import Flown, Run
from sawtna.checks.core.plan import Ground
from sawtna.checks.core.verdict import conclude
from sawtna.checks.far_end.sessions import MOST_GOING_ON, SessionError, Sessions
from sawtna.checks.flows import FLOWS
from sawtna.checks.probe.air import Air
from sawtna.cli.check_words import read_minutes

from tests.checks.paper import NEUTRAL, VOICE, Paper

LOOPBACK = "127.0.0.1"


def watched(voice: float, controls: float, *, seconds: float = 180.0, loss: float = 0.0) -> Run:
    """A clear run and a background in which flows live so many seconds."""
    run, dice = Paper().run(), random.Random(1)
    planned = plan_background(Ground(run.seed, NEUTRAL, VOICE, 2), 5000, round(seconds * 1000 / GAP))
    for one in planned:
        life = (controls if one.arm == "long:control" else voice) * 1000
        made = Flown(one.arm, "background", 0, one.order)
        for place in range(one.order.count):
            at = 20_000.0 + one.start + place * GAP
            made.sent.append(at)
            made.back.append(None if place * GAP > life or dice.random() < loss else at + 50)
        run.flown.append(made)
    return run


def test_a_call_that_dies_after_ninety_seconds_is_named_with_its_number() -> None:
    """Six calls die at ninety seconds and six controls live: blocked, cut after about ninety."""
    verdict = conclude(watched(90, 999, loss=0.1))
    assert (verdict.verdict, verdict.causes) == ("blocked", ["cut_after_seconds"])
    assert verdict.seconds == pytest.approx(90, abs=1.5)


@pytest.mark.parametrize(
    ("voice", "controls", "loss"),
    [(999, 999, 0.3), (90, 90, 0), (999, 90, 0), (178, 999, 0), (90, 120, 0)],
)
def test_what_dies_with_the_controls_accuses_nobody(voice: float, controls: float, loss: float) -> None:
    """Loss, an outage until the end, controls that die, a last moment of silence: no cut is said."""
    run = watched(voice, controls, loss=loss)
    assert not read_background(run).causes
    assert conclude(run).verdict == "not_blocked"


def test_calls_that_live_on_are_told_and_others_not() -> None:
    """For how long, once the background came to its end; never when a single call was cut, or none was kept open."""
    assert lived_on(watched(999, 999)) == pytest.approx(180, abs=1)
    assert lived_on(watched(90, 999)) is None
    assert lived_on(Paper().run()) is None


def test_every_long_flow_that_dies_while_a_fresh_one_lives_is_told_apart() -> None:
    """The same deaths for voice and controls, and fresh flows that are answered: any long UDP flow is cut."""
    run = watched(60, 60)
    for number in range(3):
        order = Order(9000 + number, "safe2", NEUTRAL[number], 4, 0, ((92, 92),))
        sent = [200_000.0 + 20 * place for place in range(4)]
        run.flown.append(Flown("control", "fresh", 2, order, sent, [time + 50 for time in sent]))
    verdict = conclude(run)
    assert verdict.causes == ["cut_any_udp", "cut_after_seconds"]
    assert verdict.seconds == pytest.approx(60, abs=1)


def test_no_call_of_the_background_is_sip() -> None:
    """SIP gives up by itself after 32 seconds; that is nobody's cut."""
    planned = plan_background(Ground(bytes(32), NEUTRAL, VOICE, 2), 0, 900)
    assert not any("sip" in FLOWS[one.order.flow].signatures for one in planned)
    assert sum(one.arm == "long:control" for one in planned) == len(planned) / 2 == 6
    assert packets_of(3) == 900


def test_a_flow_that_goes_on_is_the_same_flow() -> None:
    """Packets are awaited piece by piece; old ones are forgotten, and the pieces are one talk."""
    sessions = Sessions()
    session = sessions.begin(bytes(32), 0.0)
    order = Order(3, "webrtc", 40_000, CHUNK)
    sessions.expect(session, [order])
    whole = list(Order(3, "webrtc", 40_000, 6 * CHUNK).exchanges(bytes(32), FLOWS["webrtc"]))
    for piece in range(6):
        if piece:
            sessions.expect_more(session, [3], CHUNK)
        for place in range(piece * CHUNK, (piece + 1) * CHUNK):
            assert sessions.take(whole[place].sent, LOOPBACK, 1.0 + place) is not None
    assert sessions.take(whole[0].sent, LOOPBACK, 9.0) is None
    seen = session.seen[3]
    assert seen.order.count == len(seen.times) == 6 * CHUNK
    assert None not in seen.times
    assert len(seen.exchanges) <= 3 * CHUNK
    sessions.end(session)
    assert not sessions._awaited


def test_going_on_has_an_end() -> None:
    """Unknown flows, too many of them, too many packets: each is refused with a sentence."""
    sessions = Sessions()
    session = sessions.begin(bytes(32), 0.0)
    sessions.expect(session, [Order(number, "rtp", 40_000, 1) for number in range(MOST_GOING_ON + 1)])
    for numbers, count, words in (
        ([999], 10, "no flow 999"),
        ([0], 401, "used up its packets"),
        ([0], 0, "used up its packets"),
        (list(range(MOST_GOING_ON + 1)), 10, "used up its flows"),
        ([0] * 400, 400, "used up its packets"),
    ):
        with pytest.raises(SessionError, match=words):
            sessions.expect_more(session, numbers, count)


def test_a_flow_is_sent_on_from_the_same_port() -> None:
    """What is added later leaves the socket that the flow began with, and what never left is forgotten when it stops."""

    async def story() -> None:
        began = asyncio.get_running_loop().time()
        air = Air([LOOPBACK], lambda: (asyncio.get_running_loop().time() - began) * 1000)
        order = Order(0, "rtp", 9, 20)
        exchanges = list(order.exchanges(bytes(32), FLOWS["rtp"]))
        flown = Flown("long:rtp", "background", 0, order)
        air.schedule(flown, exchanges[:10], 0.0, 1.0)
        air.extend(flown, exchanges[10:15], 1.0, exchanges[:10])
        assert flown.sent == [float(at) for at in range(15)]
        assert len({id(one.socket) for one in air._waiting}) == 1
        air.extend(flown, exchanges[15:], 60_000.0)
        for _ in range(1000):
            if air._waiting[0].number >= 15:
                break
            await asyncio.sleep(0.01)
        air.stop([flown])
        assert len(flown.sent) == len(flown.back) == 15
        air.close()

    asyncio.run(story())


@pytest.mark.parametrize("text", ["0", "-1", "16", "many", "nan"])
def test_minutes_that_make_no_sense_are_refused(text: str) -> None:
    """With the least and the most that is possible."""
    with pytest.raises(argparse.ArgumentTypeError, match="at most 15"):
        read_minutes(text)
    assert read_minutes("0.5") == 0.5
