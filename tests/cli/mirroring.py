"""Runs `sawtna mirror` and the audit of its copy for tests."""

from __future__ import annotations

import io
import json
import socket
import time
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from sawtna.cli.main import main

from tests.cli.folder_book import Told, small_story
from tests.cli.small_site import files_in

STORY = small_story()
SIZE = len(STORY)
VOID: Told = ({"k": "void", "i": 5, "why": "mistake"}, None)
ERASE: Told = ({"k": "erase", "i": 4, "why": "request"}, None)
NOTE: Told = ({"k": "note"}, {"text": {"en": "Words"}})


def command(*words: object) -> tuple[int, str]:
    """Run a command in this process: it says the same and starts faster; kills and servers below are processes of their own."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        try:
            status = main([*map(str, words), "--workers", "1"])
        except SystemExit as end:
            status = 1
            said.write(str(end))
    return status, said.getvalue()


def mirror(address: str, copy: Path, *options: object) -> tuple[int, str]:
    """Run one round; the exit status and what was said, on one line."""
    status, said = command("mirror", address, copy, "--once", *options)
    return status, " ".join(said.split())


def audit(copy: Path) -> tuple[int, dict[str, Any]]:
    """Audit the copy."""
    status, said = command("audit", copy, "--json")
    return status, json.loads(said)


def refused(copy: Path, address: str, *options: object) -> tuple[int, str]:
    """A round that must leave the copy exactly as it was."""
    before = {name: (copy / name).read_bytes() for name in files_in(copy)}
    status, said = mirror(address, copy, *options)
    assert {name: (copy / name).read_bytes() for name in files_in(copy)} == before
    assert "The copy stays as it was." in said
    assert audit(copy)[0] == 0
    return status, said


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        return int(door.getsockname()[1])


def wait_for(is_so: Callable[[], object], seconds: float = 30) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.2)
