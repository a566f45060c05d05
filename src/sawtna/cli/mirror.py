"""Keep a checked copy of a site as plain files, for any web server: when the site is blocked or gone, the copy is there.

The copy is shown only when the book is signed and continues what was copied before, every number is what the book gives, and
every figure of every page is that number; else the old copy stays. DIR becomes a link to the copy; what the mirror needs to go on
lies beside it in DIR.kept. Exit status of --once: 0 copied or nothing new, 1 the site shows a wrong number, 2 another history or
an invalid book, 3 something could not be had.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich import progress as rich_progress
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, SpinnerColumn, TextColumn

from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.checks.kinds import enroll_checks
from sawtna.cli.far_files import open_client
from sawtna.cli.mirror_folder import MirrorError, MirrorFolder
from sawtna.cli.mirror_log import Progress
from sawtna.cli.mirror_round import Mirror
from sawtna.cli.mirror_serving import LOOPBACK, open_server
from sawtna.ledger.core.policy import unpack_policy
from sawtna.ledger.core.verdict import INCOMPLETE, INVALID, OK, WRONG_NUMBER

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
COLOURS = {OK: "green", WRONG_NUMBER: "bold red", INVALID: "bold red", INCOMPLETE: "yellow"}
SHORTEST = 10  # seconds between two rounds
STEPS = ("files", "entries", "words", "pages")


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument("address", metavar="URL", help="the site, such as https://sawtna.example")
    parser.add_argument(
        "folder", metavar="DIR", type=Path, help="where the copy is to be; new, or of this mirror"
    )
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--once", action="store_true", help="copy once and end (this is what happens anyway)")
    how.add_argument(
        "--every", metavar="TIME", type=interval, help="copy again and again, such as every 30s, 5m, 2h"
    )
    parser.add_argument(
        "--policy", type=Path, metavar="FILE", help="the log's key and witnesses, from somebody you trust"
    )
    parser.add_argument(
        "--accept-missing", action="store_true", help="show the copy although some pages could not be had"
    )
    parser.add_argument(
        "--serve", type=int, metavar="PORT", help="show the copy on http://127.0.0.1:PORT, to try it out"
    )
    parser.add_argument(
        "--workers",
        type=int,
        default=os.cpu_count() or 1,
        metavar="N",
        help="processes that check (default: all cores)",
    )


def interval(text: str) -> int:
    """Seconds of a text such as 5m; raises ArgumentTypeError."""
    match = re.fullmatch(r"([1-9][0-9]{0,6})([smhd])", text)
    seconds = int(match[1]) * UNITS[match[2]] if match else 0
    if seconds < SHORTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no time of {SHORTEST}s or more, such as 30s, 5m or 2h")
    return seconds


def run(arguments: argparse.Namespace) -> int:
    """Copy, once or for ever."""
    enroll_campaigns()
    enroll_checks()
    folder = MirrorFolder(arguments.folder)
    try:
        pinned = arguments.policy.read_text(encoding="utf-8") if arguments.policy else None
        if pinned is not None:
            unpack_policy(pinned)  # says at once what is wrong with it
        folder.open()
    except MirrorError as trouble:
        raise SystemExit(str(trouble)) from None
    with open_client("sawtna-mirror") as client, _shown(arguments, folder):
        mirror = Mirror(folder, client, arguments.address, pinned)
        mirror.accepts_missing = arguments.accept_missing
        # A process that has threads, as one that serves has, must not fork the workers of the audit.
        mirror.workers = arguments.workers if arguments.serve is None else 1
        return (
            _copy_for_ever(mirror, arguments.every)
            if arguments.every
            else _copy_once(mirror, arguments.serve)
        )


@contextmanager
def _shown(arguments: argparse.Namespace, folder: MirrorFolder) -> Iterator[None]:
    """While the command runs, show the copy if it was asked for."""
    server = None if arguments.serve is None else open_server(folder.shown, arguments.serve)
    if server:
        print(
            f"The copy is shown on http://{LOOPBACK}:{server.server_address[1]}/ (Ctrl-C ends).", flush=True
        )
    try:
        yield
    finally:
        if server:
            server.shutdown()
            server.server_close()
        folder.close()


def _copy_once(mirror: Mirror, serve: int | None) -> int:
    status = _copy(mirror)
    while serve is not None and mirror.folder.shown.is_dir():
        time.sleep(3600)
    return status


def _copy_for_ever(mirror: Mirror, every: int) -> int:
    """Copy, rest, and copy again; a site that is down or lies, or a disk that is full, may be better the next time."""
    while True:
        try:
            _copy(mirror)
        except OSError as fault:
            print(f"The copy stays as it was: {fault}.", file=sys.stderr, flush=True)
        time.sleep(every)


def _copy(mirror: Mirror) -> int:
    console = Console(highlight=False)
    with _progress(console) as show:
        outcome = mirror.round(show)
    now = datetime.now(UTC).strftime("%H:%M:%S")  # noqa: TID251 (the edge: the line says when)
    console.print(f"[dim]{now}[/] [{COLOURS[outcome.status]}]{escape(outcome.sentence)}[/]", soft_wrap=True)
    return outcome.status


@contextmanager
def _progress(console: Console) -> Iterator[Progress]:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with rich_progress.Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        tasks = {name: bar.add_task(name, total=None, visible=False) for name in STEPS}

        def show(name: str, done: int, total: int) -> None:
            bar.update(tasks[name], completed=done, total=total or None, visible=True)

        yield show
