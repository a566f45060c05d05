"""What is concluded from networks on paper: the right word and the right cause, and no accusation of a bad network."""

from __future__ import annotations

import random

import pytest

from sawtna.checks.core.observation import Run
from sawtna.checks.core.verdict import conclude
from sawtna.checks.flows import FLOWS
from sawtna.checks.flows.dns import OTHER_NAMES, VOICE_NAMES

from tests.checks.paper import Packet, Paper, Rule


def carries(signature: str) -> Rule:
    """Drops all flows that hold a signature."""
    return lambda packet, _dice: None if signature in FLOWS[packet.flow].signatures else 0.0


def only(*flows: str) -> Rule:
    """Drops some flows."""
    return lambda packet, _dice: None if packet.flow in flows else 0.0


def on_voice(what: Rule) -> Rule:
    """Applies a rule to whatever has a signature."""
    return lambda packet, dice: what(packet, dice) if FLOWS[packet.flow].signatures else 0.0


BLOCKS: dict[str, tuple[Rule, str]] = {
    "STUN": (only("stun", "ice", "turn", "whatsapp", "teams", "telegram", "webrtc"), "signature:stun"),
    "DTLS": (only("dtls_openssl", "dtls_browser"), "signature:dtls"),
    "one hello": (only("dtls_openssl"), "dtls_hello:openssl"),
    "WhatsApp": (only("whatsapp"), "signature:whatsapp"),
    "Viber": (only("viber"), "signature:viber"),
    "SIP": (only("sip"), "signature:sip"),
    "long sound": (only("srtp_250"), "signature:rtp_long"),
    "a port": (lambda packet, _dice: None if packet.port == 3478 else 0.0, "port:3478"),
    "a signature at a port": (
        lambda packet, _dice: None if packet.flow == "whatsapp" and packet.port == 3478 else 0.0,
        "signature_at_port:whatsapp@3478",
    ),
    "all UDP": (lambda _packet, _dice: None, "udp"),
    "all but 443": (lambda packet, _dice: 0.0 if packet.port == 443 else None, "udp_except:443"),
    "one address": (lambda packet, _dice: None if packet.server == 0 else 0.0, "server_ip:udp"),
    "a timer": (on_voice(lambda packet, _dice: None if packet.at > 4000 else 0.0), "cut_after_seconds"),
    "a counter": (on_voice(lambda packet, _dice: None if packet.place > 90 else 0.0), "cut_after_packets"),
    "a timer for one app": (
        lambda packet, _dice: None if packet.flow == "whatsapp" and packet.at > 3500 else 0.0,
        "cut_after_seconds",
    ),
    "any long flow": (lambda packet, _dice: None if packet.at > 3000 else 0.0, "cut_any_udp"),
}


@pytest.mark.parametrize("name", BLOCKS)
def test_a_block_is_named(name: str) -> None:
    """Each kind of block is called a block, with its cause first among those named."""
    rule, cause = BLOCKS[name]
    verdict = conclude(Paper(rule, loss=0.01).run())
    assert verdict.verdict == "blocked"
    assert verdict.causes[0] == cause


def test_a_rule_for_rtp_is_not_taken_for_one_of_handshakes() -> None:
    """Where flows die at their third RTP packet, RTP is named, and not the calls that begin with something else."""

    def rule(packet: Packet, _dice: random.Random) -> float | None:
        began = {
            "rtp": 0,
            "srtp_250": 0,
            "whatsapp": 3,
            "teams": 3,
            "dtls_openssl": 3,
            "dtls_browser": 3,
            "webrtc": 5,
        }
        return None if packet.place >= began.get(packet.flow, 10**6) + 2 else 0.0

    assert conclude(Paper(rule).run()).causes == ["signature:rtp"]


def test_voice_that_is_slowed_is_called_degraded() -> None:
    """Voice of which six packets a second come through, however many are sent, is throttled."""

    def police(packet: Packet, _dice: random.Random) -> float | None:
        before = int((packet.at - packet.gap) * 6 / 1000) if packet.place else -1
        return 0.0 if int(packet.at * 6 / 1000) > before else None

    verdict = conclude(Paper(on_voice(police)).run())
    assert (verdict.verdict, verdict.causes) == ("degraded", ["throttled"])


@pytest.mark.parametrize("share", [0.5, 0.82])
def test_voice_that_loses_most_packets_is_called_degraded(share: float) -> None:
    """Voice that loses a share of its packets, however slowly they are sent, suffers loss."""
    verdict = conclude(Paper(on_voice(lambda _packet, dice: None if dice.random() < share else 0.0)).run())
    assert (verdict.verdict, verdict.causes) == ("degraded", ["loss"])


def test_voice_that_is_late_is_called_degraded() -> None:
    """Voice that comes 400 ms later than the rest is late, and nothing else."""
    verdict = conclude(Paper(on_voice(lambda _packet, _dice: 400.0)).run())
    assert (verdict.verdict, verdict.causes) == ("degraded", ["delay"])


def test_voice_that_loses_a_fifth_is_called_degraded() -> None:
    """One voice packet in five lost, nothing else: loss."""
    verdict = conclude(Paper(on_voice(lambda _packet, dice: None if dice.random() < 0.25 else 0.0)).run())
    assert (verdict.verdict, verdict.causes) == ("degraded", ["loss"])


@pytest.mark.parametrize("loss", [0.0, 0.05, 0.3, 0.5])
def test_a_bad_network_is_not_accused(loss: float) -> None:
    """Of five runs over a network that loses everything alike, none is called a block."""
    words = {conclude(Paper(loss=loss, seed=seed).run()).verdict for seed in range(5)}
    assert words <= {"not_blocked", "inconclusive"}


def test_streams_that_are_cut_are_named() -> None:
    """A server name that is reset, and SIP over TCP that is silenced, are causes of their own."""
    verdict = conclude(Paper(streams={"tls:voice": "reset", "tcp:sip_tcp": "silent"}).run())
    assert verdict.verdict == "blocked"
    assert set(verdict.causes) == {"sni", "tcp_signature:sip"}


def told_by(run: Run, here: dict[str, list[str]]) -> Run:
    """A run in which the resolver said this, and the far end the truth."""
    run.names_there = {
        name: [f"198.51.100.{place}"] for place, name in enumerate((*VOICE_NAMES, *OTHER_NAMES), 1)
    }
    run.names_here = {**run.names_there, **here}
    return run


def test_a_lying_resolver_is_named() -> None:
    """Two voice names with one private address, while others are told rightly: a lie."""
    lies = {name: ["10.10.34.35"] for name in VOICE_NAMES[:2]}
    assert conclude(told_by(Paper().run(), lies)).causes == ["dns"]


def test_a_resolver_that_answers_from_nearby_is_no_liar() -> None:
    """A service has many addresses: another public one, for one name alone, proves nothing; nor does silence."""
    assert conclude(told_by(Paper().run(), {VOICE_NAMES[0]: ["203.0.113.7"]})).causes == []
    assert conclude(told_by(Paper().run(), {name: [] for name in (*VOICE_NAMES, *OTHER_NAMES)})).causes == []


def test_a_resolver_that_is_silent_about_voice_alone_is_named() -> None:
    """Where all other names are told and no voice name is, that is a block; where one voice name is told it is none."""
    run = told_by(Paper().run(), {})
    for name in VOICE_NAMES[1:]:
        del run.names_here[name]
    assert conclude(run).causes == []
    del run.names_here[VOICE_NAMES[0]]
    assert conclude(run).causes == ["dns"]


def test_nobody_answering_is_no_block() -> None:
    """Where neither address answers over TLS there is no network, and where somebody else answers there is a portal."""
    run = Run()
    run.reach.tries = {0: [(0.0, False)] * 9, 1: [(0.0, False)] * 9}
    assert conclude(run).verdict == "no_network"
    run.reach.is_captive = True
    assert conclude(run).verdict == "captive"


def test_a_sick_far_end_is_no_block() -> None:
    """Where the far end itself says that its UDP is not well, dead UDP accuses nobody."""
    run = Paper(lambda _packet, _dice: None).run()
    run.far_is_well = False
    assert conclude(run).verdict == "inconclusive"
