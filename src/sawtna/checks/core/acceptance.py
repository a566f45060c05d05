"""What evidence must be to count in public, and the entry that it becomes. Pure: an opened file and the time in, an entry out."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from hashlib import sha256

from sawtna import __version__
from sawtna.checks.core.entries import (
    ACCESSES,
    CHECK,
    NET,
    NO_COUNTRY,
    NO_NETWORK,
    VERDICTS,
)
from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.evidence import Evidence, conclude_evidence, open_evidence
from sawtna.checks.core.half import Half
from sawtna.checks.core.verdict import Verdict
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.entry import ENTRY_VERSION, Body
from sawtna.ledger.core.schema import COUNTRY, problems_of

AHEAD = 600  # seconds by which clocks may differ
OLDEST = 30 * 86_400
LASTS = 3600  # seconds between the beginning of a run, by the probe, and its end, by the far end


def check_acceptable(opened: Evidence, now: int, trusted: Collection[str]) -> Half:
    """Raise EvidenceError unless this file may count. `now` in Unix seconds; `trusted` are the keys of far ends."""
    half = opened.half
    if not opened.run.is_whole:
        raise EvidenceError(
            "unfinished", "This check was not finished, so it does not count. Let it run to its end."
        )
    if half is None:
        raise EvidenceError(
            "far_half", "The far end did not sign its half, so nothing shows that this check was made."
        )
    if half.vkey not in trusted:
        raise EvidenceError("far_end", "This check was made against a far end that this site does not know.")
    if max(half.time, opened.run.began) > now + AHEAD:
        raise EvidenceError(
            "future", "This check is dated in the future. Put your clock right and check again."
        )
    if half.time < now - OLDEST:
        raise EvidenceError("old", "This check is older than 30 days. Check again.")
    if not -AHEAD <= half.time - opened.run.began <= LASTS:
        raise EvidenceError(
            "clock", "The two ends tell different times. Put your clock right and check again."
        )
    return half


def entry_of(opened: Evidence, half: Half, data: bytes, how: str = "probe") -> Body:
    """The entry that a file of these bytes becomes, without `v`; raises EvidenceError when it comes to nothing."""
    verdict = conclude_evidence(opened)
    if verdict.verdict not in VERDICTS:
        raise EvidenceError(
            "nothing", "This check did not reach the far end, so it says nothing about voice."
        )
    body = {
        "k": CHECK.name,
        **_facts(opened, half, verdict),
        "how": how,
        "ev": encode_base64url(sha256(data).digest()),
    }
    problems = problems_of(CHECK.body_form, {**body, "v": ENTRY_VERSION})
    for problem in problems:
        raise EvidenceError(f"This file cannot become an entry: {problem.sentence}.")
    return body


def _facts(opened: Evidence, half: Half, verdict: Verdict) -> dict[str, object]:
    told = opened.told
    asn, cc = network_of(opened, half)
    access = told["test_keys"].get("access")
    return {
        "on": datetime.fromtimestamp(half.time, UTC).date().isoformat(),
        "net": asn,
        "cc": cc,
        "via": access if access in ACCESSES else ACCESSES[0],
        "verdict": verdict.verdict,
        "causes": list(verdict.causes),
        "flows": sorted(f"{name}={state}" for name, state in verdict.flows.items()),
        **({"hop": verdict.hop} if verdict.hop is not None else {}),
        "who": encode_base64url(bytes.fromhex(half.vantage)),
        "far": "+".join(half.vkey.split("+")[:2]),
        "software": __version__,
    }


def network_of(opened: Evidence, half: Half) -> tuple[str, str]:
    """AS number and country: as the far end looked them up, or else as the person said."""
    if half.asn != NO_NETWORK:
        return half.asn, half.cc
    asn, cc = str(opened.told.get("probe_asn")), str(opened.told.get("probe_cc"))
    return asn if NET.fullmatch(asn) else NO_NETWORK, cc if COUNTRY.fullmatch(cc) else NO_COUNTRY


CONCLUDED = ("verdict", "causes", "flows", "hop")


def disagreements(body: Body, data: bytes) -> Iterator[tuple[bool, str]]:
    """How a file disagrees with its entry: (whether that is for sure, a sentence) each.

    Where another version of this software concluded, its rules may have been others; then a differing verdict is no proof.
    """
    if encode_base64url(sha256(data).digest()) != body["ev"]:
        yield True, "the file is not the one whose hash stands in the book"
        return
    if body["how"] != "probe":  # a browser's file has no packets to recompute
        return
    try:
        opened = open_evidence(data.decode("utf-8", "replace"))
        if opened.half is None:
            yield True, "the far end did not sign the file"
            return
        own = entry_of(opened, opened.half, data)
    except EvidenceError as error:
        yield True, f"the file does not hold: {str(error).removesuffix('.')}"
        return
    for name in sorted(own.keys() | body.keys() - {"v", "software"}):
        if own.get(name) != body.get(name) and name != "software":
            is_sure = name not in CONCLUDED or body.get("software") == own["software"]
            yield is_sure, f"{name} is {body.get(name)} in the book and {own.get(name)} by the file"
