"""Real packets: an operator in a namespace, a far end behind it, and the probe as a subscriber starts it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sawtna.checks.lab.network import Lab, open_lab, why_not
from sawtna.checks.lab.scenario import ScenarioError, read_scenario, scenarios
from sawtna.cli.lab import find_scenario
from sawtna.cli.lab_score import check_once

pytestmark = pytest.mark.slow
needs_root = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")
SAWTNA = (sys.executable, "-m", "sawtna.cli.main")
TRIED = ("clear", "stun-cookie", "port-3478", "captive")


@needs_root
@pytest.mark.parametrize("name", TRIED)
@pytest.mark.timeout(180)
def test_the_verdict_on_a_real_network_is_right(name: str) -> None:
    """Through a real socket and a real filter the verdict is right; on a machine too busy to tell it may say just that."""
    tried = []
    for attempt in range(
        3
    ):  # a machine that does other things loses packets of its own, and 1 run in 200 may err
        tried.append(check_once(find_scenario(name), random.Random(attempt)))
        if tried[-1].is_right:
            break
    assert tried[-1].is_right, [one.result for one in tried]
    assert sum(one.is_false_accusation for one in tried) <= 1


@needs_root
@pytest.mark.skipif(not Path("/proc/net/if_inet6").exists(), reason="this kernel has no IPv6")
@pytest.mark.timeout(180)
def test_what_is_filtered_over_ipv4_alone_is_told_so() -> None:
    """STUN is dropped over IPv4, passes over IPv6: the cause is about IPv4, and it is said that IPv6 is open."""
    for attempt in range(3):  # as above
        scored = check_once(find_scenario("ipv6-not-filtered"), random.Random(attempt))
        if scored.is_right and scored.result["ipv6"] == "open":
            break
    assert scored.is_right, scored.result
    assert scored.result["ipv6"] == "open"


def shaken(lab: Lab, process: subprocess.Popen[bytes], what: str) -> None:
    """Do to a subscriber what happens to people in the middle of a check."""
    inside = ["ip", "netns", "exec", lab.subscriber, "ip"]
    if what == "suspended":
        process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        process.send_signal(signal.SIGCONT)
        return
    steps = {
        "unplugged": ("link set tun0 down", "link set tun0 up"),
        "moved": ("addr del 10.77.0.2/32 dev tun0", "addr add 10.77.0.3/32 dev tun0"),
    }[what]
    for step in steps:
        subprocess.run([*inside, *step.split()], check=True)
        time.sleep(1)
    subprocess.run([*inside, "route", "replace", "default", "dev", "tun0"], check=True)


@needs_root
@pytest.mark.parametrize("what", ["suspended", "unplugged", "moved"])
@pytest.mark.timeout(120)
def test_what_happens_to_people_in_the_middle_of_a_check_accuses_nobody(what: str, tmp_path: Path) -> None:
    """A laptop that sleeps for five seconds, a cable that is pulled, a change of address: no operator did that."""
    with open_lab(find_scenario("clear"), tmp_path, random.Random(1)) as lab:
        process = lab.start([*SAWTNA, "check", "--json"], stdout=subprocess.PIPE)
        time.sleep(5)  # whenever it comes, the answer must be right
        shaken(lab, process, what)
        said, _ = process.communicate(timeout=90)
    result = json.loads(said)
    assert result["verdict"] in {"not_blocked", "inconclusive", "no_network"}, result
    assert not result["causes"]


LATE = """
title: Voice is cut after 8 seconds
expect: {verdict: blocked, cause: cut_after_seconds}
rules:
  - match: {protocol: udp, bytes_at: {4: "2112a442"}, after_seconds: 8}
    do: {kind: drop, whole_flow: true}
  - match: {protocol: udp, rtp_in_a_row: 2, after_seconds: 8}
    do: {kind: drop, whole_flow: true}
"""


@needs_root
@pytest.mark.timeout(240)
def test_a_cut_that_comes_late_is_seen_in_the_background(tmp_path: Path) -> None:
    """A cut too late for the check itself is found when calls are kept open, and the evidence of it holds."""
    scenario, kept = tmp_path / "late.yaml", tmp_path / "kept.json"
    scenario.write_text(LATE)
    check = [*SAWTNA, "check", "--json", "--background", "0.34", "--save", str(kept)]
    for _ in range(3):  # a busy machine may end the first twenty seconds without having seen enough
        started = subprocess.run(
            [*SAWTNA, "lab", "run", str(scenario), "--", *check],
            capture_output=True,
            check=False,
            timeout=100,
        )
        result = json.loads(started.stdout or b"null")
        assert result, started.stderr.decode()
        if result["verdict"] == "blocked":
            break
    assert result["causes"] == ["cut_after_seconds"]
    assert 6 < result["cut_after_seconds"] < 10
    verified = subprocess.run([*SAWTNA, "verify", str(kept)], capture_output=True, check=False, text=True)
    assert verified.returncode == 0, verified.stderr


@needs_root
@pytest.mark.timeout(120)
def test_a_stopped_check_tells_what_it_saw() -> None:
    """Ctrl-C after a few seconds leaves one JSON object that says that it is partial."""
    started = subprocess.Popen(
        [*SAWTNA, "lab", "run", "clear", "--", "timeout", "-s", "INT", "4", *SAWTNA, "check", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, trouble = started.communicate(timeout=100)
    result = json.loads(said or b"null")
    assert result, trouble.decode()
    assert result["partial"] is True
    assert result["verdict"] in {"inconclusive", "not_blocked"}


def test_every_scenario_can_be_read() -> None:
    """All files of the lab are read, and say what a right verdict is; those that take minutes are found by name."""
    assert find_scenario("cut-after-90-seconds").expected.causes == ("cut_after_seconds",)
    found = scenarios()
    assert len(found) >= 40
    assert all(one.title and one.expected.verdicts for one in found.values())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title: x\nexpect: {verdict: blocked}\nrules: [{match: {colour: red}, do: drop}]", "colour"),
        ("title: x\nexpect: {verdict: blocked}\nnetwork: {speed: 3}", "speed"),
        ("title: x", "expect"),
        (": : :", "cannot be read"),
        ("title: x\nexpect: {verdict: blocked}\nrules: [{match: {ports: many}, do: drop}]", "many"),
    ],
)
def test_a_scenario_with_a_mistake_is_refused(tmp_path: Path, text: str, words: str) -> None:
    """The sentence names the word that is not known."""
    path = tmp_path / "own.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=words):
        read_scenario(path)


def test_an_unknown_scenario_is_named() -> None:
    """A wrong name says where the right ones are."""
    with pytest.raises(ScenarioError, match="lab list"):
        find_scenario("no-such-thing")
