"""Build an operator on this machine that blocks what you like, and run a program behind it. Needs root on Linux.

    sawtna lab list
    sawtna lab run stun-cookie -- sawtna check
    sawtna lab score --runs 1

A scenario is a small YAML file; `run` also takes the path of one of your own. Inside, SAWTNA_FAR_END names the far end, so that
`sawtna check` needs no address. `score` checks every scenario with our instrument and prints how often it was right.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from sawtna.checks.lab.network import LabError, open_lab, why_not
from sawtna.checks.lab.scenario import Scenario, ScenarioError, read_scenario, scenarios

ACCUSING = {"blocked", "degraded"}


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    doings = parser.add_subparsers(dest="doing", required=True, metavar="list|run|score")
    doings.add_parser("list", help="name the scenarios")
    run_one = doings.add_parser("run", help="run a program behind an operator")
    run_one.add_argument("scenario", help="a name from the list, or the path of a YAML file")
    run_one.add_argument("command", nargs=argparse.REMAINDER, help="-- and a program with its arguments")
    score = doings.add_parser("score", help="check every scenario and count how often the verdict is right")
    score.add_argument("names", nargs="*", help="only these scenarios")
    score.add_argument("--runs", type=int, default=1, help="of each scenario (default: 1)")
    score.add_argument("--json", type=Path, metavar="FILE", help="write every result as a line of JSON")


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked."""
    try:
        if arguments.doing == "list":
            return _list()
        if reason := why_not():
            raise SystemExit(reason)
        return _run_one(arguments) if arguments.doing == "run" else _score(arguments)
    except (LabError, ScenarioError) as error:
        raise SystemExit(str(error)) from None


def _list() -> int:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for column in ("scenario", "what the operator does", "right verdict"):
        table.add_column(column)
    for scenario in scenarios().values():
        right = [*scenario.expected.verdicts, *scenario.expected.causes]
        table.add_row(scenario.name, scenario.title, ", ".join(right))
    Console().print(table)
    return 0


def find_scenario(name: str) -> Scenario:
    """A scenario by its name or its path; raises ScenarioError."""
    if name.endswith((".yaml", ".yml")):
        path = Path(name)
        if not path.exists():
            raise ScenarioError(f"There is no file {name}.")
        return read_scenario(path)
    found = scenarios().get(name)
    if found is None:
        raise ScenarioError(f"There is no scenario {name}. sawtna lab list names them.")
    return found


def _run_one(arguments: argparse.Namespace) -> int:
    command = [word for place, word in enumerate(arguments.command) if place or word != "--"]
    if not command:
        raise SystemExit("Say which program to run: sawtna lab run SCENARIO -- PROGRAM")
    scenario = find_scenario(arguments.scenario)
    with tempfile.TemporaryDirectory() as folder, open_lab(scenario, Path(folder), random.Random()) as lab:  # noqa: S311 (a network's dice)
        print(f"{scenario.name}: {scenario.title}.", file=sys.stderr)
        return lab.start(_found(command)).wait()


def _found(command: Sequence[str]) -> list[str]:
    """The same, with our own program when it is `sawtna`: inside of the lab it may not be on the path."""
    return (
        [sys.executable, "-m", "sawtna.cli.main", *command[1:]] if command[0] == "sawtna" else list(command)
    )


@dataclass(frozen=True, slots=True)
class Scored:
    """One run: what was said, and whether it was right."""

    scenario: str
    result: dict[str, Any]
    is_right: bool
    is_false_accusation: bool


def check_once(scenario: Scenario, dice: random.Random) -> Scored:
    """One lab, one check; raises LabError."""
    with tempfile.TemporaryDirectory() as folder, open_lab(scenario, Path(folder), dice) as lab:
        process = lab.start(_found(["sawtna", "check", "--json"]), stdout=subprocess.PIPE)
        said, _ = process.communicate(timeout=120)
    try:
        result = json.loads(said)
    except ValueError:
        raise LabError(
            f"{scenario.name}: sawtna check ended with {process.returncode} and said nothing."
        ) from None
    return Scored(scenario.name, result, is_right(scenario, result), is_false(scenario, result))


def is_right(scenario: Scenario, result: dict[str, Any]) -> bool:
    """Whether the verdict is one of those expected, and, where it accuses, names one of the causes."""
    expected = scenario.expected
    if result["verdict"] not in expected.verdicts:
        return False
    return result["verdict"] not in ACCUSING or bool(set(result["causes"]) & set(expected.causes))


def is_false(scenario: Scenario, result: dict[str, Any]) -> bool:
    """Whether an innocent network was accused."""
    return result["verdict"] in ACCUSING and not ACCUSING & set(scenario.expected.verdicts)


def _score(arguments: argparse.Namespace) -> int:
    wanted = [find_scenario(name) for name in arguments.names] or list(scenarios().values())
    scored: list[Scored] = []
    for scenario in wanted:
        for _ in range(arguments.runs):
            one = check_once(scenario, random.Random(os.urandom(16)))  # noqa: S311 (a network's dice)
            scored.append(one)
            _say(one)
            if arguments.json:
                with arguments.json.open("a", encoding="utf-8") as file:
                    file.write(
                        json.dumps({"scenario": one.scenario, "right": one.is_right, **one.result}) + "\n"
                    )
    Console().print(_summary(wanted, scored))
    return 0 if all(one.is_right for one in scored) else 1


def _say(one: Scored) -> None:
    told = one.result
    sign, size = "right" if one.is_right else "WRONG", told["bytes"] // 1000
    said = f"{told['verdict']:12} {', '.join(told['causes'])}"
    print(f"{sign}  {one.scenario:24} {said}  {told['seconds']} s, {size} kB", flush=True)


def _summary(wanted: Sequence[Scenario], scored: Sequence[Scored]) -> Table:
    table = Table(title="Verdicts by scenario")
    for column in ("scenario", "right", "of", "median s", "most s", "most kB", "otherwise said"):
        table.add_column(column)
    for scenario in wanted:
        own = [one for one in scored if one.scenario == scenario.name]
        others = {
            f"{one.result['verdict']} {','.join(one.result['causes'])}" for one in own if not one.is_right
        }
        seconds, sizes = [one.result["seconds"] for one in own], [one.result["bytes"] for one in own]
        right = sum(one.is_right for one in own)
        table.add_row(
            scenario.name,
            str(right),
            str(len(own)),
            f"{statistics.median(seconds):.1f}",
            f"{max(seconds):.1f}",
            f"{max(sizes) / 1000:.0f}",
            "; ".join(sorted(others)),
        )
    false = sum(one.is_false_accusation for one in scored)
    table.caption = (
        f"{sum(one.is_right for one in scored)} of {len(scored)} right; {false} false accusations."
    )
    return table
