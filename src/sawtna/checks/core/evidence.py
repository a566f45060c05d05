"""Evidence: a run as JSON that anybody can recompute, in the base format of OONI (df-000), signed by probe and far end.

Times are whole microseconds, because a signature needs one spelling for each number. No address of anybody is in it: the network
is named by its AS number, if at all. docs/formats/check.md has every field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sawtna import __version__
from sawtna.checks.core.consistency import check_plan
from sawtna.checks.core.entries import NO_COUNTRY, NO_NETWORK
from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.half import Half, read_half
from sawtna.checks.core.meeting import read_order, tell_order
from sawtna.checks.core.observation import Flown, Reach, Run, Step, Streamed
from sawtna.checks.core.verdict import Verdict, conclude
from sawtna.checks.flows import FLOWS
from sawtna.ledger.core.errors import BookError, NoteError
from sawtna.ledger.core.note import Signer, Verifier, open_note, sign_note

FORMAT = "sawtna-check/1"
TEST_NAME, TEST_VERSION = "sawtna_voice", "0.1.0"
PROBE_NAME = "sawtna.probe"
SIGNED = "sawtna/v1/check\n"
MOST_BYTES = 4_000_000
MOST_PARTS = {"flown": 1500, "streamed": 2000, "steps": 1000, "reach": 100}  # many times what a check sends


class Evidence(NamedTuple):
    """A file that was opened: what it says, the run in it, and the far end's half, which only a whole run has."""

    told: dict[str, Any]
    run: Run
    half: Half | None


def pack_evidence(run: Run, far_half: str, far_vkey: str, network: Mapping[str, str]) -> dict[str, Any]:
    """A run as a JSON object, unsigned. `network` may hold `asn` ("AS36903"), `cc` ("MA"), `access` ("mobile").

    Which network it is says the far end; what the person says counts only where the far end does not know.
    """
    asn, cc, told_by = _network(far_half, far_vkey, network)
    began = datetime.fromtimestamp(run.began, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {
        "annotations": {"format": FORMAT},
        "data_format_version": "0.2.0",
        "input": None,
        "measurement_start_time": began,
        "probe_asn": asn,
        "probe_cc": cc,
        "software_name": "sawtna",
        "software_version": __version__,
        "test_keys": {**_keys(run, far_half, far_vkey, network), "network_told_by": told_by},
        "test_name": TEST_NAME,
        "test_runtime": round(run.ended / 1000),
        "test_start_time": began,
        "test_version": TEST_VERSION,
    }


def _network(far_half: str, far_vkey: str, said: Mapping[str, str]) -> tuple[str, str, str]:
    """AS number, country, and who told them."""
    with suppress(EvidenceError):
        half = read_half(far_half, far_vkey)
        if half.asn != NO_NETWORK:
            return half.asn, half.cc, "far_end"
    asn, cc = said.get("asn", NO_NETWORK), said.get("cc", NO_COUNTRY)
    return asn, cc, "nobody" if (asn, cc) == (NO_NETWORK, NO_COUNTRY) else "person"


def _keys(run: Run, far_half: str, far_vkey: str, network: Mapping[str, str]) -> dict[str, Any]:
    versions = {one.order.flow: FLOWS[one.order.flow].version for one in run.flown}
    return {
        "seed": run.seed.hex(),
        "access": network.get("access", "unknown"),
        "far_end": far_vkey,
        "far_half": far_half,
        "far_is_well": run.far_is_well,
        "servers": run.servers,
        "neutral": run.neutral,
        "voice": run.voice,
        "is_captive": run.reach.is_captive,
        "is_whole": run.is_whole,
        "ended": _micro(run.ended),
        "reach": {
            str(server): [[_micro(at), good] for at, good in tries]
            for server, tries in run.reach.tries.items()
        },
        "flows": versions,
        "flown": [_pack_flown(one) for one in run.flown],
        "streamed": [
            [one.arm, one.block, _micro(one.began), _micro(one.ended), one.outcome, one.name]
            for one in run.streamed
        ],
        "names_here": run.names_here,
        "names_there": run.names_there,
        "steps": [[one.arm, one.ttl, bool(one.reporter), one.answered] for one in run.steps],
    }


def _micro(ms: float | None) -> int:
    return -1 if ms is None else round(ms * 1000)


def _pack_flown(one: Flown) -> dict[str, Any]:
    return {
        "arm": one.arm,
        "phase": one.phase,
        "block": one.block,
        "order": tell_order(one.order),
        "sent": [_micro(time) for time in one.sent],
        "back": [_micro(time) for time in one.back],
        "far": [_micro(time) for time in one.far],
    }


def sign_evidence(evidence: Mapping[str, Any], signer: Signer) -> str:
    """The file: the object in one line, with a signed note over its hash beside it."""
    note = sign_note(f"{SIGNED}{_hash(evidence).hex()}\n", [signer])
    return _spell({**evidence, "signature": {"note": note, "vkey": signer.verifier.vkey}}) + "\n"


def _spell(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _hash(evidence: Mapping[str, Any]) -> bytes:
    return sha256(_spell(evidence).encode()).digest()


def open_evidence(text: str) -> Evidence:
    """Check both signatures and the plan, and give the run back; raises EvidenceError."""
    if len(text) > MOST_BYTES:
        raise EvidenceError("too_long", f"This file is longer than {MOST_BYTES} bytes.")
    try:
        told = json.loads(text, parse_float=_refuse_float, parse_constant=_refuse_float)
        signature = told.pop("signature")
        _check_note(signature["note"], signature["vkey"], f"{SIGNED}{_hash(told).hex()}\n", "probe")
        if told["annotations"]["format"] != FORMAT:
            raise EvidenceError(f"This file is not of the format {FORMAT}.")
        run = _unpack(told["test_keys"], _seconds(told["test_start_time"]))
        half = _check_far(told["test_keys"], run) if run.is_whole else None
    except EvidenceError:
        raise
    except json.JSONDecodeError as error:
        raise EvidenceError(f"This file is no evidence of a check (no JSON, line {error.lineno}).") from None
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, RecursionError, BookError) as error:
        raise EvidenceError(f"This file is no evidence of a check ({error}).") from None
    told["signature"] = signature
    return Evidence(told, run, half)


def _refuse_float(text: str) -> float:
    raise EvidenceError(f"got the number {text[:20]}, expected whole numbers only")


def _check_note(note: str, vkey: str, expected: str, whose: str) -> None:
    try:
        opened = open_note(note, [Verifier.parse(vkey)])
    except NoteError as error:
        raise EvidenceError("forged", f"The signature of the {whose} does not hold ({error}).") from None
    if opened.text != expected:
        raise EvidenceError(
            "edited", f"The {whose} signed something else than what stands here. The file was changed."
        )


def _seconds(text: str) -> int:
    return int(datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC).timestamp())


def _unpack(keys: Mapping[str, Any], began: int) -> Run:
    for name, most in MOST_PARTS.items():
        if len(keys[name]) > most:  # safety: what is concluded from them takes longer than they are many
            raise EvidenceError(f"This file holds {len(keys[name])} {name}, more than a check makes.")
    run = Run(
        seed=bytes.fromhex(keys["seed"]),
        began=began,
        servers=int(keys["servers"]),
        neutral=[int(port) for port in keys["neutral"]],
        voice=[int(port) for port in keys["voice"]],
        far_is_well=bool(keys["far_is_well"]),
        ended=keys["ended"] / 1000,
        is_whole=bool(keys["is_whole"]),
        names_here=dict(keys["names_here"]),
        names_there=dict(keys["names_there"]),
    )
    tries = {
        int(server): [(at / 1000, bool(good)) for at, good in told] for server, told in keys["reach"].items()
    }
    run.reach = Reach(tries, bool(keys["is_captive"]))
    run.flown = [_unpack_flown(one) for one in keys["flown"]]
    run.streamed = [
        Streamed(arm, block, began / 1000, ended / 1000, outcome, name)
        for arm, block, began, ended, outcome, name in keys["streamed"]
    ]
    run.steps = [
        Step(arm, ttl, "reported" if told else "", answered) for arm, ttl, told, answered in keys["steps"]
    ]
    return run


def _unpack_flown(told: Mapping[str, Any]) -> Flown:
    order = read_order(told["order"])
    if order.flow not in FLOWS or not len(told["sent"]) == len(told["back"]) <= order.count:
        raise EvidenceError(f"Flow {order.number} is none that a check sends.")
    sent = [time / 1000 for time in told["sent"]]
    back, far = ([None if time < 0 else time / 1000 for time in told[side]] for side in ("back", "far"))
    return Flown(told["arm"], told["phase"], int(told["block"]), order, sent, back, far)


def _check_far(keys: Mapping[str, Any], run: Run) -> Half:
    """The far end's signed half: of this run, with the same flows, and an answer came only for packets that it had."""
    half = read_half(keys["far_half"], keys["far_end"])
    if half.seed != keys["seed"]:
        raise EvidenceError("plan", "The far end's half belongs to another run.")
    check_plan(run, half)
    for one in run.flown:
        seen, number = half.seen[one.order.number], one.order.number
        if [_micro(time) for time in one.far] != [_micro(None if time < 0 else time) for time in seen]:
            raise EvidenceError("plan", f"The far end saw flow {number} at other times than the file says.")
        if any(back is not None and time < 0 for back, time in zip(one.back, seen, strict=False)):
            raise EvidenceError(
                "plan", f"Flow {number} shows an answer to a packet that the far end never had."
            )
    return half


def conclude_evidence(opened: Evidence) -> Verdict:
    """The verdict of an opened file; raises EvidenceError where its packets make no sense."""
    try:
        return conclude(opened.run)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError) as error:
        raise EvidenceError(f"The packets in this file make no sense ({error}).") from None


def recompute(text: str) -> tuple[dict[str, Any], Verdict]:
    """The verdict of a file, from its packets; raises EvidenceError."""
    opened = open_evidence(text)
    return opened.told, conclude_evidence(opened)
