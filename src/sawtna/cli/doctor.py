"""Look at a house and say what is wrong with it, line by line, each with what to do about it.

Changes nothing. The exit status is 1 when something is bad, 0 when it is only worth knowing.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from sawtna.cli.examination import BAD, OK, WARN, Finding, examine_house, examine_machine
from sawtna.cli.far_end_examination import examine_far_end

COLOURS = {OK: "32", WARN: "33", BAD: "1;31"}
WEB_PART = "sawtna.web.commands.examination"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("--var", metavar="DIR", help="the folder of the house (SAWTNA_VAR; ./var)")
    parser.add_argument("--database", metavar="URL", help="its database, when it is not in the folder")
    parser.add_argument("--origin", metavar="URL", help="the public address of the site (SAWTNA_ORIGIN)")


def run(arguments: argparse.Namespace) -> int:
    """Look, and tell."""
    worst = 0
    for finding in examine(arguments):
        tell(finding)
        worst = max(worst, int(finding.state == BAD))
    return worst


def examine(arguments: argparse.Namespace) -> Iterator[Finding]:
    """Everything that can be looked at here, from the machine to the pages."""
    var = Path(arguments.var or os.environ.get("SAWTNA_VAR") or "var").resolve()
    yield from examine_machine(var)
    yield from examine_house(var, datetime.now(UTC))  # noqa: TID251 (the edge: a doctor asks what time it is)
    yield from examine_far_end(var)
    if importlib.util.find_spec("django") is None:
        yield Finding(
            WARN, "the web part is not installed", "To open a site here: pip install 'sawtna[web]'."
        )
    elif (var / "secret").is_file():
        for state, seen, advice in importlib.import_module(WEB_PART).examine_site(arguments):
            yield Finding(state, seen, advice)


def tell(finding: Finding) -> None:
    """Print one finding, and below it what to do."""
    mark = finding.state
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        mark = f"\033[{COLOURS[finding.state]}m{mark}\033[0m"
    print(f"{mark}{' ' * (5 - len(finding.state))} {finding.seen}")
    if finding.advice:
        print(f"      {finding.advice}")
