"""IP packets as the middlebox sees them (RFC 791, RFC 8200, RFC 768, RFC 9293): read, changed in place, answered by ICMP."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

ICMP, TCP, UDP, ICMP6 = 1, 6, 17, 58
KINDS6 = {11: 3, 3: 1}  # ICMP types and those of ICMPv6 that mean the same (RFC 4443 3)
SYN, RST, ACK, FIN = 0x02, 0x04, 0x10, 0x01


@dataclass(slots=True)
class Datagram:
    """One IP packet, taken apart. `body` is what UDP or TCP carries; `version` is 4 or 6."""

    raw: bytearray
    protocol: int
    source: str
    target: str
    source_port: int
    target_port: int
    body: bytes
    flags: int = 0
    version: int = 4

    @property
    def life(self) -> int:
        """How many routers more it may pass."""
        return self.raw[8 if self.version == 4 else 7]

    def age(self, hops: int) -> None:
        """Let it pass so many routers."""
        self.raw[8 if self.version == 4 else 7] -= hops
        if self.version == 4:
            seal(self.raw)

    @property
    def size(self) -> int:
        """Bytes on the wire, without the link."""
        return len(self.raw)


def read_datagram(data: bytes) -> Datagram | None:
    """Take a packet apart; None for what is no whole IP packet. Extension headers of IPv6 are not followed."""
    version = data[0] >> 4 if len(data) >= 20 else 0
    if version == 4:
        head, protocol = (data[0] & 15) * 4, data[9]
        source, target = str(IPv4Address(data[12:16])), str(IPv4Address(data[16:20]))
    elif version == 6 and len(data) >= 40:
        head, protocol = 40, data[6]
        source, target = str(IPv6Address(data[8:24])), str(IPv6Address(data[24:40]))
    else:
        return None
    raw, one, two, body, flags = bytearray(data), 0, 0, head, 0
    if protocol == UDP and len(data) >= head + 8:
        one, two = struct.unpack_from(">HH", data, head)
        body = head + 8
    elif protocol == TCP and len(data) >= head + 20:
        one, two = struct.unpack_from(">HH", data, head)
        body, flags = head + (data[head + 12] >> 4) * 4, data[head + 13]
    return Datagram(raw, protocol, source, target, one, two, bytes(data[body:]), flags, version)


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
    """Change addresses and ports of IPv4, and set the checksums right."""
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


def replace_body(one: Datagram, body: bytes) -> None:
    """Let a UDP packet of IPv4 carry something else, of any length."""
    head = (one.raw[0] & 15) * 4
    one.body = body
    one.raw[head + 8 :] = body
    struct.pack_into(">H", one.raw, 2, len(one.raw))
    struct.pack_into(">H", one.raw, head + 4, len(body) + 8)
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
    if ":" in source:
        return _ip6(protocol, IPv6Address(source).packed, IPv6Address(target).packed, body)
    raw = bytearray(
        struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, protocol, 0)
        + IPv4Address(source).packed
        + IPv4Address(target).packed
        + body
    )
    seal(raw)
    return bytes(raw)


def _ip6(protocol: int, source: bytes, target: bytes, body: bytes) -> bytes:
    place = {ICMP6: 2, TCP: 16, UDP: 6}[protocol]
    pseudo = source + target + struct.pack(">II", len(body), protocol)  # RFC 8200 8.1
    summed = checksum(pseudo + body[:place] + bytes(2) + body[place + 2 :]) or 0xFFFF
    body = body[:place] + struct.pack(">H", summed) + body[place + 2 :]
    return struct.pack(">IHBB", 6 << 28, len(body), protocol, 64) + source + target + body


def icmp_about(one: Datagram, router: str, kind: int, code: int) -> bytes:
    """An ICMP message of a router about a packet: 11 time exceeded, 3 unreachable; it quotes what RFC 1812 4.3.2.3 allows."""
    quoted = bytes(one.raw[:548])
    if one.version == 6:
        return _ip(ICMP6, router, one.source, struct.pack(">BBHI", KINDS6[kind], code and 1, 0, 0) + quoted)
    body = bytearray(struct.pack(">BBHI", kind, code, 0, 0) + quoted)
    struct.pack_into(">H", body, 2, checksum(bytes(body)))
    return _ip(ICMP, router, one.source, bytes(body))


def reset_for(one: Datagram) -> tuple[bytes, bytes]:
    """RST to the sender and to the receiver of a TCP segment, as a filter forges them."""
    head = (one.raw[0] & 15) * 4 if one.version == 4 else 40
    sequence, acknowledged = struct.unpack_from(">II", one.raw, head + 4)
    after = (sequence + len(one.body) + bool(one.flags & (SYN | FIN))) % 2**32

    def segment(ports: tuple[int, int], number: int, ack: int) -> bytes:
        return struct.pack(">HHIIBBHHH", *ports, number, ack, 0x50, RST | ACK, 0, 0, 0)

    back = _ip(TCP, one.target, one.source, segment((one.target_port, one.source_port), acknowledged, after))
    on = _ip(TCP, one.source, one.target, segment((one.source_port, one.target_port), sequence, acknowledged))
    return back, on
