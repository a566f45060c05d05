"""Check a book: verify its log, fold every number again, and compare with what the site shows.

Give the address of a site, or a folder that somebody copied. Exit status: 0 all is as shown, 1 a shown number, a
quoted word or a check differs from what lies behind it, 2 the log is invalid or inconsistent, 3 something is missing.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeRemainingColumn,
)

from sawtna.campaigns.core.casting.promises import promised_leaf
from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.checks.kinds import enroll_checks
from sawtna.cli import auditing
from sawtna.cli.auditing import Audit
from sawtna.cli.book_reader import BookReader, ReadError, open_reader
from sawtna.cli.evidence_audit import check_evidence
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.verdict import INCOMPLETE, INVALID, OK, WRONG_NUMBER

SECONDS = 30.0
LABELS = {
    "invalid": "[bold red]invalid[/]",
    "number": "[bold red]number [/]",
    "missing": "[yellow]missing[/]",
    "warning": "[dim]note   [/]",
}
CLOSING = {
    OK: "[green]Every number, every figure with a star and every quoted word is what the book gives.[/]",
    WRONG_NUMBER: "[red]The site shows what the book does not give, or checks that their files do not bear out.[/]",
    INVALID: "[red]This book is invalid: do not trust it or its numbers.[/]",
    INCOMPLETE: "[yellow]Something is missing, so not all could be checked.[/]",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "place", metavar="URL-or-folder", help="a site such as https://sawtna.example, or a folder"
    )
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="the log's key and witnesses, kept from an earlier day"
    )
    parser.add_argument(
        "--state", type=Path, metavar="FILE", help="remember what was seen; next time prove that it only grew"
    )
    parser.add_argument(
        "--receipt",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="check a receipt too, as a file or as the text of its QR code (may be repeated)",
    )
    parser.add_argument(
        "--promise",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help="check that a promise which a site gave for a vote was kept (may be repeated)",
    )
    parser.add_argument(
        "--no-pages", action="store_true", help="do not compare the figures and words of pages"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes at once (default: all cores)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of words")


def run(arguments: argparse.Namespace) -> int:
    """Audit, report, and give the exit status."""
    enroll_campaigns()
    enroll_checks()
    console = Console(stderr=arguments.json, highlight=False)
    headers = {"user-agent": "sawtna-audit"}
    try:
        with httpx.Client(timeout=SECONDS, follow_redirects=True, headers=headers) as client:
            audit = _audit(arguments, open_reader(arguments.place, client), console)
    except ReadError as trouble:
        return _refuse(arguments, str(trouble))
    except OSError as trouble:
        return _refuse(
            arguments, f"{trouble.filename or 'A file'} could not be read: {trouble.strerror or trouble}."
        )
    if arguments.state and audit.checkpoint and audit.findings.exit_code in (OK, WRONG_NUMBER):
        _keep_state(arguments.state, audit)
    if arguments.json:
        sys.stdout.write(json.dumps(_as_json(audit), ensure_ascii=False, indent=1) + "\n")
    else:
        _report(audit, console)
    return audit.findings.exit_code


def _refuse(arguments: argparse.Namespace, sentence: str) -> int:
    if arguments.json:
        found = {"exit": INCOMPLETE, "findings": [{"grade": "missing", "text": sentence}]}
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stderr.write(f"{sentence}\n")
    return INCOMPLETE


def _audit(arguments: argparse.Namespace, reader: BookReader, console: Console) -> Audit:
    pinned = arguments.policy.read_text(encoding="utf-8") if arguments.policy else None
    receipts = [(path.name, path.read_bytes()) for path in arguments.receipt]
    promises = [(path.name, path.read_bytes()) for path in arguments.promise]
    state = _older_state(arguments.state)
    with _progress(console) as progress:
        moment = datetime.now(UTC)  # noqa: TID251 (a command is an edge)
        audit = Audit(reader, moment.date(), progress, now=int(moment.timestamp()))
        audit.evidence = reader.evidence()
        audit.sought |= dict.fromkeys(leaf for _, note in promises if (leaf := promised_leaf(note)))
        if auditing.check_head(audit, pinned):
            auditing.check_entries(audit, arguments.workers)
            auditing.check_tree(audit)
            if state:
                auditing.check_older_state(audit, *state)
            if audit.findings.counts["invalid"]:
                audit.findings.add("warning", "As the book is invalid, its numbers were not compared.")
            else:
                auditing.check_numbers(audit)
            auditing.check_openings(audit)
            check_evidence(audit, arguments.workers)
            for name, data in receipts:
                auditing.check_receipt(audit, name, data)
            for name, note in promises:
                auditing.check_promise(audit, name, note)
            if not arguments.no_pages:
                auditing.check_pages(audit)
    return audit


@contextmanager
def _progress(console: Console) -> Iterator[auditing.Progress]:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        tasks = {
            name: bar.add_task(name, total=None, visible=False)
            for name in ("entries", "words", "checks", "pages")
        }

        def show(name: str, done: int, total: int) -> None:
            bar.update(tasks[name], completed=done, total=total or None, visible=True)

        yield show


def _older_state(path: Path | None) -> tuple[object, object, bytes] | None:
    if path is None or not path.exists():
        return None
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return kept["origin"], kept["size"], decode_base64url(kept["root"])
    except (ValueError, KeyError, TypeError, BookError) as error:
        raise ReadError(
            f"{path} is no state file of an audit ({error}). Give another, or delete it to begin anew."
        ) from error


def _keep_state(path: Path, audit: Audit) -> None:
    if audit.checkpoint:
        kept = {
            "origin": audit.checkpoint.origin,
            "size": audit.checkpoint.size,
            "root": encode_base64url(audit.checkpoint.root),
        }
        path.write_text(json.dumps(kept) + "\n", encoding="utf-8")


def _as_json(audit: Audit) -> dict[str, object]:
    findings, checkpoint = audit.findings, audit.checkpoint
    return {
        "exit": findings.exit_code,
        "place": audit.reader.name,
        "origin": checkpoint.origin if checkpoint else None,
        "size": checkpoint.size if checkpoint else None,
        "root": encode_base64url(checkpoint.root) if checkpoint else None,
        "as_of": audit.as_of.isoformat() if audit.as_of else None,
        "numbers": len(audit.numbers),
        "pages": audit.pages,
        "figures": audit.figures,
        "quotes": audit.quotes,
        "checks": audit.recomputed,
        "first_bad_index": findings.first_bad_index,
        "counts": findings.counts,
        "findings": [one.as_json() for one in findings.sentences],
    }


def _report(audit: Audit, console: Console) -> None:
    for one in audit.findings.sentences:
        console.print(f"{LABELS[one.grade]} {one.text}", soft_wrap=True)
    hidden = sum(audit.findings.counts.values()) - len(audit.findings.sentences)
    if hidden:
        console.print(f"… and {hidden} more.")
    if audit.checkpoint:
        console.print(
            f"{audit.checkpoint.origin}: {audit.checkpoint.size:,} entries, {len(audit.numbers):,} numbers,"
            f" {audit.figures:,} figures and {audit.quotes:,} quotes on {audit.pages:,} pages."
        )
    if audit.recomputed:
        console.print(f"Checks of networks, recomputed from their packets: {audit.recomputed:,}.")
    elif audit.unseen_checks:
        console.print(
            f"Checks of networks: {audit.unseen_checks:,}. Their files were not read here, so these were not recomputed;"
            " sawtna mirror copies them, and an audit of the copy recomputes them.",
            soft_wrap=True,
        )
    if audit.findings.first_bad_index is not None:
        console.print(f"The first bad entry is {audit.findings.first_bad_index}.")
    console.print(CLOSING[audit.findings.exit_code])
