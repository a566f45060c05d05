"""Scores the instrument over the lab's networks: how often it was right, how long it took, what others' rules say."""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from sawtna.checks.lab.network import Lab, open_lab
from sawtna.checks.lab.scenario import Scenario

ACCUSING = {"blocked", "degraded"}
PATIENCE = 120  # seconds for a program in the lab
Told = Mapping[str, Any]
NOTHING: Told = {"verdict": "nothing said", "causes": [], "seconds": 0, "bytes": 0, "stun": "", "wehe": ""}


def own_program(command: Sequence[str]) -> list[str]:
    """The same, with our own program when it is `sawtna`: inside of the lab it may not be on the path."""
    return (
        [sys.executable, "-m", "sawtna.cli.main", *command[1:]] if command[0] == "sawtna" else list(command)
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """One run: what was said, and whether it was right. `peers` holds what the others' rules say, where they were asked."""

    scenario: Scenario
    result: Told
    peers: Told | None = None

    @property
    def is_right(self) -> bool:
        """Whether the verdict is one of those expected, and, where it accuses, names one of the causes."""
        expected, said = self.scenario.expected, self.result["verdict"]
        if said not in expected.verdicts:
            return False
        return said not in ACCUSING or bool(set(self.result["causes"]) & set(expected.causes))

    @property
    def is_false_accusation(self) -> bool:
        """Whether an innocent network was accused."""
        return self.result["verdict"] in ACCUSING and not is_guilty(self.scenario)

    def peer_is_right(self, name: str) -> bool | None:
        """Whether a peer accused the guilty or left the innocent alone; that it names no cause is not held against it."""
        if self.peers is None:
            return None
        accuses = self.peers[name] in {"anomaly", "differentiation"}
        return accuses == is_guilty(self.scenario)


def is_guilty(scenario: Scenario) -> bool:
    """Whether the operator of a scenario does something to voice."""
    return bool(ACCUSING & set(scenario.expected.verdicts))


def check_once(scenario: Scenario, dice: random.Random, *, with_peers: bool = False) -> Scored:
    """One lab, one check, and, in a lab of their own, the peers; raises LabError."""
    with tempfile.TemporaryDirectory() as folder, open_lab(scenario, Path(folder), dice) as lab:
        result = _ask(lab, ["sawtna", "check", "--json"])
    if not with_peers:
        return Scored(scenario, result)
    with tempfile.TemporaryDirectory() as folder, open_lab(scenario, Path(folder), dice) as lab:
        command = [sys.executable, "-m", "sawtna.checks.lab.peers", lab.environment["SAWTNA_FAR_END"]]
        return Scored(scenario, result, _ask(lab, command))


def _ask(lab: Lab, command: Sequence[str]) -> Told:
    process = lab.start(own_program(command), stdout=subprocess.PIPE)
    said, _ = process.communicate(timeout=PATIENCE)
    try:
        told: Told = json.loads(said)
    except ValueError:
        return NOTHING
    return told


def score(wanted: Sequence[Scenario], arguments: argparse.Namespace) -> int:
    """Check each scenario as often as asked, tell each run and the sum; 1 when one was wrong."""
    scored: list[Scored] = []
    for one in _run_all(wanted, arguments):
        scored.append(one)
        _say(one)
        if arguments.json:
            with arguments.json.open("a", encoding="utf-8") as file:
                file.write(json.dumps(_line(one)) + "\n")
    Console().print(_summary(wanted, scored, with_peers=arguments.peers))
    return 0 if all(one.is_right for one in scored) else 1


def _run_all(wanted: Sequence[Scenario], arguments: argparse.Namespace) -> Iterator[Scored]:
    for _ in range(arguments.runs):
        for scenario in wanted:
            dice = random.Random(os.urandom(16))  # noqa: S311 (a network's dice)
            yield check_once(scenario, dice, with_peers=arguments.peers)


def _line(one: Scored) -> dict[str, Any]:
    return {"scenario": one.scenario.name, "right": one.is_right, **one.result, "peers": one.peers}


def _say(one: Scored) -> None:
    told = one.result
    sign, size = "right" if one.is_right else "WRONG", told["bytes"] // 1000
    said = f"{told['verdict']:12} {', '.join(told['causes'])}"
    others = f"  (STUN: {one.peers['stun']}, Wehe: {one.peers['wehe']})" if one.peers else ""
    print(f"{sign}  {one.scenario.name:24} {said}  {told['seconds']} s, {size} kB{others}", flush=True)


def _summary(wanted: Sequence[Scenario], scored: Sequence[Scored], *, with_peers: bool) -> Table:
    table = Table(title="Verdicts by scenario", box=None, padding=(0, 1, 0, 0))
    columns = ["scenario", "right", "of", "median s", "most s", "most kB", "otherwise said"]
    for column in [*columns, *(["one STUN", "Wehe's rule"] if with_peers else [])]:
        table.add_column(column, no_wrap=column != "otherwise said", overflow="fold")
    for scenario in wanted:
        own = [one for one in scored if one.scenario is scenario]
        if own:
            table.add_row(scenario.name, *_row(own), *(_peer_row(own) if with_peers else ()))
    false = sum(one.is_false_accusation for one in scored)
    table.caption = (
        f"{sum(one.is_right for one in scored)} of {len(scored)} right; {false} false accusations."
    )
    if with_peers:
        told = [f"{name} {_count(scored, name)}" for name in ("stun", "wehe")]
        table.caption += f" Right beside it, cause aside: {', '.join(told)}."
    return table


def _row(own: Sequence[Scored]) -> list[str]:
    others = {f"{one.result['verdict']} {','.join(one.result['causes'])}" for one in own if not one.is_right}
    seconds, sizes = [one.result["seconds"] for one in own], [one.result["bytes"] for one in own]
    return [
        str(sum(one.is_right for one in own)),
        str(len(own)),
        f"{statistics.median(seconds):.1f}",
        f"{max(seconds):.1f}",
        f"{max(sizes) / 1000:.0f}",
        "; ".join(sorted(others)),
    ]


def _peer_row(own: Sequence[Scored]) -> list[str]:
    """How often each peer was right, and what it said most."""
    told = []
    for name in ("stun", "wehe"):
        said = statistics.mode(str(one.peers[name]) for one in own if one.peers)
        told.append(f"{_count(own, name)} {said}")
    return told


def _count(scored: Sequence[Scored], name: str) -> int:
    return sum(one.peer_is_right(name) is True for one in scored)
