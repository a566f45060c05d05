"""The work before a code: ALTCHA's own library solves and verifies what the counter made, and each challenge opens once."""

from __future__ import annotations

import base64
import json

import altcha
import pytest
from altcha.v2 import _canonical_json

from sawtna.campaigns.caster.work import do_work
from sawtna.campaigns.counter import brake
from sawtna.campaigns.turned import Turned
from sawtna.campaigns.vouchers.brake import GOOD_FOR

NOW = 1_800_000_000


@pytest.fixture(autouse=True)
def light_brake(settings):
    """Little work."""
    settings.SAWTNA_BRAKE = "2x3"


def solved(challenge: dict[str, object]) -> dict[str, object]:
    """The payload of ALTCHA's library, not yet packed."""
    theirs = altcha.Challenge.from_dict(challenge)
    return altcha.Payload(theirs, altcha.solve_challenge(theirs)).to_dict()


def packed(payload: object) -> str:
    """As a browser sends it."""
    return base64.b64encode(json.dumps(payload).encode()).decode()


def test_altcha_solves_what_the_counter_asks():
    """Its library and ours come to the same, and the counter accepts both."""
    first, second = brake.make_challenge(NOW), brake.make_challenge(NOW)
    brake.check_work(packed(solved(first)), NOW)
    brake.check_work(do_work(second), NOW)


def test_the_signed_spelling_is_that_of_altcha():
    """What is signed is the canonical JSON of ALTCHA's libraries."""
    parameters = brake.make_challenge(NOW)["parameters"]
    assert _canonical_json(parameters) == json.dumps(parameters, sort_keys=True, separators=(",", ":"))


@pytest.mark.parametrize("more", [{}, {"time": 7}, {"took": 1}])
def test_a_challenge_opens_once_however_it_is_written(more):
    """Another spelling of the same work is the same work."""
    payload = solved(brake.make_challenge(NOW))
    brake.check_work(packed(payload), NOW)
    payload["solution"].update(more)
    spelt = json.dumps(payload, indent=None if more else 1)
    with pytest.raises(Turned, match="used before"):
        brake.check_work(base64.b64encode(spelt.encode()).decode(), NOW)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda payload: payload["solution"].update(derivedKey="00" * 32),
        lambda payload: payload["solution"].update(derivedKey="é"),
        lambda payload: payload["challenge"]["parameters"].update(cost=1),
        lambda payload: payload["challenge"]["parameters"].update(expiresAt=2**40),
        lambda payload: payload["challenge"].update(signature="é"),
        lambda payload: payload["challenge"].update(signature=None),
        lambda payload: payload.pop("solution"),
        lambda payload: payload.update(challenge=[]),
    ],
)
def test_spoilt_work_is_turned_away(spoil):
    """Whatever is changed in it, the answer is one sentence."""
    payload = solved(brake.make_challenge(NOW))
    spoil(payload)
    with pytest.raises(Turned, match="missing, wrong or too old"):
        brake.check_work(packed(payload), NOW)


@pytest.mark.parametrize("payload", [None, 7, "", "=", "é", packed([]), packed(1), "A" * 5000])
def test_what_is_no_work_is_turned_away(payload):
    """Nor is anything else a fault of ours."""
    with pytest.raises(Turned, match="missing, wrong or too old"):
        brake.check_work(payload, NOW)


def test_old_work_is_turned_away():
    """Ten minutes later it is too old."""
    payload = packed(solved(brake.make_challenge(NOW)))
    with pytest.raises(Turned, match="too old"):
        brake.check_work(payload, NOW + GOOD_FOR + 1)


def test_a_setting_may_name_the_steps(settings):
    """`7x1` asks for one step of seven rounds: a load test has little to do, the site as much as ever."""
    settings.SAWTNA_BRAKE = "7x1"
    challenge = brake.make_challenge(NOW)
    assert challenge["parameters"]["cost"] == 7
    assert solved(challenge)["solution"]["counter"] == 1
