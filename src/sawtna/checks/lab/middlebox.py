"""The operator: takes packets from one side, applies the rules and the network's weakness, and gives them to the other.

It runs in a thread of the lab's process; time and dice are its own.
"""

from __future__ import annotations

import contextlib
import heapq
import os
import random
import select
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from sawtna.checks.lab.datagrams import (
    TCP,
    UDP,
    Datagram,
    icmp_about,
    read_datagram,
    replace_body,
    reset_for,
    rewrite,
)
from sawtna.checks.lab.inspection import Watched, fits, question, remember
from sawtna.checks.lab.scenario import Action, Scenario

Key = tuple[int, str, int, str, int]
UNREACHABLE, PROHIBITED, TIME_EXCEEDED = 3, 13, 11
IDLE = 30.0  # seconds that a mapping of the NAT lives unused


@dataclass(order=True, slots=True)
class Delayed:
    """A packet on its way."""

    due: float
    place: int
    out: int = field(compare=False)
    raw: bytes = field(compare=False)


@dataclass(slots=True)
class Mapping:
    """One port that the NAT gave out."""

    inner: tuple[str, int]
    outer: int
    made: float
    used: float


class Middlebox:
    """Owner: the lab. `near` and `far` are file descriptors of the two TUN devices; `servers` the far end's addresses."""

    def __init__(  # noqa: PLR0917
        self,
        scenario: Scenario,
        near: int,
        far: int,
        servers: Sequence[str],
        portal: str,
        dice: random.Random,
    ) -> None:
        self.scenario, self.network = scenario, scenario.network
        self.near, self.far = near, far
        self.servers, self.portal, self.dice = list(servers), portal, dice
        self.passed = self.dropped = 0
        self._flows: dict[Key, Watched] = {}
        self._closed_ports: dict[tuple[str, int], float] = {}
        self._waiting: list[Delayed] = []
        self._free = {near: 0.0, far: 0.0}
        self._udp_free = {near: 0.0, far: 0.0}
        self._mappings: dict[tuple[str, int], Mapping] = {}
        self._outer: dict[int, Mapping] = {}
        self._next_outer = 30_000
        self._portals: dict[int, str] = {}
        self._burst_until = self._calm_until = 0.0
        self._places = 0
        self._began = time.monotonic()
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until stopped."""
        while not self._stop.is_set():
            now = time.monotonic()
            while self._waiting and self._waiting[0].due <= now:
                one = heapq.heappop(self._waiting)
                with contextlib.suppress(OSError):
                    os.write(one.out, one.raw)
            wait = min(0.05, max(0.0, self._waiting[0].due - now)) if self._waiting else 0.05
            ready, _, _ = select.select([self.near, self.far], [], [], wait)
            for device in ready:
                self._drain(device)

    def obey(self, scenario: Scenario) -> None:
        """Apply another scenario's rules and network from the next packet on, as if nothing had come before."""
        for memory in (self._flows, self._closed_ports, self._mappings, self._outer, self._portals):
            memory.clear()
        self.scenario, self.network = scenario, scenario.network

    def stop(self) -> None:
        """Let `run` end."""
        self._stop.set()

    def _drain(self, device: int) -> None:
        for _ in range(32):
            try:
                data = os.read(device, 4096)
            except BlockingIOError:
                return
            read = read_datagram(data)
            if read is not None:
                self._pass(read, time.monotonic(), is_up=device == self.near)

    # -------------------------------------------------------------- one packet
    def _pass(self, one: Datagram, now: float, *, is_up: bool) -> None:
        if is_up and self._dies_before_filter(one):
            return
        if not is_up and not self._translate_back(one, now):
            return
        lag = self._apply_rules(one, now, is_up=is_up)
        if lag is None:
            self.dropped += 1
            return
        if is_up and self._dies_after_filter(one):
            return
        if is_up and not self._translate(one, now):
            self.dropped += 1
            return
        arrival = self._travel(one, now, is_up=is_up)
        if arrival is None:
            self.dropped += 1
            return
        self.passed += 1
        self._send(self.far if is_up else self.near, bytes(one.raw), arrival + lag / 1000)

    def _send(self, out: int, raw: bytes, due: float) -> None:
        self._places += 1
        heapq.heappush(self._waiting, Delayed(due, self._places, out, raw))

    # -------------------------------------------------------------- hops
    def _dies_before_filter(self, one: Datagram) -> bool:
        ttl, hop = one.life, self.network.filter_hop
        return ttl <= hop and self._die(one, ttl)

    def _dies_after_filter(self, one: Datagram) -> bool:
        if one.life <= self.network.hops and self._die(one, one.life):
            return True
        one.age(self.network.hops)
        return False

    def _die(self, one: Datagram, hop: int) -> bool:
        told = icmp_about(one, _router(one, hop), TIME_EXCEEDED, 0)
        self._send(self.near, told, time.monotonic() + self.network.delay * hop / 1000 / self.network.hops)
        return True

    # -------------------------------------------------------------- rules
    def _apply_rules(self, one: Datagram, now: float, *, is_up: bool) -> float | None:
        """Ms of delay that the rules add, or None when they swallow the packet."""
        key = _key(one, is_up)
        watched = self._flows.setdefault(key, Watched(now, filled=now))
        remember(watched, one, now, is_up=is_up)
        host, port = (one.target, one.target_port) if is_up else (one.source, one.source_port)
        if self._closed_ports.get((host, port), 0.0) > now:
            return None
        server = self.servers.index(host) if host in self.servers else None
        lag = 0.0
        for number, rule in enumerate(self.scenario.rules):
            hit = number in watched.hits or fits(rule.match, one, watched, now, is_up=is_up, server=server)
            if not hit:
                continue
            if rule.action.whole_flow:
                watched.hits.add(number)
            if rule.action.server_port_for:
                self._closed_ports[host, port] = now + rule.action.server_port_for
            more = self._act(rule.action, one, watched, now, is_up=is_up)
            if more is None:
                return None
            lag += more
        return lag

    def _act(
        self, action: Action, one: Datagram, watched: Watched, now: float, *, is_up: bool
    ) -> float | None:
        if action.kind == "delay":
            return action.ms
        if action.kind == "lose":
            return None if self.dice.random() < action.share else 0.0
        if action.kind == "police":
            return 0.0 if self._has_credit(action, watched, one, now, is_up=is_up) else None
        if action.kind in {"portal", "alter"}:
            self._change(action, one, is_up=is_up)
            return 0.0
        if action.share < 1 and int(now - self._began) % 10 >= action.share * 10:
            return 0.0
        self._answer(action, one, is_up=is_up)
        return None

    def _answer(self, action: Action, one: Datagram, *, is_up: bool) -> None:
        back = self.near if is_up else self.far
        soon = time.monotonic() + self.network.delay / 2000
        if action.kind == "reject":
            self._send(
                back, icmp_about(one, _router(one, self.network.filter_hop), UNREACHABLE, PROHIBITED), soon
            )
        elif action.kind == "reset" and one.protocol == TCP:
            for_sender, for_receiver = reset_for(one)
            self._send(back, for_sender, soon)
            self._send(self.far if is_up else self.near, for_receiver, soon)
        elif action.kind == "answer" and one.protocol == UDP and one.version == 4:
            self._send(self.near, dns_lie(one, action.address), soon)

    def _has_credit(
        self, action: Action, watched: Watched, one: Datagram, now: float, *, is_up: bool
    ) -> bool:
        """A token bucket that holds a quarter of a second; of the flow, or of all flows of the rule in that direction."""
        bucket = (
            watched
            if action.by_flow
            else self._flows.setdefault((0, str(id(action)), int(is_up), "", 0), Watched(now, filled=now))
        )
        most = action.kbit * 125 / 4
        bucket.bucket = min(most, bucket.bucket + (now - bucket.filled) * action.kbit * 125)
        bucket.filled = now
        if bucket.bucket < one.size:
            return False
        bucket.bucket -= one.size
        return True

    def _change(self, action: Action, one: Datagram, *, is_up: bool) -> None:
        if action.kind == "portal":
            self._divert(one, is_up=is_up)
        elif one.protocol == UDP and one.version == 4:
            replace_body(one, one.body.replace(action.find.encode(), action.put.encode()))

    def _divert(self, one: Datagram, *, is_up: bool) -> None:
        if one.protocol != TCP or one.version == 6:
            return
        if is_up:
            self._portals[one.source_port] = one.target
            rewrite(one, target=(self.portal, one.target_port if one.target_port == 80 else 443))
        else:
            rewrite(one, source=(self._portals.get(one.target_port, one.source), one.source_port))

    # -------------------------------------------------------------- the network's weakness
    def _travel(self, one: Datagram, now: float, *, is_up: bool) -> float | None:
        network, out = self.network, self.far if is_up else self.near
        at = now - self._began
        if any(start <= at < start + length for start, length in network.outages) or self._is_lost(one, now):
            return None
        due = now
        if network.kbit:
            due = self._queue(self._free, out, one, now, network.kbit)
        if network.udp_kbit and one.protocol == UDP:
            due = max(due, self._queue(self._udp_free, out, one, now, network.udp_kbit))
        if due - now > network.queue_seconds:
            return None
        return due + max(0.0, network.delay + self.dice.uniform(0, network.jitter)) / 1000

    def _queue(self, free: dict[int, float], out: int, one: Datagram, now: float, kbit: float) -> float:
        begins = max(now, free[out])
        if begins - now <= self.network.queue_seconds:
            free[out] = begins + one.size * 8 / (kbit * 1000)
        return (
            free[out] if begins - now <= self.network.queue_seconds else now + self.network.queue_seconds + 1
        )

    def _is_lost(self, one: Datagram, now: float) -> bool:
        network = self.network
        if network.server_loss and one.protocol == UDP and self.dice.random() < network.server_loss:
            return True
        share, length, loss = network.bursts
        if share:
            if now > self._calm_until:
                self._burst_until = now + self.dice.expovariate(1 / length)
                self._calm_until = self._burst_until + self.dice.expovariate(share / (length * (1 - share)))
            if now < self._burst_until and self.dice.random() < loss:
                return True
        return self.dice.random() < network.loss

    # -------------------------------------------------------------- NAT
    def _translate(self, one: Datagram, now: float) -> bool:
        network = self.network
        if one.protocol != UDP or one.version == 6 or not (network.rebind_seconds or network.mappings):
            return True
        inner = (one.source, one.source_port)
        held = self._mappings.get(inner)
        if (
            held is None
            or (network.rebind_seconds and now - held.made > network.rebind_seconds)
            or now - held.used > IDLE
        ):
            live = [one for one in self._mappings.values() if now - one.used <= IDLE]
            if held is None and network.mappings and len(live) >= network.mappings:
                return False
            if held is not None:
                self._outer.pop(held.outer, None)
            self._next_outer += 1
            held = Mapping(inner, self._next_outer, now, now)
            self._mappings[inner] = self._outer[held.outer] = held
        held.used = now
        rewrite(one, source=(one.source, held.outer))
        return True

    def _translate_back(self, one: Datagram, now: float) -> bool:
        network = self.network
        if one.protocol != UDP or one.version == 6 or not (network.rebind_seconds or network.mappings):
            return True
        held = self._outer.get(one.target_port)
        if held is None:
            return False
        held.used = now
        rewrite(one, target=held.inner)
        return True


def _router(one: Datagram, hop: int) -> str:
    return f"10.88.0.{hop}" if one.version == 4 else f"fd88::{hop}"


def _key(one: Datagram, is_up: bool) -> Key:
    if is_up:
        return (one.protocol, one.source, one.source_port, one.target, one.target_port)
    return (one.protocol, one.target, one.target_port, one.source, one.source_port)


def dns_lie(one: Datagram, address: str) -> bytes:
    """An answer with a false address, or with NXDOMAIN when `address` is empty (RFC 1035 4.1)."""
    name = question(one.body)
    end = 12 + sum(len(label) + 1 for label in name.split(".")) + 1 + 4
    asked = one.body[12:end]
    is_for_address = asked[-4:-2] == b"\x00\x01"
    answer = (
        b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + bytes(map(int, address.split(".")))
        if address and is_for_address
        else b""
    )
    flags = b"\x81\x80" if address else b"\x81\x83"
    body = (
        one.body[:2]
        + flags
        + b"\x00\x01"
        + (b"\x00\x01" if answer else b"\x00\x00")
        + bytes(4)
        + asked
        + answer
    )
    raw = bytearray(one.raw[:28]) + body
    raw[2:4] = (28 + len(body)).to_bytes(2, "big")
    raw[24:26] = (8 + len(body)).to_bytes(2, "big")
    made = Datagram(raw, UDP, one.source, one.target, one.source_port, one.target_port, body)
    rewrite(made, source=(one.target, one.target_port), target=(one.source, one.source_port))
    return bytes(made.raw)
