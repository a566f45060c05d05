"""Evidence: what a run saw comes back whole, gives the same verdict, and every change of it is seen."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest

from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.evidence import open_evidence, pack_evidence, recompute, sign_evidence
from sawtna.checks.core.half import Half, pack_half
from sawtna.checks.core.observation import Run
from sawtna.checks.core.plan import PACES, Ground, plan_block
from sawtna.checks.core.verdict import conclude
from sawtna.ledger.core.note import Signer

from tests.checks.filed import FAR, PROBE, filed, half_of, no_whatsapp, resigned, run_on_paper
from tests.checks.paper import clear


@pytest.fixture(scope="module")
def blocked() -> str:
    """A file that shows a block."""
    return filed(run_on_paper(no_whatsapp))


def test_the_verdict_of_a_file_is_that_of_the_run(blocked: str) -> None:
    """Packed and opened again, a run gives the same verdict, causes and states."""
    run = run_on_paper(no_whatsapp)
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

    with pytest.raises(EvidenceError, match="signature of the far end"):
        open_evidence(resigned(blocked, lie))


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", '{"signature":1}', "{" * 100_000, '{"a":1.5}', "\x00"]
)
def test_nonsense_is_refused(text: str) -> None:
    """What is no evidence gets a sentence."""
    with pytest.raises(EvidenceError):
        open_evidence(text)


def test_a_flow_that_is_left_out_is_missed(blocked: str) -> None:
    """A probe cannot choose which flows to show: the far end names all that were announced."""

    def lie(told: dict) -> None:
        told["test_keys"]["flown"].pop(7)

    with pytest.raises(EvidenceError, match="leaves it out"):
        open_evidence(resigned(blocked, lie))


def test_a_flow_that_was_never_announced_is_refused(blocked: str) -> None:
    """A probe cannot add flows that it did not send."""

    def lie(told: dict) -> None:
        one = dict(told["test_keys"]["flown"][0])
        one["order"] = [90_000, *one["order"][1:]]
        told["test_keys"]["flown"].append(one)

    with pytest.raises(EvidenceError, match="knows nothing of flow 90000"):
        open_evidence(resigned(blocked, lie))


def test_a_flow_cannot_pass_for_another(blocked: str) -> None:
    """What was announced as a control is not voice afterwards."""

    def lie(told: dict) -> None:
        voice = next(one for one in told["test_keys"]["flown"] if one["arm"] == "signature:rtp")
        voice["order"][1] = "stun"

    with pytest.raises(EvidenceError, match="not those that were announced"):
        open_evidence(resigned(blocked, lie))


def test_an_arm_cannot_pass_for_another(blocked: str) -> None:
    """The name of an arm follows from the seed."""

    def lie(told: dict) -> None:
        next(one for one in told["test_keys"]["flown"] if one["arm"] == "signature:rtp")["arm"] = "control"

    with pytest.raises(EvidenceError, match="not what a check with this seed sends"):
        open_evidence(resigned(blocked, lie))


def planned_otherwise(number: int) -> str:
    """Evidence of a prober who announced and sent a block of another number in place of the last."""
    run = run_on_paper(no_whatsapp)
    last = max(one.block for one in run.flown if one.phase == "block")
    own = [one for one in run.flown if one.phase == "block" and one.block == last]
    ground = Ground(run.seed, tuple(run.neutral), tuple(run.voice), run.servers)
    other = plan_block(ground, number, own[0].order.number, PACES[0])
    for one, planned in zip(own, other, strict=True):
        one.arm, one.order, one.block = planned.arm, planned.order, max(last, number)
        one.sent = (one.sent * 2)[: one.order.count]
        one.back, one.far = (one.back * 2)[: one.order.count], [None] * one.order.count
    half = pack_half(half_of(run), FAR)
    return sign_evidence(pack_evidence(run, half, FAR.verifier.vkey, {}), PROBE)


@pytest.mark.parametrize(("number", "sentence"), [(50, "not all before it"), (0, "not what a check")])
def test_an_order_that_the_seed_did_not_choose_is_refused(number: int, sentence: str) -> None:
    """A prober who looks for a lucky order, or sends one twice, is refused, also when the far end saw just that."""
    with pytest.raises(EvidenceError, match=sentence):
        open_evidence(planned_otherwise(number))


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"ports": "00" * 32}, "ports in this file"),
        ({"servers": 1}, "speaks of 2 addresses"),
        ({"is_well": False}, "not well"),
        ({"orders": "00" * 32}, "not those that were announced"),
        ({"vantage": "somebody"}, "no half"),
        ({"seen": {}}, "knows nothing of flow"),
    ],
)
def test_a_file_that_the_far_end_tells_otherwise_is_refused(changed: dict, sentence: str) -> None:
    """Ports, addresses, health and flows are those of the far end."""
    with pytest.raises(EvidenceError, match=sentence):
        open_evidence(filed(run_on_paper(no_whatsapp), **changed))


def test_the_far_end_names_the_network_before_the_person_does() -> None:
    """What the far end looked up counts; what a person says is marked so."""
    told = open_evidence(filed(run_on_paper(clear), asn="AS64500", cc="OM")).told
    assert (told["probe_asn"], told["probe_cc"]) == ("AS64500", "OM")
    assert told["test_keys"]["network_told_by"] == "far_end"
    said = open_evidence(filed(run_on_paper(clear))).told
    assert (said["probe_asn"], said["test_keys"]["network_told_by"]) == ("AS36903", "person")


def ended_early(run: Run) -> Half:
    """What the far end says of a run whose long flows were stopped after six packets."""
    half = half_of(run)
    seen = dict(half.seen)
    for one in run.flown:
        if one.phase == "long":
            del one.sent[6:], one.back[6:]
            seen[one.order.number] = [*half.seen[one.order.number][:6], *[-1] * (one.order.count - 6)]
            one.far = [None if time < 0 else time for time in seen[one.order.number]]
    return replace(half, seen=seen)


def test_a_round_of_long_flows_may_end_early_but_not_hide_packets() -> None:
    """A round stops when it has shown what it can; what the far end saw all the same must be shown."""
    run = run_on_paper(clear)
    half = ended_early(run)
    assert any(one.phase == "long" for one in run.flown)
    text = sign_evidence(pack_evidence(run, pack_half(half, FAR), FAR.verifier.vkey, {}), PROBE)
    assert open_evidence(text).half == half

    whole = half_of(run_on_paper(clear))
    hiding = sign_evidence(pack_evidence(run, pack_half(whole, FAR), FAR.verifier.vkey, {}), PROBE)
    with pytest.raises(EvidenceError, match="that the file leaves out"):
        open_evidence(hiding)
