"""A far end that means ill, or is broken: the probe ends in time with a sentence, and floods nobody."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sawtna.checks.core.verdict import conclude
from sawtna.checks.far_end.identity import Identity, load_identity
from sawtna.checks.probe import measure
from sawtna.checks.probe.gate import Address, Gate, GateError, Hello, hosts_of, open_gate, read_ports
from sawtna.checks.probe.measure import Measurement

from tests.checks.test_far_end import LOOPBACK, NOON

Answer = Callable[[Mapping[str, Any], dict[str, Any]], object]


def hello_of(identity: Identity, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What an honest far end says."""
    return {
        "vkey": identity.signer.verifier.vkey,
        "note": identity.vouch(str(asked.get("nonce", ""))),
        "time": 0,
        "software": "nobody",
        "addresses": [LOOPBACK],
        "neutral": [40_000, 40_001, 40_002],
        "voice": [3478],
        "voice_tcp": [],
        "well": True,
        "site": "",
    }


async def ill_willed(folder: Path, answer: Answer) -> tuple[asyncio.Server, int]:
    """A server that greets well and answers everything as `answer` has it: an object, raw bytes, or None to be silent."""
    identity = load_identity(folder, NOON)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                asked = json.loads(line)
                told = answer(asked, hello_of(identity, asked))
                if told is None:
                    await asyncio.sleep(60)
                writer.write(told if isinstance(told, bytes) else json.dumps(told).encode() + b"\n")
                await writer.drain()
        except (OSError, ValueError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, LOOPBACK, 0, ssl=identity.context)
    return server, int(server.sockets[0].getsockname()[1])


def on(verb: str, told: object) -> Answer:
    """Honest, but for one verb."""
    part = {"part": "00" * 16, "ok": 1, "seen": {}, "names": {}, "half": "x"}
    return lambda asked, hello: told if asked["do"] == verb else hello if asked["do"] == "hello" else part


@pytest.mark.parametrize(
    "answer",
    [
        on("hello", b"x" * 300_000 + b"\n"),
        on("hello", b"not json\n"),
        on("hello", b"[" * 5000 + b"\n"),
        on("hello", []),
        on("hello", {"error": "x" * 100_000}),
        lambda _asked, hello: {**hello, "neutral": list(range(1, 60_000))},
        lambda _asked, hello: {**hello, "neutral": [0]},
        lambda _asked, hello: {**hello, "neutral": ["many"], "time": 1e400},
        lambda _asked, hello: {**hello, "addresses": 7},
        lambda _asked, hello: {**hello, "note": "no note"},
        on("open", {"part": "odd"}),
        on("open", {}),
        on("open", b""),
        on("expect", {"error": "No."}),
        on("expect", b"\x00" * 300_000),
    ],
)
def test_a_far_end_that_talks_nonsense_ends_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer
) -> None:
    """Huge lines, a million ports, half an answer: no error gets out, and the verdict accuses nobody."""
    monkeypatch.setattr(measure, "GATE_TRIES", 2)

    async def story() -> Measurement:
        server, port = await ill_willed(tmp_path, answer)
        measurement = Measurement(Address(LOOPBACK, port))
        begun = time.monotonic()
        await measurement.go()
        assert time.monotonic() - begun < 60  # generous: the machine may be busy
        server.close()
        return measurement

    measurement = asyncio.run(story())
    assert measurement.run.ended < 30_000
    assert conclude(measurement.run).verdict in {"captive", "no_network", "inconclusive"}


@pytest.mark.slow
def test_a_far_end_that_never_finishes_is_left(tmp_path: Path) -> None:
    """One that says nothing after the handshake is given up within twenty seconds."""

    async def story() -> Measurement:
        server, port = await ill_willed(tmp_path, lambda _asked, _hello: None)
        measurement = Measurement(Address(LOOPBACK, port))
        await measurement.go()
        server.close()
        return measurement

    measurement = asyncio.run(story())
    assert measurement.run.ended < 25_000
    assert conclude(measurement.run).verdict == "no_network"


def test_nothing_is_sent_to_an_address_that_only_the_far_end_names() -> None:
    """A far end that names a stranger as its second address does not make probes send there."""
    hello = Hello(
        "", ["192.0.2.1", "198.51.100.7", "192.0.2.2"], [], [], [], is_well=True, time=0, software=""
    )
    assert hosts_of("192.0.2.1", hello, ["192.0.2.1"]) == ["192.0.2.1"]
    assert hosts_of("192.0.2.1", hello, ["192.0.2.1", "203.0.113.9", "192.0.2.2"]) == [
        "192.0.2.1",
        "192.0.2.2",
    ]
    assert hosts_of("192.0.2.5", hello, ["192.0.2.5", "192.0.2.2"]) == ["192.0.2.5"]


@pytest.mark.parametrize("told", [list(range(1, 1002)), [0], [65_536], [-1]])
def test_ports_that_no_far_end_has_are_refused(told: list[int]) -> None:
    """More than a thousand, or none at all."""
    with pytest.raises(ValueError, match="ports"):
        read_ports(told)


@pytest.mark.parametrize("ask", [Gate.half, Gate.names, lambda gate: gate.seen([1])])
@pytest.mark.parametrize(
    "told", [{}, {"half": "a\nb\nc"}, {"names": []}, {"names": {"signal.org": ["x"]}}, {"seen": 3}]
)
def test_every_answer_is_read_with_care(
    tmp_path: Path, ask: Callable[[Gate], Any], told: dict[str, Any]
) -> None:
    """What cannot be read is one error with a sentence, and no other."""

    async def story() -> None:
        server, port = await ill_willed(tmp_path, lambda _asked, _hello: told)
        gate = await open_gate(Address(LOOPBACK, port), "nobody.example.com")
        try:
            with pytest.raises(GateError, match=r"nonsense|[.]"):
                await ask(gate)
        finally:
            gate.close()
            server.close()

    asyncio.run(story())


def test_a_far_end_that_is_down_is_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens at the port: that is said, and nobody is accused."""
    monkeypatch.setattr(measure, "GATE_TRIES", 2)

    async def story() -> Measurement:
        server = await asyncio.start_server(lambda _r, w: w.close(), LOOPBACK, 0)
        port = int(server.sockets[0].getsockname()[1])
        server.close()
        await server.wait_closed()
        measurement = Measurement(Address(LOOPBACK, port))
        await measurement.go()
        return measurement

    assert conclude(asyncio.run(story()).run).verdict == "no_network"
