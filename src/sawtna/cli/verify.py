"""Recompute the verdict of a check from the packets in its file, and check who signed it.

    sawtna verify FILE

Exit status: 0 the file holds, 2 it does not.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.evidence import recompute
from sawtna.checks.telling import LANGUAGES, headline, reasons, speak


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("file", type=Path, nargs="+", help="evidence that sawtna check --save wrote")
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")


def run(arguments: argparse.Namespace) -> int:
    """Verify each file."""
    status = 0
    for path in arguments.file:
        try:
            told, verdict = recompute(path.read_text(encoding="utf-8", errors="replace"))
        except EvidenceError as error:
            print(f"{path}: {error}", file=sys.stderr)
            status = 2
            continue
        if arguments.json:
            print(
                json.dumps(
                    {
                        "file": str(path),
                        "verdict": verdict.verdict,
                        "causes": verdict.causes,
                        "hop": verdict.hop,
                    }
                )
            )
            continue
        say = speak(arguments.language)
        print(f"{path}: {headline(verdict, say)}")
        for reason in reasons(verdict, say):
            print(f"  {reason}")
        print(
            f"  {told['measurement_start_time']} UTC, {told['probe_asn']}, {told['probe_cc']}; signed by probe and far end."
        )
    return status
