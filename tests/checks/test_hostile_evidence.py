"""Whatever a probe signs, a site says yes or gives a reason: no file makes it fail, and none makes it work for long."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sawtna.checks.core.acceptance import check_acceptable, entry_of
from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.evidence import open_evidence, sign_evidence

from tests.checks.filed import FAR, NOON, PROBE, filed, no_whatsapp, run_on_paper

FILE = json.loads(filed(run_on_paper(no_whatsapp)))
FILE.pop("signature")
ODD = some.one_of(
    some.none(), some.booleans(), some.integers(-(2**70), 2**70), some.text(max_size=8), some.just([]), some.just({}),
    some.just([[]]), some.just({"a": 1}), some.just([None, -1, "x"]), some.just("9" * 5000),
)  # fmt: skip


def places(value: Any, path: tuple = ()) -> list[tuple]:
    """Every place in a file, of long lists the first two."""
    inner = (
        value.items()
        if isinstance(value, dict)
        else list(enumerate(value))[:2]
        if isinstance(value, list)
        else []
    )
    return [path, *(place for key, one in inner for place in places(one, (*path, key)))]


PLACES = [place for place in places(FILE) if place]


def judged(told: dict[str, Any]) -> str:
    """What a site says of a file that its probe signed: yes, or the code of a reason."""
    try:
        text = sign_evidence(told, PROBE)
        opened = open_evidence(text)
        half = check_acceptable(opened, NOON + 60, {FAR.verifier.vkey})
        entry_of(opened, half, text.encode())
    except EvidenceError as error:
        return error.code
    return "yes"


@given(some.sampled_from(PLACES), ODD)
@settings(deadline=None, max_examples=60)
def test_a_file_with_something_odd_in_it_is_judged(place: tuple, odd: object) -> None:
    """One value of a true file in place of which anything stands: yes, or a reason, and never another error."""
    told = copy.deepcopy(FILE)
    inner = told
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = odd
    judged(told)


@pytest.mark.parametrize(
    ("name", "odd"),
    [
        ("steps", [["control", 10**6, True, False]] * 20_000),
        ("streamed", [["tls:voice", at, 0, 0, "silent", ""] for at in range(20_000)]),
        ("reach", {str(at): [[0, True]] * 20 for at in range(2_000)}),
        ("neutral", list(range(100_000))),
        ("names_here", {f"{at}.example": ["1"] * 10 for at in range(10_000)}),
    ],
)
def test_a_swollen_file_is_judged_in_a_moment(name: str, odd: object) -> None:
    """A file that is as long as allowed costs the site no more than some seconds of a slow machine."""
    told = copy.deepcopy(FILE)
    told["test_keys"][name] = odd
    began = time.process_time()
    assert judged(told) in {"evidence", "plan", "yes"}
    assert time.process_time() - began < 20
