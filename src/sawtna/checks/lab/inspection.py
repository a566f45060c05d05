"""Looks into packets as an operator's engine does: what a flow once was it remains. Written apart from the flows."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

from sawtna.checks.lab.datagrams import TCP, UDP, Datagram
from sawtna.checks.lab.scenario import Match, within

COOKIE = 0x2112A442


@dataclass(slots=True)
class Watched:
    """What the engine remembers of one flow (five values): since when, how much, and which rules it fell under."""

    began: float
    packets: int = 0
    rtp: int = 0
    rtp_number: int = -1
    hits: set[int] = field(default_factory=set)
    recent: list[float] = field(default_factory=list)
    stream: bytes = b""
    longest: int = 0
    bucket: float = 0.0
    filled: float = 0.0


def fits(
    match: Match, one: Datagram, watched: Watched, now: float, *, is_up: bool, server: int | None
) -> bool:
    """Whether a packet matches; the flow's memory has been brought up to date before (`remember`)."""
    port = one.target_port if is_up else one.source_port
    name = {UDP: "udp", TCP: "tcp"}.get(one.protocol, "other")
    return (
        match.protocol in {"any", name}
        and match.version in {0, one.version}
        and match.direction in {"both", "up" if is_up else "down"}
        and (not match.ports or within(port, match.ports))
        and not within(port, match.not_ports)
        and match.server in {None, server}
        and now - watched.began >= match.after_seconds
        and watched.packets > match.after_packets - 1
        and len(one.body) > match.longer_than - 1
        and (not match.never_longer_than or watched.longest <= match.never_longer_than)
        and _is_fast(match, watched, now)
        and _fits_content(match, one, watched)
    )


def _is_fast(match: Match, watched: Watched, now: float) -> bool:
    if not match.faster_than:
        return True
    return sum(now - time <= 1.0 for time in watched.recent) > match.faster_than


def _fits_content(match: Match, one: Datagram, watched: Watched) -> bool:
    body = watched.stream if one.protocol == TCP else one.body
    return (
        all(body[at : at + len(wanted)] == wanted for at, wanted in match.bytes_at)
        and (not match.contains or any(text in body for text in match.contains))
        and (
            not match.stun_attributes or any(kind in match.stun_attributes for kind in stun_attributes(body))
        )
        and (
            not match.stun_types or (is_stun(body) and struct.unpack_from(">H", body)[0] in match.stun_types)
        )
        and (not match.rtp_in_a_row or watched.rtp >= match.rtp_in_a_row)
        and (not match.sni or any(name in server_name(body) for name in match.sni))
        and (not match.dns or (one.target_port == 53 and any(name in question(body) for name in match.dns)))
        and (not match.known or is_known(body, one, match.known))
        and not (match.not_known and is_known(body, one, match.not_known))
    )


def remember(watched: Watched, one: Datagram, now: float, *, is_up: bool) -> None:
    """Bring a flow's memory up to date."""
    watched.packets += 1
    watched.longest = max(watched.longest, len(one.body) if is_up else 0)
    watched.recent = [*watched.recent[-120:], now]
    if one.protocol == TCP and is_up and len(watched.stream) < 4096:
        watched.stream += one.body
    if one.protocol == UDP and is_up:
        number = rtp_number(one.body)
        follows = number is not None and number == (watched.rtp_number + 1) % 65_536
        watched.rtp = 0 if number is None else watched.rtp + 1 if follows else 1
        watched.rtp_number = -1 if number is None else number


def is_stun(body: bytes) -> bool:
    """A message with the cookie whose length fits (RFC 8489 5)."""
    return len(body) >= 20 and struct.unpack_from(">I", body, 4)[0] == COOKIE and body[0] < 64


def stun_attributes(body: bytes) -> Iterator[int]:
    """The types of the attributes of a STUN message."""
    if not is_stun(body):
        return
    place = 20
    while place + 4 <= len(body):
        kind, length = struct.unpack_from(">HH", body, place)
        yield kind
        place += 4 + length + -length % 4


def rtp_number(body: bytes) -> int | None:
    """The sequence number of what looks like RTP (RFC 3550 5.1)."""
    if len(body) < 12 or body[0] & 0xC0 != 0x80:
        return None
    kind = body[1] & 127
    return struct.unpack_from(">H", body, 2)[0] if kind <= 34 or kind >= 96 else None


def server_name(body: bytes) -> str:
    """The server name of a TLS ClientHello (RFC 6066 3), or an empty text."""
    if len(body) < 6 or body[0] != 22 or body[5] != 1:
        return ""
    place = body.find(b"\x00\x00", 43)
    while 0 < place < len(body) - 9:
        length = struct.unpack_from(">H", body, place + 2)[0]
        inner, kind, size = struct.unpack_from(">HBH", body, place + 4)
        if kind == 0 and inner == size + 3 and length == size + 5:
            return body[place + 9 : place + 9 + size].decode("ascii", "replace")
        place = body.find(b"\x00\x00", place + 1)
    return ""


def question(body: bytes) -> str:
    """The name in a DNS question (RFC 1035 4.1.2)."""
    labels, place = [], 12
    while place < len(body) and 0 < body[place] < 64:
        labels.append(body[place + 1 : place + 1 + body[place]].decode("ascii", "replace"))
        place += 1 + body[place]
    return ".".join(labels)


def is_known(body: bytes, one: Datagram, kinds: tuple[str, ...]) -> bool:
    """Whether a packet is of one of some known kinds: dns, quic."""
    if "dns" in kinds and 53 in {one.source_port, one.target_port}:
        return True
    return (
        "quic" in kinds
        and bool(body)
        and ((body[0] & 0xC0 == 0xC0 and body[1:5] == b"\x00\x00\x00\x01") or body[0] & 0xC0 == 0x40)
    )
