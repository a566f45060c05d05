"""What the flows are taken for by an engine that operators use, and what both ends rely on."""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from sawtna.checks.far_end.identity import load_identity
from sawtna.checks.flows import FLOWS, example
from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.quic import SALT, expand_label
from sawtna.checks.flows.sni import plain_name
from sawtna.checks.flows.talk import WrittenFlow
from sawtna.checks.flows.websocket import accept_of, mask

from tests.checks.pcap import Capture
from tests.checks.tunnel import seal_flow

NEUTRAL = 41_000
SEEDS = 20
# What nDPI 4.2 calls each flow, at a neutral port and at home.
NAMES = {
    "stun": "STUN",
    "ice": "STUN",
    "turn": "STUN",
    "dtls_openssl": "DTLS",
    "dtls_browser": "DTLS",
    "rtp": "RTP",
    "rtp_g711": "RTP",
    "srtp": "RTP",
    "srtp_250": "RTP",
    "webrtc": "STUN",
    "sip": "SIP",
    "sip_tcp": "SIP",
    "whatsapp": "STUN.WhatsAppCall",
    "viber": "Viber",
    "teams": "STUN.SkypeCall",
    "telegram": "STUN",
    "quic": "QUIC",
    "turn_tls": "TLS",
    "websocket_tls": "TLS",
}
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
UNNAMED = {"turn_tcp"}  # nDPI 4.2 does not look for STUN in streams

needs_engine = pytest.mark.skipif(
    shutil.which("ndpiReader") is None, reason="ndpiReader is not installed (Debian: apt install libndpi-bin)"
)


def named(flow: WrittenFlow, port: int, packets: int, folder: Path, seeds: int = SEEDS) -> Counter[str]:
    """What the engine calls so many flows of different seeds."""
    capture = Capture()
    for number in range(seeds):
        exchanges = list(islice(flow.talk(Dice(b"seed", str(number))), packets))
        if flow.transport == "tls":
            context = load_identity(folder, NOON).context
            exchanges = seal_flow(exchanges, context, plain_name(Dice(b"name", str(number))))
        add = capture.add_datagrams if flow.transport == "udp" else capture.add_stream
        add(20_001 + number, port, exchanges)
    capture.write(folder / "flows.pcap")
    subprocess.run(
        ["ndpiReader", "-i", folder / "flows.pcap", "-C", folder / "flows.csv", "-q"],
        capture_output=True,
        check=True,
    )
    with (folder / "flows.csv").open(encoding="utf-8") as file:
        return Counter(row["ndpi_proto"] for row in csv.DictReader(file))


@needs_engine
@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_flow_is_taken_for_what_it_imitates(name: str, tmp_path: Path) -> None:
    """Six packets at a port that means nothing are enough for nDPI to name the flow as what it imitates."""
    assert named(FLOWS[name], NEUTRAL, 6, tmp_path) == {NAMES[name]: SEEDS}


@needs_engine
def test_inside_tls_a_control_is_taken_for_the_same(tmp_path: Path) -> None:
    """What stands beside calls inside TLS is named TLS too: no name tells them apart, only sizes and times could."""
    control = WrittenFlow("safe2", 1, "", FLOWS["safe2"].talk, transport="tls")
    assert named(control, NEUTRAL, 6, tmp_path) == {"TLS": SEEDS}


def test_an_upgrade_is_that_of_the_standard() -> None:
    """The accept value and the masking are those of RFC 6455 1.3 and 5.7."""
    assert accept_of(b"dGhlIHNhbXBsZSBub25jZQ==") == b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
    assert mask(b"Hello", bytes.fromhex("37fa213d")) == bytes.fromhex("7f9f4d5158")
    opening, *frames = islice(FLOWS["websocket_tls"].talk(Dice(b"seed")), 5)
    assert opening.answer.startswith(b"HTTP/1.1 101 ")
    assert all(60 <= one.sent[1] & 127 <= 100 and len(one.sent) == (one.sent[1] & 127) + 6 for one in frames)


@needs_engine
def test_a_control_is_taken_for_nothing(tmp_path: Path) -> None:
    """NDPI names none of five hundred controls at a port that means nothing, as short ones and as long ones."""
    assert not named(FLOWS["safe2"], NEUTRAL, 6, tmp_path, seeds=400)
    assert not named(FLOWS["safe2"], NEUTRAL, 40, tmp_path, seeds=100)


def test_every_flow_is_named_somewhere() -> None:
    """A new flow must say here what an engine takes it for."""
    assert set(FLOWS) == {*NAMES, *UNNAMED, "safe2"}


@pytest.mark.parametrize("flow", [*FLOWS.values(), example.FLOW], ids=lambda flow: flow.name)
def test_both_ends_make_the_same_bytes(flow: WrittenFlow) -> None:
    """The packets of a flow come out of the seed alone, and no two packets of a run are alike."""
    mine, theirs = (list(islice(flow.talk(Dice(b"seed", flow.name)), 60)) for _ in range(2))
    assert mine == theirs
    others = list(islice(flow.talk(Dice(b"another", flow.name)), 60))
    sent = [one.sent for one in (*mine, *others)]
    assert len(set(sent)) == len(sent)
    assert len({one.answer for one in (*mine, *others)}) == len(sent)


@pytest.mark.parametrize("flow", [*FLOWS.values(), example.FLOW], ids=lambda flow: flow.name)
def test_no_answer_is_longer_than_what_it_answers(flow: WrittenFlow) -> None:
    """A far end is no amplifier: only the certificates of a handshake are longer, after a round trip."""
    for seed in range(20):
        for number, one in enumerate(islice(flow.talk(Dice(bytes([seed]))), 40)):
            assert len(one.sent) >= len(one.answer) or (one.may_grow and number > 0)
            assert len(one.sent) <= 1400


def test_initial_keys_of_quic_are_those_of_the_standard() -> None:
    """The client's Initial secret and key are those of RFC 9001 A.1."""
    import hmac
    from hashlib import sha256

    initial = hmac.new(SALT, bytes.fromhex("8394c8f03e515708"), sha256).digest()
    secret = expand_label(initial, b"client in", 32)
    assert secret.hex() == "c00cf151ca5be075ed0ebfb5c80323c42d6b7db67881289af4008f1f6c357aea"
    assert expand_label(secret, b"quic key", 16).hex() == "1f369613dd76d5467730efcbe3b1a22d"
