"""IPv6 beside IPv4: what is said of it, and that it accuses nobody."""

from __future__ import annotations

import pytest

from sawtna.checks.core.ipv6 import IPv6, ipv6_of, plan_ipv6
from sawtna.checks.core.observation import Outcome, Run, Streamed
from sawtna.checks.core.verdict import conclude
from sawtna.checks.lab.datagrams import (
    ICMP6,
    UDP,
    Datagram,
    checksum,
    icmp_about,
    read_datagram,
    replace_body,
)
from sawtna.cli.check import read_addresses

from tests.checks.paper import NEUTRAL, Paper

Seen = dict[str, list[Outcome]]
OPEN: list[Outcome] = ["open"] * 3
SILENT: list[Outcome] = ["silent"] * 3


def streams(seen: Seen) -> list[Streamed]:
    """Attempts over IPv6 that ended so."""
    return [Streamed(f"ipv6:{arm}", 0, 0.0, 1.0, one) for arm, outcomes in seen.items() for one in outcomes]


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        ({}, None),
        ({"route": ["failed"]}, "absent"),
        ({"route": ["open"]}, None),
        ({"route": ["open"], "tls": ["failed", "failed"]}, "absent"),
        ({"tls": ["failed", "open"], "control": OPEN, "stun": OPEN, "rtp": OPEN}, "open"),
        ({"tls": ["open"], "control": OPEN, "stun": SILENT, "rtp": OPEN}, "blocked"),
        ({"tls": ["open"], "control": SILENT, "stun": SILENT, "rtp": SILENT}, "blocked"),
        ({"tls": ["open"], "control": ["open", "silent", "open"], "stun": SILENT, "rtp": OPEN}, "open"),
        ({"tls": ["open"], "control": ["open", "silent", "open"], "stun": SILENT, "rtp": SILENT}, None),
        ({"tls": ["open"]}, None),
    ],
)
def test_ipv6_is_told_and_accuses_nobody(seen: Seen, said: IPv6 | None) -> None:
    """Whatever becomes of it, the verdict is that of IPv4."""
    run = Paper().run()
    run.streamed += streams(seen)
    assert ipv6_of(run) == said
    verdict = conclude(run)
    assert verdict.ipv6 == said
    assert (verdict.verdict, verdict.causes) == ("not_blocked", [])
    assert not any(name.startswith("ipv6") for name in verdict.flows)


def test_voice_and_controls_are_shuffled_over_ipv6() -> None:
    """As many controls as of each flow, to neutral ports, under numbers of their own."""
    planned = plan_ipv6(Run(seed=bytes(32), neutral=list(NEUTRAL)))
    assert sorted(arm for arm, _ in planned) == ["ipv6:control"] * 3 + ["ipv6:rtp"] * 3 + ["ipv6:stun"] * 3
    assert len({order.number for _, order in planned}) == 9


def test_a_far_end_may_be_named_with_its_address_of_ipv6() -> None:
    """The second address is of the first one's family; one of IPv6 beside IPv4 is looked at apart."""
    first, second, sixth = read_addresses("192.0.2.1,192.0.2.2:7443,[2001:db8::5]:7443", None, "")
    assert (first.host, second and second.host, sixth and sixth.host) == (
        "192.0.2.1",
        "192.0.2.2",
        "2001:db8::5",
    )
    first, second, sixth = read_addresses("[2001:db8::5]", "[2001:db8::6]", "")
    assert (first.host, second and second.host, sixth) == ("2001:db8::5", "2001:db8::6", None)


def sealed(one: Datagram) -> bool:
    """Whether the checksum of what an IPv6 packet carries holds."""
    pseudo = bytes(one.raw[8:40]) + (len(one.raw) - 40).to_bytes(4, "big") + one.raw[6].to_bytes(4, "big")
    return checksum(pseudo + bytes(one.raw[40:])) == 0


def test_the_lab_reads_ipv6_and_answers_by_its_icmp() -> None:
    """A packet is taken apart, ages, and is reported dead by a router with a checksum that holds."""
    source, target = bytes.fromhex("fd77" + "00" * 13 + "02"), bytes.fromhex("fd99" + "00" * 13 + "01")
    raw = bytes.fromhex("60000000000c1140") + source + target + bytes.fromhex("9c400d96000c0000") + b"abcd"
    one = read_datagram(raw)
    assert one is not None
    assert (one.version, one.protocol, one.source, one.target) == (6, UDP, "fd77::2", "fd99::1")
    assert (one.source_port, one.target_port, one.body, one.life) == (40_000, 3478, b"abcd", 64)
    one.age(5)
    assert one.life == 59
    told = read_datagram(icmp_about(one, "fd88::2", 11, 0))
    assert told is not None
    assert (told.protocol, told.source, told.target) == (ICMP6, "fd88::2", "fd77::2")
    assert told.raw[40] == 3
    assert sealed(told)


def test_the_lab_rewrites_what_a_packet_carries() -> None:
    """A longer body fits into its packet, with lengths and checksums that hold."""
    raw = bytes.fromhex("4500002000000000401100000a4d00020a6300019c400d96000c0000") + b"abcd"
    one = read_datagram(raw)
    assert one is not None
    replace_body(one, b"something longer")
    again = read_datagram(bytes(one.raw))
    assert again is not None
    assert again.body == b"something longer"
    assert (int.from_bytes(one.raw[2:4], "big"), int.from_bytes(one.raw[24:26], "big")) == (44, 24)
    assert checksum(bytes(one.raw[:20])) == 0
