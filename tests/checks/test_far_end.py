"""The far end: it answers what was announced and nothing else, is no amplifier, and tells the truth about itself."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import ssl
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sawtna.checks.core.meeting import Order, neutral_ports, read_order, tell_order
from sawtna.checks.far_end.server import FarEnd, FarEndSettings, answers_itself, open_far_end
from sawtna.checks.far_end.sessions import SessionError, Sessions
from sawtna.checks.flows import FLOWS
from sawtna.checks.probe.gate import Address, GateError, open_gate
from sawtna.checks.probe.streams import try_inside

LOOPBACK = "127.0.0.1"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def free_port() -> int:
    """A port of the loopback that nobody uses."""
    with socket.socket() as door:
        door.bind((LOOPBACK, 0))
        return door.getsockname()[1]


async def opened(folder: Path) -> FarEnd:
    """A far end on the loopback with few doors."""
    for attempt in range(5):  # what was free a moment ago may be taken by another test
        configured = FarEndSettings(folder, (LOOPBACK,), free_port(), neutral=12)
        try:
            return await open_far_end(configured, NOON, time.monotonic, NOON.timestamp)
        except OSError:
            if attempt == 4:
                raise
    raise AssertionError


def flow_of(sessions: Sessions, name: str, count: int) -> tuple[object, list]:
    """A session that awaits one flow, and the flow's packets."""
    session = sessions.begin(secrets.token_bytes(32), 0.0)
    order = Order(0, name, 40_000, count)
    sessions.expect(session, [order])
    return session, list(order.exchanges(session.seed, FLOWS[name]))


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_an_announced_packet_is_answered_with_no_more_bytes(name: str) -> None:
    """What was announced is answered as both ends know, and whoever spoofs an address gains no byte by it."""
    sessions = Sessions()
    _, exchanges = flow_of(sessions, name, 12)
    for one in exchanges:
        found = sessions.take(one.sent, "192.0.2.1", 1.0)
        assert found is not None
        assert found[1] == one.answer
        assert len(found[1]) <= len(one.sent) or one.may_grow


def test_a_certificate_is_not_sent_to_one_who_skipped_the_cookie() -> None:
    """The long answer of a handshake is cut to the length of the question when its first packet never came."""
    sessions = Sessions()
    _, exchanges = flow_of(sessions, "dtls_openssl", 3)
    found = sessions.take(exchanges[1].sent, "192.0.2.1", 1.0)
    assert found is not None
    assert len(found[1]) <= len(exchanges[1].sent)


@given(some.binary(max_size=400))
@settings(deadline=None, max_examples=40)
def test_a_stranger_is_not_answered(data: bytes) -> None:
    """Bytes that no session announced get no answer."""
    sessions = Sessions()
    flow_of(sessions, "stun", 6)
    assert sessions.take(data, "192.0.2.1", 1.0) is None


def test_a_session_that_ended_is_forgotten() -> None:
    """Its packets are strangers again, and nothing of it is kept."""
    sessions = Sessions()
    session, exchanges = flow_of(sessions, "rtp", 6)
    sessions.end(session)
    assert sessions.take(exchanges[0].sent, "192.0.2.1", 1.0) is None
    assert not sessions.open


def test_a_session_cannot_ask_for_ever() -> None:
    """Flows, packets, addresses and sessions have an end, each with a sentence."""
    sessions = Sessions(most=1)
    session, exchanges = flow_of(sessions, "rtp", 400)
    with pytest.raises(SessionError, match="Very many people"):
        sessions.begin(b"", 0.0, "192.0.2.1")
    with pytest.raises(SessionError, match="no flow"):
        sessions.expect(session, [Order(1, "nonsense", 40_000, 1)])
    with pytest.raises(SessionError, match="no flow"):
        sessions.expect(session, [Order(1, "rtp", 40_000, 401)])
    with pytest.raises(SessionError, match="used up its packets"):
        sessions.expect(session, [Order(number, "rtp", 40_000, 400) for number in range(1, 60)])
    answered = [sessions.take(exchanges[0].sent, f"192.0.2.{place}", 1.0) for place in range(1, 60)]
    assert sum(one is not None for one in answered) == 32


def test_neutral_ports_are_a_choice_of_their_own() -> None:
    """Each far end has other neutral ports, all different, none that somebody else's rule knows."""
    first, second = neutral_ports(b"one", 300), neutral_ports(b"two", 300)
    assert len(set(first)) == 300
    assert set(first) != set(second)
    assert all(20_000 <= port <= 60_000 for port in first)


@given(some.recursive(some.none() | some.integers() | some.text(), some.lists, max_leaves=12))
@settings(deadline=None, max_examples=40)
def test_an_order_that_cannot_be_read_is_refused(told: object) -> None:
    """Whatever comes in place of an order raises one of two errors, which the control connection answers with a sentence."""
    try:
        order = read_order(told)
    except (TypeError, ValueError):
        return
    assert read_order(tell_order(order)) == order


def test_a_far_end_talks_only_as_itself(tmp_path: Path) -> None:
    """Over a real connection: a signed hello, a session, flows; a wrong pin and nonsense are refused with a sentence."""

    async def story() -> None:
        far_end = await opened(tmp_path)
        try:
            assert await answers_itself(far_end)
            gate = await open_gate(Address(LOOPBACK, far_end.port), "nobody.example.com")
            hello = await gate.greet()
            assert hello.neutral == far_end.doors.neutral
            await gate.begin()
            await gate.expect([Order(0, "stun", hello.neutral[0], 3)])
            with pytest.raises(GateError, match="used up its flows"):
                await gate.expect([Order(0, "stun", hello.neutral[0], 3)])

            other = await open_gate(
                Address(LOOPBACK, far_end.port, hello.vkey.replace("A", "B", 1)), "nobody.example.com"
            )
            with pytest.raises(GateError) as caught:
                await other.greet()
            assert caught.value.is_captive

            odd = await open_gate(Address(LOOPBACK, far_end.port), "nobody.example.com")
            with pytest.raises(GateError, match="not understood"):
                await odd.ask(do="dance")
        finally:
            await far_end.close()

    asyncio.run(story())


@pytest.mark.parametrize("name", ["turn_tls", "websocket_tls", "safe2"])
def test_a_flow_inside_tls_is_answered_on_the_control_port(tmp_path: Path, name: str) -> None:
    """What a session announced is answered inside TLS, packet by packet; whoever announced nothing is hung up on."""

    async def story() -> None:
        far_end = await opened(tmp_path)
        address = Address(LOOPBACK, far_end.port)
        gate = await open_gate(address, "nobody.example.com")
        await gate.greet()
        order = Order(0, name, far_end.port, 8)
        exchanges = list(order.exchanges(await gate.begin(), FLOWS[name]))
        begun = time.monotonic()
        strange = await try_inside(("", "a"), 0, address, "x.example.com", exchanges, 5.0, lambda: 0.0)
        assert time.monotonic() - begun < 60
        await gate.expect([order])
        told = await try_inside(("tls:plain", "a"), 0, address, "x.example.com", exchanges, 5.0, lambda: 0.0)
        assert [one.outcome for one in strange] != ["open"]
        assert [(one.arm, one.outcome) for one in told] == [("tls:plain", "open"), ("a", "open")]
        assert None not in next(iter(far_end.doors.sessions.open)).seen[0].times
        gate.close()
        await far_end.close()

    asyncio.run(story())


def test_somebody_elses_certificate_is_a_captive_portal(tmp_path: Path) -> None:
    """A machine in the middle shows its own certificate: the far end's signature does not cover it."""

    async def story() -> None:
        far_end = await opened(tmp_path / "true")
        middle = await opened(tmp_path / "false")
        gate = await open_gate(Address(LOOPBACK, middle.port), "nobody.example.com")
        gate.certificate = far_end.control.identity.certificate
        with pytest.raises(GateError, match="stands between") as caught:
            await gate.greet()
        assert caught.value.is_captive
        await far_end.close()
        await middle.close()

    asyncio.run(story())


def test_a_hundred_probes_at_once_are_served(tmp_path: Path) -> None:
    """A hundred sessions announce and send at the same time; each gets its answers, where it asks again for what was lost."""

    async def visit(port: int) -> bool:
        gate = await open_gate(Address(LOOPBACK, port), "nobody.example.com", seconds=60)
        hello = await gate.greet()
        seed = await gate.begin()
        order = Order(0, "rtp", hello.neutral[len(seed) % 3], 3)
        await gate.expect([order])
        loop = asyncio.get_running_loop()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
            out.setblocking(False)
            out.connect((LOOPBACK, order.port))
            for one in order.exchanges(seed, FLOWS["rtp"]):
                for _ in range(20):
                    await loop.sock_sendall(out, one.sent)
                    try:
                        async with asyncio.timeout(3):
                            assert await loop.sock_recv(out, 2048) == one.answer
                            break
                    except TimeoutError:
                        continue
                else:
                    return False
        gate.close()
        return True

    async def story() -> None:
        far_end = await opened(tmp_path)
        assert all(await asyncio.gather(*(visit(far_end.port) for _ in range(100))))
        await far_end.close()

    asyncio.run(story())


def test_plain_text_on_the_control_port_harms_nobody(tmp_path: Path) -> None:
    """Whoever speaks no TLS, or says a line without an end, is hung up on, and the next one is served."""

    async def story() -> None:
        far_end = await opened(tmp_path)
        reader, writer = await asyncio.open_connection(LOOPBACK, far_end.port)
        writer.write(b"GET / HTTP/1.1\r\n\r\n")
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(5000)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        reader, writer = await asyncio.open_connection(LOOPBACK, far_end.port, ssl=context)
        writer.write(b"x" * 200_000)
        assert await reader.read() == b""
        gate = await open_gate(Address(LOOPBACK, far_end.port), "nobody.example.com")
        assert json.loads(json.dumps(await gate.ask(do="ping"))) == {"ok": 1}
        gate.close()
        await far_end.close()

    asyncio.run(story())
