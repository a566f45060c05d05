"""Starts the nursery (nursery.py) for a test, with a house and a database of its own on the engine under test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from django.conf import settings

HOUSE = Path(__file__).resolve().parents[2]


class Nursery:
    """The running program."""

    def __init__(self, var: Path, database: str, *words: str) -> None:
        self.var = var
        surroundings = {
            **os.environ,
            "SAWTNA_VAR": str(var),
            "SAWTNA_DATABASE": database,
            "SAWTNA_LANGUAGE": "en",
            "DJANGO_SETTINGS_MODULE": "sawtna.web.settings",
            "PYTHONPATH": os.pathsep.join([str(HOUSE), str(HOUSE / "src")]),
        }
        self.program = subprocess.Popen(
            [sys.executable, "-m", "tests.ledger.nursery", *words],
            env=surroundings,
            cwd=HOUSE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.hear() == "ready"

    def hear(self) -> object:
        """Read one answer."""
        line = self.program.stdout.readline()
        assert line, "the nursery ended"
        return json.loads(line)

    def tell(self, *words: str) -> object:
        """Say one line and read the answer."""
        self.program.stdin.write(" ".join(words) + "\n")
        self.program.stdin.flush()
        return self.hear()

    def raise_child(self, task: str, seed: str) -> int:
        """Start a child."""
        child = self.tell("task", task, seed)
        assert isinstance(child, int)
        return child

    def kill(self, child: int) -> None:
        """Kill a child as no program can prevent, and bury it; one that had ended by itself had trouble."""
        os.kill(child, signal.SIGKILL)
        assert self.tell("reap", str(child)) == signal.SIGKILL, self.trouble

    def run(self, errand: str) -> dict:
        """Run something once; raises what went wrong there."""
        answer = self.tell("do", errand)
        assert isinstance(answer, dict)
        assert "trouble" not in answer, answer["trouble"]
        return answer["answer"]

    @property
    def trouble(self) -> str:
        """What children complained of."""
        file = self.var / "trouble"
        return file.read_text() if file.exists() else ""


@contextmanager
def nursery(var: Path, database: str, *words: str) -> Iterator[Nursery]:
    """Give a running nursery; end it afterwards."""
    var.mkdir(parents=True, exist_ok=True)
    running = Nursery(var, database, *words)
    try:
        yield running
        assert not running.trouble
    finally:
        running.program.stdin.close()
        running.program.wait(timeout=20)
        running.program.stdout.close()


@contextmanager
def fresh_database(var: Path) -> Iterator[str]:
    """Give the address of an empty database on the engine under test."""
    place = settings.DATABASES["default"]
    if place["ENGINE"].endswith("sqlite3"):
        yield f"sqlite:///{var / 'sawtna.sqlite3'}"
        return
    import psycopg

    name = f"nursery_{os.getpid()}_{abs(hash(str(var))) % 10**8}"
    at = {
        "host": place["HOST"],
        "port": place["PORT"],
        "user": place["USER"],
        "password": place["PASSWORD"] or None,
    }
    with psycopg.connect(dbname="postgres", autocommit=True, **at) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            secret = f":{quote(place['PASSWORD'])}" if place["PASSWORD"] else ""
            yield f"postgresql://{place['USER']}{secret}@{place['HOST']}:{place['PORT']}/{name}"
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
