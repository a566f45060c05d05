"""Which house a command works on: the options that all commands of the site share, and starting Django in it."""

from __future__ import annotations

import argparse
import fcntl
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LANGUAGES = ("ar", "fr", "en")
REMEMBERED = ("database", "origin", "language", "country")
MEMORY = "house.json"  # may hold the password of the database: for its owner alone


def configure_house(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which house is meant; each has an environment variable of the same meaning."""
    house = parser.add_argument_group("the house")
    house.add_argument(
        "--var", metavar="DIR", help="the folder of everything that is kept (SAWTNA_VAR; ./var)"
    )
    house.add_argument(
        "--database", metavar="URL", help="postgresql://… (SAWTNA_DATABASE; a SQLite file in the folder)"
    )
    house.add_argument("--origin", metavar="URL", help="the public address of the site (SAWTNA_ORIGIN)")
    house.add_argument(
        "--language",
        choices=LANGUAGES,
        help="for visitors who do not say which they read (SAWTNA_LANGUAGE; ar)",
    )
    house.add_argument(
        "--country",
        type=country,
        metavar="XX",
        help="whose months and digits pages of no campaign use, such as MA (SAWTNA_COUNTRY; that of the campaigns here)",
    )


def country(text: str) -> str:
    """Read a country: two letters, in either case."""
    if len(text) != 2 or not (text.isascii() and text.isalpha()):
        raise argparse.ArgumentTypeError(f"got {text!r}, expected two letters such as MA")
    return text.upper()


def furnish_environment(arguments: argparse.Namespace) -> Path:
    """Turn the options into SAWTNA_* variables (an option wins over a variable) and return VAR."""
    for name in ("var", *REMEMBERED):
        if value := getattr(arguments, name, None):
            os.environ[f"SAWTNA_{name.upper()}"] = value
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sawtna.web.settings")
    return Path(os.environ.get("SAWTNA_VAR") or "var").resolve()


def remember_house(var: Path) -> None:
    """Note how the house was opened, so that the other commands need not be told its database and address again."""
    facts = {name: os.environ.get(f"SAWTNA_{name.upper()}", "") for name in REMEMBERED}
    _write_secret(var / MEMORY, json.dumps(facts).encode())


def recall_house(var: Path) -> None:
    """Fill in what neither an option nor a variable says with what `sawtna serve` was told the last time."""
    try:
        facts = json.loads((var / MEMORY).read_bytes())
    except (OSError, ValueError):
        return
    for name in REMEMBERED:
        if facts.get(name):
            os.environ.setdefault(f"SAWTNA_{name.upper()}", facts[name])


@contextmanager
def one_at_a_time(var: Path) -> Iterator[None]:
    """Hold the door while the house is being made ready: of two that start at once, the second waits and finds it ready."""
    with os.fdopen(os.open(var / "opening.lock", os.O_RDWR | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the system lets go when the process ends, however it ends
        yield


def prepare_var(var: Path) -> None:
    """Make VAR, its database file and its secret, readable for this user alone where that matters."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        with one_at_a_time(var):
            if not os.environ.get("SAWTNA_DATABASE"):
                _make_once(var / "sawtna.sqlite3", b"")
            _make_once(var / "secret", secrets.token_urlsafe(48).encode())
    except OSError as fault:
        raise SystemExit(
            f"Sawtna keeps everything in {var}, and cannot write there: {fault.strerror}. "
            "Give this user the right to write, or choose another folder with --var."
        ) from fault


def _make_once(path: Path, content: bytes) -> None:
    """Write a file that nobody else may read, unless it is there."""
    if not path.exists():
        _write_secret(path, content)


def _write_secret(path: Path, content: bytes) -> None:
    """Write a file for its owner alone, whole or not at all."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as output:
        output.write(content)
        os.fsync(output.fileno())
    fresh.replace(path)


def start_django() -> None:
    """Start Django in the house that the environment describes."""
    import django
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except (ImproperlyConfigured, ValueError) as fault:
        raise SystemExit(f"The settings make no sense: {fault}") from fault


def enter_house(arguments: argparse.Namespace) -> Path:
    """Start Django in a house that exists already, with its database as the programs expect it; return VAR.

    Raises:
        SystemExit: there is no house, or its database cannot be reached.
    """
    var = furnish_environment(arguments)
    recall_house(var)
    if not (var / "secret").is_file():
        raise SystemExit(
            f"There is no Sawtna house in {var}. Open one with `sawtna serve --var {var}` first."
        )
    start_django()
    migrate_when_needed()

    from django.utils import translation

    translation.activate("en")  # a terminal reads from left to right, and its other words are English
    return var


def migrate_when_needed() -> None:
    """Bring the database to the shape that this version expects; does nothing when it has it.

    Raises:
        SystemExit: the database cannot be reached, or refuses.
    """
    from django.core.management import call_command
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
    except DatabaseError as fault:
        raise SystemExit(_sentence_of_database(fault)) from fault


def _sentence_of_database(fault: Exception) -> str:
    from django.db import connection

    place = connection.settings_dict
    where = f"{place['HOST']}:{place['PORT'] or 5432}" if place["HOST"] else str(place["NAME"])
    reason = " ".join(str(fault).split())
    return (
        f"The database at {where} does not answer as it should: {reason}. "
        "Check that it runs, that the address in --database is right, and that there is room on its disk."
    )


def say(sentence: str) -> None:
    """Tell the host something, at once."""
    print(sentence, flush=True)


def warn(sentence: str) -> None:
    """Tell the host something that should not mix with the output."""
    print(sentence, file=sys.stderr, flush=True)
