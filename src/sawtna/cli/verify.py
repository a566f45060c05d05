"""Recompute the verdict of a check from the packets in its file, and check who signed it.

    sawtna verify FILE-or-URL

Exit status: 0 the file holds, 2 it does not.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

import httpx

from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.evidence import MOST_BYTES, Evidence, conclude_evidence, open_evidence
from sawtna.checks.core.verdict import Verdict
from sawtna.checks.telling import LANGUAGES, headline, own_language, reasons, speak

SECONDS = 30.0


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "file", nargs="+", help="evidence that sawtna check --save wrote, or its public address"
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, default=own_language(os.environ), help="of the answer"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a file")


def run(arguments: argparse.Namespace) -> int:
    """Verify each file."""
    status = 0
    for place in arguments.file:
        try:
            opened = open_evidence(_read(place))
            verdict = conclude_evidence(opened)
        except EvidenceError as error:
            print(f"{place}: {error}", file=sys.stderr)
            status = 2
            continue
        if arguments.json:
            print(json.dumps(_as_object(place, opened, verdict)))
        else:
            _tell(place, opened, verdict, arguments.language)
    return status


def _read(place: str) -> str:
    """The text of a file, here or at its address; raises EvidenceError when it cannot be had."""
    if not place.startswith(("https://", "http://")):
        try:
            return Path(place).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise EvidenceError(f"This file could not be read: {error.strerror or error}.") from None
    try:
        with httpx.stream("GET", place, timeout=SECONDS, follow_redirects=True) as answer:
            answer.raise_for_status()
            data = bytearray()
            for part in answer.iter_bytes():
                data += part
                if len(data) > MOST_BYTES:
                    break
    except httpx.HTTPStatusError as error:
        told = f"This file could not be fetched: the site answered {error.response.status_code}."
        raise EvidenceError(told) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise EvidenceError(f"This file could not be fetched: {error}.") from None
    return data.decode("utf-8", errors="replace")


def _as_object(place: str, opened: Evidence, verdict: Verdict) -> dict[str, object]:
    return {
        "file": place,
        "verdict": verdict.verdict,
        "causes": verdict.causes,
        "hop": verdict.hop,
        "far_end": opened.half.vkey if opened.half else None,
        "partial": not opened.run.is_whole,
    }


def _tell(place: str, opened: Evidence, verdict: Verdict, language: str) -> None:
    _, told = speak(language), opened.told
    print(f"{place}: {headline(verdict, _)}")
    for reason in reasons(verdict, _):
        print(f"  {reason}")
    print(f"  {told['measurement_start_time']} UTC, {told['probe_asn']}, {told['probe_cc']}.")
    if opened.half:
        print(" ", _("Signed by the probe and by the far end: %(key)s") % {"key": opened.half.vkey})
    else:
        print(" ", _("The check was not finished, so the probe alone signed it."))
