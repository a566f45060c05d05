"""Writes flows as a capture file, for engines that read captures (libpcap format, raw IP)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

from sawtna.checks.flows.talk import Exchange
from sawtna.checks.lab.datagrams import TCP, UDP, seal

NEAR, FAR = bytes([10, 0, 0, 2]), bytes([10, 0, 0, 9])
SYN, SYN_ACK, ACK, PUSH_ACK = 0x02, 0x12, 0x10, 0x18


class Capture:
    """Packets with times, 2 ms apart."""

    def __init__(self) -> None:
        self.parts = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 101)]
        self.micro = 0

    def put(self, protocol: int, *, is_up: bool, body: bytes) -> None:
        """One packet."""
        source, target = (NEAR, FAR) if is_up else (FAR, NEAR)
        raw = bytearray(
            struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 1, 0, 64, protocol, 0) + source + target + body
        )
        seal(raw)
        self.micro += 2000
        self.parts.append(
            struct.pack("<IIII", self.micro // 10**6, self.micro % 10**6, len(raw), len(raw)) + bytes(raw)
        )

    def add_datagrams(self, near_port: int, far_port: int, exchanges: Sequence[Exchange]) -> None:
        """A flow over UDP."""
        for one in exchanges:
            for is_up, data in ((True, one.sent), (False, one.answer)):
                ports = (near_port, far_port) if is_up else (far_port, near_port)
                self.put(UDP, is_up=is_up, body=struct.pack(">HHHH", *ports, 8 + len(data), 0) + data)

    def add_stream(self, near_port: int, far_port: int, exchanges: Sequence[Exchange]) -> None:
        """A flow over TCP."""
        near, far = 1000, 5000

        def segment(is_up: bool, flags: int, data: bytes = b"") -> None:
            nonlocal near, far
            ports = (near_port, far_port) if is_up else (far_port, near_port)
            numbers = (near, far) if is_up else (far, near)
            self.put(
                TCP,
                is_up=is_up,
                body=struct.pack(">HHIIBBHHH", *ports, *numbers, 0x50, flags, 65_000, 0, 0) + data,
            )
            moved = len(data) + bool(flags & SYN)
            near, far = (near + moved, far) if is_up else (near, far + moved)

        for is_up, flags in ((True, SYN), (False, SYN_ACK), (True, ACK)):
            segment(is_up, flags)
        for one in exchanges:
            segment(True, PUSH_ACK, one.sent)
            segment(False, PUSH_ACK, one.answer)

    def write(self, path: Path) -> None:
        """Write the file."""
        path.write_bytes(b"".join(self.parts))
