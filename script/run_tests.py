"""Runs the steps of script/test, with the time of each, and sums up at the end.

A step that fails does not stop the others: one run tells everything that is wrong. The quick steps run one after
the other; the long ones two at a time, each saying what it has to say when it is done.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
APART = "journey or wheel or bare"  # marks of the tests that have a step of their own in a whole run
AT_ONCE = min(2, os.cpu_count() or 1)  # long steps at the same time


@dataclass(frozen=True)
class Step:
    """One heading of the run: its commands run in order, all of them, whether or not one fails."""

    heading: str
    commands: tuple[tuple[str, ...], ...]
    fast: bool = True  # part of script/test --fast
    long: bool = False  # may take minutes, and runs beside another
    only_if: str = ""  # a pattern of files without which there is nothing to check


def pytest(*arguments: str) -> tuple[str, ...]:
    """Spell a run of pytest with the Python of this environment."""
    return (sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors", *arguments)


def on_postgresql(*command: str) -> tuple[str, ...]:
    """Run a command with SAWTNA_DATABASE pointing at a private PostgreSQL."""
    return (sys.executable, "tests/postgres.py", *command)


SQUARE = pytest("tests/campaigns", "-m", f"not ({APART})")
OTHERS = pytest(
    *(f"--ignore=tests/{folder}" for folder in ("journeys", "checks", "campaigns")), "-m", f"not ({APART})"
)
CHECKS = pytest("tests/checks", "-m", f"not ({APART})")
QUICK = pytest("--ignore=tests/journeys", "-m", "not (journey or wheel or slow)")
STORED = on_postgresql(*pytest("--ignore=tests/journeys", "-m", f"stores and not ({APART})"))
SHELL = (".ci/run", "script/setup", "script/serve", "script/test", "script/voice.sh")
BROWSER_MODULES = "src/sawtna/**/static/**/*.js"
# Named one by one: Node 20 takes a folder, Node 22 does not, and only newer ones take a pattern.
SCRIPT_TESTS = [str(path) for path in sorted(HOUSE.glob("tests/js/*.test.js"))]
WHEEL = pytest("tests/house", "-m", "wheel")
BARE = pytest("tests/house", "-m", "bare")
JOURNEYS = pytest("tests/journeys")

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
    # The longest first, so that two rows of work end at about the same time.
    Step("Tests of campaigns", (SQUARE,), fast=False, long=True),
    Step("Tests on SQLite", (OTHERS,), long=True),
    Step("Journeys in a browser", (JOURNEYS,), fast=False, long=True, only_if="tests/journeys/test_*.py"),
    Step("Bare: the book without Django", (BARE,), fast=False, long=True),
    Step("Tests of checks", (CHECKS,), fast=False, long=True),
    Step("Tests of what is stored, on PostgreSQL", (STORED,), fast=False, long=True),
    Step("Wheel: the site without Node", (WHEEL,), fast=False, long=True),
)


@dataclass(frozen=True)
class Result:
    """How one step ended."""

    heading: str
    good: bool
    seconds: float


def say(text: str, colour: str = "1") -> None:
    """Write a line of our own between the lines of the tools; in colour only on a terminal."""
    coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\033[{colour}m{text}\033[0m" if coloured else text, flush=True)


def head(heading: str) -> None:
    """Begin the part of a step."""
    say(f"\n── {heading} " + "─" * (76 - len(heading)))


def run(step: Step, output: int | None = None) -> Result:
    """Run one step to its end; what its commands say goes to `output`, or straight to whoever looks on."""
    begun = time.monotonic()
    good = True
    for command in step.commands:
        done = subprocess.run(
            command, cwd=HOUSE, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False
        )
        good = good and done.returncode == 0
    return Result(step.heading, good, time.monotonic() - begun)


def run_aside(step: Step) -> tuple[Result, bytes]:
    """Run one step without a word, and give what it had to say afterwards."""
    with tempfile.TemporaryFile() as said:
        result = run(step, said.fileno())
        said.seek(0)
        return result, said.read()


def run_beside(steps: list[Step]) -> Iterator[Result]:
    """Run long steps, a few at a time, and show each when it is done."""
    with ThreadPoolExecutor(AT_ONCE) as rows:
        for done in as_completed([rows.submit(run_aside, step) for step in steps]):
            result, said = done.result()
            head(result.heading)
            sys.stdout.buffer.write(said)
            sys.stdout.buffer.flush()
            yield result


def chosen(*, fast: bool) -> list[Step]:
    """Choose the steps of this run: those that are asked for and have something to check."""
    steps = [step for step in STEPS if step.fast or not fast]
    steps = [step for step in steps if not step.only_if or any(HOUSE.glob(step.only_if))]
    return [
        replace(step, commands=(QUICK,)) if fast and step.commands == (OTHERS,) else step for step in steps
    ]


def run_all(*, fast: bool) -> int:
    """Run the steps, print the summary, return the exit status."""
    begun = time.monotonic()
    results = []
    steps = chosen(fast=fast)
    for step in (step for step in steps if not step.long):
        head(step.heading)
        results.append(run(step))
    long = [step for step in steps if step.long]
    say(f"\nNow the long steps, {AT_ONCE} at a time: {', '.join(step.heading for step in long)}.")
    results += run_beside(long)
    return sum_up(results, time.monotonic() - begun)


def sum_up(results: list[Result], seconds: float) -> int:
    """Print how each step ended, and return the exit status."""
    head("Summary")
    for result in results:
        word, colour = ("passed", "32") if result.good else ("FAILED", "1;31")
        say(f"{word}  {result.seconds:6.1f} s  {result.heading}", colour)
    failed = sum(not result.good for result in results)
    say(f"{len(results)} steps in {seconds / 60:.1f} minutes; {failed or 'none'} failed.")
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
