"""What can be seen of a house without the web framework: the machine, the folder, the keys, the files of the log."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import stat
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from sawtna import __version__
from sawtna.ledger.core.checkpoint import Checkpoint, open_checkpoint
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.numbers_file import unpack_numbers

OK, WARN, BAD = "ok", "warn", "bad"
OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 35)  # 2021-03; Django 5.2 asks for 3.31
LITTLE_ROOM, NO_ROOM = 1_000_000_000, 100_000_000  # bytes
BROUGHT = {  # what script/setup or the wheel brings, and git does not
    "fonts for browsers": "web/static/web/fonts/*.woff2",
    "programs for browsers made from npm": "*/static/**/made/*.js",
    "languages besides English": "locale/*/LC_MESSAGES/*.mo",
}
EARLIEST = datetime(2026, 11, 1, tzinfo=UTC)  # this program did not exist before


class Finding(NamedTuple):
    """One thing that was looked at: ok, warn or bad; what was seen; what to do."""

    state: str
    seen: str
    advice: str = ""


def examine_machine(var: Path) -> Iterator[Finding]:
    """Look at Python, SQLite, the browser files and the room on the disk."""
    version = sys.version_info[:3]
    shown = ".".join(map(str, version))
    if version < OLDEST_PYTHON:
        yield Finding(BAD, f"Python {shown}", "Sawtna needs Python 3.11 or newer.")
    else:
        yield Finding(OK, f"Sawtna {__version__} on Python {shown}")
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield Finding(
            BAD, f"SQLite {sqlite3.sqlite_version}", "Update it to 3.35 or newer, or take PostgreSQL."
        )
    else:
        yield Finding(OK, f"SQLite {sqlite3.sqlite_version}")
    yield from _examine_browser_files()
    yield _examine_room(var)


def _examine_browser_files() -> Iterator[Finding]:
    found = importlib.util.find_spec("sawtna")
    house = Path(found.origin).parent if found and found.origin else Path()
    for what, pattern in BROUGHT.items():
        count = len(list(house.glob(pattern)))
        if count:
            yield Finding(OK, f"{what}: {count}")
        else:
            yield Finding(BAD, f"{what}: none", "Run script/setup, or install the wheel again.")


def _examine_room(var: Path) -> Finding:
    place = next(folder for folder in (var, *var.parents) if folder.is_dir())
    free = shutil.disk_usage(place).free
    seen = f"{free / 1_000_000_000:,.1f} GB free on the disk of {var}"
    if free < NO_ROOM:
        return Finding(
            BAD, seen, "Make room now: a full disk loses nothing accepted, but nothing new is accepted."
        )
    if free < LITTLE_ROOM:
        return Finding(WARN, seen, "Make room soon.")
    return Finding(OK, seen)


def examine_house(var: Path, now: datetime) -> Iterator[Finding]:
    """Look at the folder, who may read what in it, the clock and the published files."""
    if not var.is_dir():
        yield Finding(
            BAD,
            f"there is no folder {var}",
            f"Open a house there with `sawtna serve --var {var}`, or say with --var where it is.",
        )
        return
    yield from _examine_rights(var)
    yield _examine_clock(var / "log/checkpoint", now)
    yield from examine_log(var / "log")


def _examine_rights(var: Path) -> Iterator[Finding]:
    mode = stat.S_IMODE(var.stat().st_mode)
    if mode & stat.S_IWOTH:
        yield Finding(BAD, f"everybody may write in {var}", f"Close it: chmod o-w {var}")
    elif not os.access(var, os.W_OK | os.X_OK):
        yield Finding(BAD, f"this user may not write in {var}", "Run Sawtna as the user who owns the folder.")
    else:
        yield Finding(OK, f"{var} is writable for this user and not for everybody")
    for path in (
        var / "secret",
        var / "house.json",
        var / "sawtna.sqlite3",
        *sorted((var / "keys").glob("*.key")),
    ):
        if path.exists():
            yield _examine_secret(path)


def _examine_secret(path: Path) -> Finding:
    """Whoever reads these can sign in as anyone or sign checkpoints: they are for their owner alone."""
    found = path.stat()
    if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Finding(BAD, f"others may read {path}", f"Close it: chmod 600 {path}")
    if found.st_uid != os.geteuid():
        return Finding(WARN, f"{path} belongs to another user", "Run Sawtna as the user who owns it.")
    return Finding(OK, f"{path.name} is for its owner alone")


def _examine_clock(checkpoint: Path, now: datetime) -> Finding:
    published = datetime.fromtimestamp(checkpoint.stat().st_mtime, UTC) if checkpoint.exists() else EARLIEST
    if now < EARLIEST or now < published - timedelta(minutes=1):
        return Finding(
            BAD,
            f"the clock says {now:%Y-%m-%d %H:%M} UTC, which is in the past",
            "Set it, and keep it right (on Debian: apt install systemd-timesyncd): days are counted by it.",
        )
    return Finding(OK, f"the clock says {now:%Y-%m-%d %H:%M} UTC")


def examine_log(log: Path) -> Iterator[Finding]:
    """Look at the head of the published book: signed, and the numbers beside it of the same state."""
    if not (log / "checkpoint").is_file():
        yield Finding(WARN, "nothing is published yet", "`sawtna serve` publishes when it starts.")
        return
    try:
        checkpoint = _open_head(log)
        numbers = unpack_numbers((log / "numbers.json").read_bytes())
    except (BookError, OSError, ValueError) as fault:
        yield Finding(
            BAD, f"the published book cannot be read: {fault}", f"See more with: sawtna audit {log}"
        )
        return
    yield Finding(OK, f"checkpoint of {checkpoint.size} entries, signed by {checkpoint.origin}")
    if (numbers.size, numbers.root) == (checkpoint.size, checkpoint.root):
        yield Finding(OK, f"{len(numbers.numbers)} numbers of the same state")
    else:
        yield Finding(
            WARN, "numbers.json is of another state than the checkpoint", "`sawtna serve` puts it right."
        )


def _open_head(log: Path) -> Checkpoint:
    policy = (log / "policy").read_text(encoding="utf-8")
    keys = [line.split()[1] for line in policy.splitlines() if line.startswith("log ")]
    if not keys:
        raise ValueError("the policy names no key of the log")
    return open_checkpoint((log / "checkpoint").read_text(encoding="utf-8"), Verifier.parse(keys[0]))
