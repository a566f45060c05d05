"""Evidence: what a run saw comes back whole, gives the same verdict, and every change of it is seen."""

from __future__ import annotations

import json
import secrets

import pytest

from sawtna.checks.core.evidence import EvidenceError, open_evidence, pack_evidence, recompute, sign_evidence
from sawtna.checks.core.meeting import HALF_DOMAIN
from sawtna.checks.core.verdict import conclude
from sawtna.ledger.core.note import Signer, sign_note

from tests.checks.paper import Packet, Paper

PROBE, FAR = (Signer(name, secrets.token_bytes(32)) for name in ("sawtna.probe", "sawtna.far-end"))


def evidence(paper: Paper) -> str:
    """A signed file of a run on paper, with a far end's half that agrees with it."""
    run = paper.run()
    seen = {
        str(one.order.number): [1.0 if back is not None else -1 for back in one.back] for one in run.flown
    }
    half = json.dumps({"seed": run.seed.hex(), "time": 0, "addresses": 1, "seen": seen})
    return sign_evidence(
        pack_evidence(
            run, sign_note(f"{HALF_DOMAIN}{half}\n", [FAR]), FAR.verifier.vkey, {"asn": "AS36903", "cc": "MA"}
        ),
        PROBE,
    )


def no_whatsapp(packet: Packet, _dice: object) -> float | None:
    """Drops WhatsApp."""
    return None if packet.flow == "whatsapp" else 0.0


@pytest.fixture(scope="module")
def blocked() -> str:
    """A file that shows a block."""
    return evidence(Paper(no_whatsapp))


def test_the_verdict_of_a_file_is_that_of_the_run(blocked: str) -> None:
    """Packed and opened again, a run gives the same verdict, causes and states."""
    run = Paper(no_whatsapp).run()
    told, verdict = recompute(blocked)
    assert (verdict.verdict, verdict.causes, verdict.flows) == (
        conclude(run).verdict,
        conclude(run).causes,
        conclude(run).flows,
    )
    assert (told["probe_asn"], told["probe_cc"], told["test_name"]) == ("AS36903", "MA", "sawtna_voice")


def test_a_file_holds_no_address(blocked: str) -> None:
    """Neither end's address is in a file, nor who reported a packet's death."""
    assert "192.0.2." not in blocked
    assert "127.0.0.1" not in blocked


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"probe_cc":"MA"', '"probe_cc":"FR"'),
        ('"arm":"control"', '"arm":"signature:rtp"'),
        ('"is_whole":true', '"is_whole":false'),
        ('"test_runtime":', '"test_runtime":1'),
    ],
)
def test_an_edited_file_is_refused(blocked: str, before: str, after: str) -> None:
    """A changed letter breaks the probe's signature."""
    assert before in blocked
    with pytest.raises(EvidenceError, match="file was changed"):
        open_evidence(blocked.replace(before, after, 1))


def resigned(text: str, change) -> str:
    """The same file, changed and signed anew by its probe: a probe that lies."""
    told = json.loads(text)
    told.pop("signature")
    change(told)
    return sign_evidence(told, PROBE)


def test_an_answer_to_a_packet_that_never_arrived_is_refused(blocked: str) -> None:
    """A probe cannot claim answers that the far end never gave."""

    def lie(told: dict) -> None:
        for one in told["test_keys"]["flown"]:
            one["back"] = [1_000_000 for _ in one["back"]]

    with pytest.raises(EvidenceError, match="never had"):
        open_evidence(resigned(blocked, lie))


def test_another_runs_half_is_refused(blocked: str) -> None:
    """The far end's half belongs to one seed."""

    def lie(told: dict) -> None:
        told["test_keys"]["seed"] = "00" * 32

    with pytest.raises(EvidenceError, match="another run"):
        open_evidence(resigned(blocked, lie))


def test_another_far_ends_key_is_refused(blocked: str) -> None:
    """A half that some other key signed does not hold."""

    def lie(told: dict) -> None:
        told["test_keys"]["far_end"] = Signer("sawtna.far-end", secrets.token_bytes(32)).verifier.vkey

    with pytest.raises(EvidenceError, match="no evidence"):
        open_evidence(resigned(blocked, lie))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"signature":1}', "{" * 100_000, '{"a":1.5}', "\x00"]
)
def test_nonsense_is_refused(text: str) -> None:
    """What is no evidence gets a sentence."""
    with pytest.raises(EvidenceError):
        open_evidence(text)
