"""What a probe costs a far end: memory and processor time of a session, and what becomes of ten thousand at once.

Usage: python bench/far_end.py [PROBES]. The packets are those of a usual check; the probes of the crowd run in this process, each
opens its TLS connection and a session and announces a block, and none measures.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import sys
import tempfile
import time
import tracemalloc
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from sawtna.checks.core.meeting import Order
from sawtna.checks.core.plan import PACES, Ground, plan_block, plan_long, plan_together
from sawtna.checks.far_end import sessions
from sawtna.checks.far_end.server import FarEndSettings, open_far_end, watch_pulse
from sawtna.checks.far_end.sessions import MOST_AWAITED, Sessions
from sawtna.checks.probe.gate import Address, GateError, open_gate

LOOPBACK = "127.0.0.1"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
AT_ONCE = 200  # connections that this process opens at a time
VOICE = (443, 1400, 3478, 3480, 5060, 5243, 7985)


def usual_orders(seed: bytes) -> list[Order]:
    """What a check of a clean network announces over UDP."""
    ground, orders = Ground(seed, tuple(range(20_000, 20_320)), VOICE, 2), list[Order]()
    plans = [lambda first, block=block: plan_block(ground, block, first, PACES[0]) for block in range(6)]
    plans += [lambda first, block=block: plan_together(ground, block, first) for block in range(6, 11)]
    plans.append(lambda first: plan_long(ground, 0, first, 120))
    for plan in plans:
        orders += [one.order for one in plan(10 + len(orders))]
    return orders


def measure_sessions(count: int) -> None:
    """Memory and time of sessions without any network."""
    for is_memory in (False, True):
        here, packets = Sessions(), list[bytes]()
        if is_memory:
            tracemalloc.start()
        began = time.process_time()
        for _ in range(count):
            session = here.begin(secrets.token_bytes(32), 0.0)
            here.expect(session, usual_orders(session.seed))
        spent, awaited = (time.process_time() - began) / count, here.awaited
        if is_memory:
            held = tracemalloc.get_traced_memory()[0]
            tracemalloc.stop()
            each = held / awaited
            print(
                f"memory: {held / count / 1e6:.2f} MB a session, {each:.0f} bytes a packet that is awaited,"
            )
            print(f"        at most {MOST_AWAITED * each / 1e9:.2f} GB for all sessions together")
            continue
        print(f"processor: {spent * 1000:.0f} ms a session to make {awaited // count} packets,")
        for session in here.open:
            for seen in session.seen.values():
                packets += [one.sent for one in seen.exchanges]
        began = time.process_time()
        for packet in packets:
            here.take(packet, LOOPBACK, 1.0)
        print(
            f"           {(time.process_time() - began) / len(packets) * 1e6:.1f} us to know and answer one"
        )


async def crowd(probes: int) -> None:
    """So many probes at once, and what each of them hears."""
    heard, spent = Counter[str](), 0.0
    with tempfile.TemporaryDirectory() as folder, socket.socket() as door:
        door.bind((LOOPBACK, 0))
        port = int(door.getsockname()[1])
        door.close()
        settings = FarEndSettings(Path(folder), (LOOPBACK,), port, neutral=32)
        far_end = await open_far_end(settings, NOON, time.monotonic, NOON.timestamp)
        watching = asyncio.create_task(watch_pulse(far_end.doors.sessions))
        gates, turn = [], asyncio.Semaphore(AT_ONCE)

        async def visit() -> None:
            async with turn:
                try:
                    gate = await open_gate(Address(LOOPBACK, port), "nobody.example.com", seconds=120)
                    gates.append(gate)
                    await gate.ask(120, do="open", part=secrets.token_hex(16))
                    await gate.expect([Order(place, "safe2", 1, 5) for place in range(40)], 120)
                    heard["let in"] += 1
                except GateError as error:
                    heard[str(error)] += 1

        began, spent = time.monotonic(), time.process_time()
        await asyncio.gather(*(visit() for _ in range(probes)))
        spent, took = time.process_time() - spent, time.monotonic() - began
        print(
            f"crowd: {probes} probes in {took:.1f} s, {spent / probes * 1000:.1f} ms of processor time each, both ends together"
        )
        for sentence, count in heard.most_common():
            print(f"       {count:6} {sentence}")
        for gate in gates:
            gate.close()
        for _ in range(600):
            await asyncio.sleep(0.1 if far_end.control.connections else 0)
        watching.cancel()
        await far_end.close()


if __name__ == "__main__":
    measure_sessions(20)
    sessions.MOST_OF_A_PLACE = sessions.MOST_SESSIONS  # they all come from here
    asyncio.run(crowd(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
