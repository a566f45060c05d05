"""What goes wrong at a far end and around it: crowds, ill will, broken parts. Nobody is accused because of it."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sawtna.checks.core.meeting import Order, neutral_ports
from sawtna.checks.core.verdict import conclude
from sawtna.checks.far_end import server, sessions
from sawtna.checks.far_end.doors import Doors
from sawtna.checks.far_end.server import answers_itself, watch_pulse
from sawtna.checks.far_end.sessions import SessionError, Sessions, place_of
from sawtna.checks.flows import FLOWS
from sawtna.checks.probe import measure
from sawtna.checks.probe.gate import Address, Gate, GateError, open_gate
from sawtna.checks.probe.measure import Measurement

from tests.checks.test_far_end import LOOPBACK, NOON, opened


def test_a_crowd_is_told_to_come_back() -> None:
    """Of ten thousand sessions at once four thousand are let in, the others hear a sentence; as one leaves, one enters."""
    here, inside = Sessions(), []
    for number in range(10_000):
        with contextlib.suppress(SessionError):
            inside.append(here.begin(secrets.token_bytes(32), 0.0, f"10.{number // 250}.{number % 250}.1"))
    assert len(inside) == 4000
    here.end(inside[0])
    here.end(inside[0])  # twice is once
    assert here.begin(b"", 0.0, "192.0.2.1")
    with pytest.raises(SessionError, match="Very many"):
        here.begin(b"", 0.0, "192.0.2.1")
    for one in [*here.open]:
        here.end(one)
    assert not here._places


def test_one_network_cannot_take_all_places() -> None:
    """Neighbours share a tenth of the sessions; others still get in."""
    here = Sessions()
    for number in range(sessions.MOST_OF_A_PLACE):
        here.begin(b"", 0.0, f"192.0.2.{number % 250}")
    with pytest.raises(SessionError, match="your network"):
        here.begin(b"", 0.0, "192.0.2.251")
    assert here.begin(b"", 0.0, "198.51.100.1")
    assert place_of("2001:db8:1:2::3") == place_of("2001:db8:1:ffff::9%eth0") != place_of("2001:db8:2::1")


def test_packets_that_are_awaited_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many sessions ask, memory is bounded; our own look at ourselves is let in all the same."""
    monkeypatch.setattr(sessions, "MOST_AWAITED", 300)
    here = Sessions()
    first = here.begin(bytes(32), 0.0, "192.0.2.1")
    here.expect(first, [Order(0, "rtp", 40_000, 300)])
    with pytest.raises(SessionError, match="Very many"):
        here.expect(first, [Order(1, "rtp", 40_000, 1)])
    with pytest.raises(SessionError, match="Very many"):
        here.begin(b"", 0.0, "198.51.100.1")
    assert here.begin(b"", 0.0)


def test_a_packet_played_again_from_many_addresses_amplifies_nothing() -> None:
    """Whoever heard a packet and sends it again and again, as if from others, soon gets no answer, and never a longer one."""
    here = Sessions()
    session = here.begin(bytes(32), 0.0, "192.0.2.1")
    order = Order(0, "dtls_openssl", 40_000, 4)
    here.expect(session, [order])
    sent = [one.sent for one in order.exchanges(session.seed, FLOWS[order.flow])]
    came = gone = 0
    for number in range(5000):
        packet = sent[number % 4]
        answered = here.take(packet, f"198.51.{number % 250}.7", 1.0)
        came += len(packet)
        gone += len(answered[1]) if answered else 0
    assert gone <= 8 * 1200  # twice what was announced, whatever came
    assert gone < came / 50


def test_a_process_that_is_late_lets_nobody_in() -> None:
    """While everything takes long a measurement would suffer: newcomers hear that many people test, until it is over."""

    async def story() -> None:
        here = Sessions()
        watching = asyncio.create_task(watch_pulse(here))
        for _ in range(40):
            await asyncio.sleep(0)
            time.sleep(server.PULSE * 4)  # noqa: ASYNC251 (what a crowd does to a loop)
            await asyncio.sleep(server.PULSE / 10)
            if here.is_busy:
                break
        assert here.is_busy
        with pytest.raises(SessionError, match="Very many"):
            here.begin(b"", 0.0, "192.0.2.1")
        for _ in range(600):
            await asyncio.sleep(0.1)
            if not here.is_busy:
                break
        assert here.begin(b"", 0.0, "192.0.2.1")
        watching.cancel()

    asyncio.run(story())


@pytest.mark.parametrize("step", [0, 1, 2])
def test_a_rewritten_message_of_sip_is_known_again(step: int) -> None:
    """A router at home puts its own address into SIP: the message counts as come, and is answered with no more bytes."""
    here = Sessions()
    session = here.begin(bytes(32), 0.0, "192.0.2.1")
    order = Order(0, "sip", 40_000, 3)
    here.expect(session, [order])
    one = list(order.exchanges(session.seed, FLOWS["sip"]))[step]
    rewritten = one.sent.replace(b"192.0.2.10", b"10.0.0.1").replace(b"Call-ID:", b"call-id :")
    found = here.take(rewritten, "192.0.2.1", 1.0)
    assert found is not None
    assert found[1] == one.answer[: len(rewritten)]
    assert session.seen[0].times[step] is not None
    assert session.altered == {"sip"}
    assert here.take(rewritten.replace(b"CSeq", b"XSeq"), "192.0.2.1", 1.0) is None
    here.end(session)
    assert here.take(rewritten, "192.0.2.1", 1.0) is None
    assert not here._marks


def test_a_handshake_that_nobody_finishes_is_hung_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that say nothing cost a far end no more than some seconds of a socket, and others are served meanwhile."""
    monkeypatch.setattr(server, "HANDSHAKE", 0.3)

    async def story() -> None:
        far_end = await opened(tmp_path)
        silent = [await asyncio.open_connection(LOOPBACK, far_end.port) for _ in range(60)]
        gate = await open_gate(Address(LOOPBACK, far_end.port), "nobody.example.com", seconds=60)
        assert await gate.ask(do="ping")
        for reader, writer in silent:
            async with asyncio.timeout(60):
                with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                    await reader.readexactly(1)
            writer.close()
        gate.close()
        await far_end.close()

    asyncio.run(story())


async def flood(gate: Gate) -> None:
    """Announce flows without an end."""
    for number in range(0, 100_000, 40):
        await gate.expect([Order(number + place, "safe2", 1, 40) for place in range(40)], seconds=60)


def test_a_flood_of_orders_ends_with_a_sentence(tmp_path: Path) -> None:
    """One that announces flow after flow is refused when its session is used up, and is hung up on."""

    async def story() -> None:
        far_end = await opened(tmp_path)
        gate = await open_gate(Address(LOOPBACK, far_end.port), "nobody.example.com")
        await gate.begin()
        with pytest.raises(GateError, match="used up"):
            await flood(gate)
        with pytest.raises(GateError, match=r"hung up|does not answer"):
            await gate.ask(do="ping")
        gate.close()
        await far_end.close()

    asyncio.run(story())


def test_ports_that_another_program_has_are_left_out(tmp_path: Path) -> None:
    """A far end opens what it gets, and names only that."""
    choice = secrets.token_bytes(16)
    wanted = neutral_ports(choice, 12)

    async def story() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
            other.bind((LOOPBACK, wanted[3]))
            doors = Doors(Sessions(), time.monotonic, choice)
            await doors.open([LOOPBACK], 12)
            assert wanted[3] not in doors.neutral
            assert len(doors.neutral) >= 6
            doors.close()

    asyncio.run(story())


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_a_far_end_whose_udp_is_dead_says_so_and_accuses_nobody(tmp_path: Path) -> None:
    """It notices by itself; a probe sees no packet come back, and concludes nothing. The probe's clock may be off by a day."""

    async def story() -> Measurement:
        far_end = await opened(tmp_path)
        for one in far_end.doors._sockets:
            asyncio.get_running_loop().remove_reader(one)
        far_end.control.is_well = await answers_itself(far_end)
        assert not far_end.control.is_well
        measurement = Measurement(Address(LOOPBACK, far_end.port))
        measurement.run.began = int(NOON.timestamp()) - 86_400
        await measurement.go()
        await far_end.close()
        return measurement

    measurement = asyncio.run(story())
    verdict = conclude(measurement.run)
    assert (verdict.verdict, verdict.causes) == ("inconclusive", [])
    assert measurement.run.began == int(NOON.timestamp())
    assert conclude(replace(measurement.run, far_is_well=True)).verdict in {"blocked", "inconclusive"}


def test_a_probe_that_is_not_let_in_hears_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The far end's sentence reaches whoever asked, and the verdict accuses nobody."""
    monkeypatch.setattr(measure, "GATE_TRIES", 2)

    async def story() -> Measurement:
        far_end = await opened(tmp_path)
        far_end.doors.sessions.is_busy = True
        measurement = Measurement(Address(LOOPBACK, far_end.port))
        await measurement.go()
        await far_end.close()
        return measurement

    measurement = asyncio.run(story())
    assert measurement.trouble == sessions.TOO_MANY
    assert conclude(measurement.run).verdict == "inconclusive"
