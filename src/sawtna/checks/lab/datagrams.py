"""IP packets as the middlebox sees them (RFC 791, RFC 768, RFC 9293): read, changed in place, answered (RFC 792)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address

ICMP, TCP, UDP = 1, 6, 17
SYN, RST, ACK, FIN = 0x02, 0x04, 0x10, 0x01


@dataclass(slots=True)
class Datagram:
    """One IPv4 packet, taken apart. `body` is what UDP or TCP carries."""

    raw: bytearray
    protocol: int
    source: str
    target: str
    source_port: int
    target_port: int
    body: bytes
    flags: int = 0

    @property
    def size(self) -> int:
        """Bytes on the wire, without the link."""
        return len(self.raw)


def read_datagram(data: bytes) -> Datagram | None:
    """Take a packet apart; None for what is no whole IPv4 packet."""
    if len(data) < 20 or data[0] >> 4 != 4:
        return None
    head = (data[0] & 15) * 4
    protocol = data[9]
    source, target = str(IPv4Address(data[12:16])), str(IPv4Address(data[16:20]))
    raw = bytearray(data)
    if protocol == UDP and len(data) >= head + 8:
        one, two = struct.unpack_from(">HH", data, head)
        return Datagram(raw, protocol, source, target, one, two, bytes(data[head + 8 :]))
    if protocol == TCP and len(data) >= head + 20:
        one, two = struct.unpack_from(">HH", data, head)
        body = head + (data[head + 12] >> 4) * 4
        return Datagram(raw, protocol, source, target, one, two, bytes(data[body:]), data[head + 13])
    return Datagram(raw, protocol, source, target, 0, 0, bytes(data[head:]))


def checksum(data: bytes) -> int:
    """The Internet checksum (RFC 1071)."""
    if len(data) % 2:
        data += b"\x00"
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def rewrite(
    one: Datagram, *, source: tuple[str, int] | None = None, target: tuple[str, int] | None = None
) -> None:
    """Change addresses and ports, and set the checksums right."""
    head = (one.raw[0] & 15) * 4
    if source is not None:
        one.source, one.source_port = source
        one.raw[12:16] = IPv4Address(source[0]).packed
        struct.pack_into(">H", one.raw, head, source[1])
    if target is not None:
        one.target, one.target_port = target
        one.raw[16:20] = IPv4Address(target[0]).packed
        struct.pack_into(">H", one.raw, head + 2, target[1])
    seal(one.raw)


def seal(raw: bytearray) -> None:
    """Set the checksums of IP, and of UDP or TCP, right."""
    head = (raw[0] & 15) * 4
    raw[10:12] = bytes(2)
    struct.pack_into(">H", raw, 10, checksum(bytes(raw[:head])))
    place = {UDP: head + 6, TCP: head + 16}.get(raw[9])
    if place is not None:
        raw[place : place + 2] = bytes(2)
        pseudo = bytes(raw[12:20]) + bytes([0, raw[9]]) + struct.pack(">H", len(raw) - head)
        struct.pack_into(">H", raw, place, checksum(pseudo + bytes(raw[head:])) or 0xFFFF)


def _ip(protocol: int, source: str, target: str, body: bytes) -> bytes:
    raw = bytearray(
        struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0)
        + IPv4Address(source).packed
        + IPv4Address(target).packed
        + body
    )
    seal(raw)
    return bytes(raw)


def icmp_about(one: Datagram, router: str, kind: int, code: int) -> bytes:
    """An ICMP message of a router about a packet: 11 time exceeded, 3 unreachable; it quotes what RFC 1812 4.3.2.3 allows."""
    quoted = bytes(one.raw[:548])
    body = bytearray(struct.pack(">BBHI", kind, code, 0, 0) + quoted)
    struct.pack_into(">H", body, 2, checksum(bytes(body)))
    return _ip(ICMP, router, one.source, bytes(body))


def reset_for(one: Datagram) -> tuple[bytes, bytes]:
    """RST to the sender and to the receiver of a TCP segment, as a filter forges them."""
    head = (one.raw[0] & 15) * 4
    sequence, acknowledged = struct.unpack_from(">II", one.raw, head + 4)
    after = (sequence + len(one.body) + bool(one.flags & (SYN | FIN))) % 2**32

    def segment(ports: tuple[int, int], number: int, ack: int) -> bytes:
        return struct.pack(">HHIIBBHHH", *ports, number, ack, 0x50, RST | ACK, 0, 0, 0)

    back = _ip(TCP, one.target, one.source, segment((one.target_port, one.source_port), acknowledged, after))
    on = _ip(TCP, one.source, one.target, segment((one.source_port, one.target_port), sequence, acknowledged))
    return back, on
