"""Build an operator on this machine that blocks what you like, and run a program behind it. Needs root on Linux.

    sawtna lab list
    sawtna lab run stun-cookie -- sawtna check
    sawtna lab score --runs 1 --peers

A scenario is a small YAML file; `run` also takes the path of one of your own. Inside, SAWTNA_FAR_END names the far end, so that
`sawtna check` needs no address. `score` checks every scenario with our instrument and prints how often it was right.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from sawtna.checks.lab.network import LabError, open_lab, why_not
from sawtna.checks.lab.scenario import BY_HAND, Scenario, ScenarioError, read_scenario, scenarios
from sawtna.cli.lab_score import own_program, score


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    doings = parser.add_subparsers(dest="doing", required=True, metavar="list|run|score")
    doings.add_parser("list", help="name the scenarios")
    run_one = doings.add_parser("run", help="run a program behind an operator")
    run_one.add_argument("scenario", help="a name from the list, or the path of a YAML file")
    run_one.add_argument("command", nargs=argparse.REMAINDER, help="-- and a program with its arguments")
    scoring = doings.add_parser("score", help="check every scenario and count how often the verdict is right")
    scoring.add_argument("names", nargs="*", help="only these scenarios")
    scoring.add_argument("--runs", type=int, default=1, help="of each scenario (default: 1)")
    scoring.add_argument("--json", type=Path, metavar="FILE", help="write every result as a line of JSON")
    scoring.add_argument(
        "--peers", action="store_true", help="also say what OONI's and Wehe's rules say there"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do what is asked."""
    try:
        if arguments.doing == "list":
            return _list()
        if reason := why_not():
            raise SystemExit(reason)
        return _run_one(arguments) if arguments.doing == "run" else score(_wanted(arguments.names), arguments)
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
    found = scenarios().get(name) or scenarios(BY_HAND).get(name)
    if found is None:
        raise ScenarioError(f"There is no scenario {name}. sawtna lab list names them.")
    return found


def _wanted(names: Sequence[str]) -> Sequence[Scenario]:
    return [find_scenario(name) for name in names] or list(scenarios().values())


def _run_one(arguments: argparse.Namespace) -> int:
    command = [word for place, word in enumerate(arguments.command) if place or word != "--"]
    if not command:
        raise SystemExit("Say which program to run: sawtna lab run SCENARIO -- PROGRAM")
    scenario = find_scenario(arguments.scenario)
    with tempfile.TemporaryDirectory() as folder, open_lab(scenario, Path(folder), random.Random()) as lab:  # noqa: S311 (a network's dice)
        print(f"{scenario.name}: {scenario.title}.", file=sys.stderr)
        return lab.start(own_program(command)).wait()
