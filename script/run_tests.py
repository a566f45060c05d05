"""Runs the steps of script/test one after the other, with the time of each, and sums up at the end.

A step that fails does not stop the others: one run tells everything that is wrong.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
APART = "journey or wheel or bare"  # marks of the tests that have a step of their own


@dataclass(frozen=True)
class Step:
    """One heading of the run: its commands run in order, all of them, whether or not one fails."""

    heading: str
    commands: tuple[tuple[str, ...], ...]
    fast: bool = True  # part of script/test --fast
    only_if: str = ""  # a pattern of files without which there is nothing to check


def pytest(*arguments: str) -> tuple[str, ...]:
    """Spell a run of pytest with the Python of this environment."""
    return (sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors", *arguments)


def on_postgresql(*command: str) -> tuple[str, ...]:
    """Run a command with SAWTNA_DATABASE pointing at a private PostgreSQL."""
    return (sys.executable, "tests/postgres.py", *command)


UNIT = pytest("--ignore=tests/journeys", "-m", f"not ({APART})")
QUICK = pytest("--ignore=tests/journeys", "-m", f"not ({APART} or slow)")
STORED = on_postgresql(*pytest("--ignore=tests/journeys", "-m", f"stores and not ({APART})"))
SHELL = (".ci/run", "script/setup", "script/serve", "script/test", "script/voice.sh")
BROWSER_MODULES = "src/sawtna/**/static/**/*.js"
# Named one by one: Node 20 takes a folder, Node 22 does not, and only newer ones take a pattern.
SCRIPT_TESTS = [str(path) for path in sorted(HOUSE.glob("tests/js/*.test.js"))]
STORIES = "tests/journeys/test_*.py"

STEPS = (
    Step("Python style", (("ruff", "check", "--quiet"), ("ruff", "format", "--check", "--quiet"))),
    Step("Types", (("mypy",),)),
    Step("Arrows between rooms", (("lint-imports", "--no-cache"),)),
    Step(
        "Templates",
        (("djlint", "src", "--lint", "--quiet"),),
        only_if="src/sawtna/**/templates/**/*.html",
    ),
    Step("Shell scripts", (("shellcheck", *SHELL),)),
    Step("JavaScript and CSS style", (("npx", "--no-install", "biome", "check", "--error-on-warnings"),)),
    Step("JavaScript types", (("npx", "--no-install", "tsc"),), only_if=BROWSER_MODULES),
    Step("JavaScript tests", (("node", "--test", *SCRIPT_TESTS),), only_if="tests/js/*.test.js"),
    Step("Tests on SQLite", (UNIT,)),
    Step("Tests of what is stored, on PostgreSQL", (STORED,), fast=False),
    Step(
        "Journeys in a browser", (pytest("tests/journeys"),), fast=False, only_if="tests/journeys/test_*.py"
    ),
    Step("Bare: the book without Django", (pytest("tests/house", "-m", "bare"),), fast=False),
    Step("Wheel: the site without Node", (pytest("tests/house", "-m", "wheel"),), fast=False),
)


def say(text: str, colour: str = "1") -> None:
    """Write a line of our own between the lines of the tools; in colour only on a terminal."""
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\033[{colour}m{text}\033[0m" if coloured else text, flush=True)


def run(step: Step, commands: tuple[tuple[str, ...], ...]) -> tuple[bool, float]:
    """Run one step; tell whether all its commands succeeded, and the seconds they took."""
    say(f"\n── {step.heading} " + "─" * (76 - len(step.heading)))
    begun = time.monotonic()
    good = True
    for command in commands:
        done = subprocess.run(command, cwd=HOUSE, stdin=subprocess.DEVNULL, check=False)
        good = good and done.returncode == 0
    return good, time.monotonic() - begun


def has_subject(step: Step) -> bool:
    """Tell whether the tree holds anything for this step to check."""
    return not step.only_if or any(HOUSE.glob(step.only_if))


def run_all(*, fast: bool) -> int:
    """Run the steps, print the summary, return the exit status."""
    results = []
    for step in STEPS:
        if (fast and not step.fast) or not has_subject(step):
            continue
        commands = (QUICK,) if fast and step.commands == (UNIT,) else step.commands
        results.append((step.heading, *run(step, commands)))
    say("\n── Summary " + "─" * 69)
    for heading, good, seconds in results:
        say(f"{'passed' if good else 'FAILED'}  {seconds:6.1f} s  {heading}", "32" if good else "1;31")
    failed = sum(not good for _, good, _ in results)
    total = sum(seconds for _, _, seconds in results)
    say(f"{len(results)} steps in {total / 60:.1f} minutes; {failed or 'none'} failed.")
    return 1 if failed else 0


def main(arguments: list[str]) -> int:
    """Read the arguments of script/test."""
    if not arguments:
        return run_all(fast=False)
    if arguments == ["--fast"]:
        return run_all(fast=True)
    return subprocess.run((sys.executable, "-m", "pytest", *arguments), cwd=HOUSE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
