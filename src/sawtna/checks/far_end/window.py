"""The window at which the site asks for its visitors' browsers: a Unix socket, one JSON object a line, three verbs.

A browser cannot use the control connection of probes, whose certificate belongs to nobody; its page asks the site, the site asks
here. `hello` who is there, `open` a call, `seen` what came of its tries. The socket is for this machine's user only.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sawtna.checks.far_end.callers import LASTS
from sawtna.checks.far_end.control import Control
from sawtna.checks.far_end.reached import NEUTRAL
from sawtna.checks.far_end.sessions import SessionError

LINE = 4096
SECONDS = 10.0  # of silence
PORTS = 60  # neutral ones that a page is told

Message = Mapping[str, Any]


@dataclass(slots=True)
class Window:
    """Answers the site. Owner: the far end's process."""

    control: Control
    port: int  # of the control connection of probes

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        try:
            while line := await asyncio.wait_for(reader.readline(), SECONDS):
                writer.write(json.dumps(self.answer(line), separators=(",", ":")).encode() + b"\n")
                await writer.drain()
        except (OSError, TimeoutError, ValueError):  # ValueError: a line longer than the limit
            pass
        finally:
            writer.close()

    def answer(self, line: bytes) -> dict[str, Any]:
        """The answer to one line."""
        doings: dict[str, Callable[[Message], dict[str, Any]]] = {
            "hello": self._hello,
            "open": self._open,
            "seen": self._seen,
        }
        try:
            asked = json.loads(line)
            return doings[asked["do"]](asked)
        except SessionError as error:
            return {"error": str(error)}
        except (KeyError, TypeError, ValueError, AttributeError, RecursionError):
            return {"error": "This is not understood here."}

    def _hello(self, _asked: Message) -> dict[str, Any]:
        doors = self.control.doors
        groups = [NEUTRAL, *map(str, doors.voice)]
        return {
            "addresses": self.control.addresses,
            "port": self.port,
            "voice": doors.voice,
            "reached": doors.reached.tell(groups) if doors.reached else [],
            "well": self.control.is_well,
        }

    def _open(self, asked: Message) -> dict[str, Any]:
        doors = self.control.doors
        call = doors.callers.begin(doors.clock())
        some = secrets.SystemRandom().sample(doors.neutral, min(PORTS, len(doors.neutral)))
        keys = doors.callers.keys
        told = {
            "fingerprint": keys.fingerprint if keys else "",
            "name": call.name,
            "password": call.password,
            "neutral": some,
            "lasts": LASTS,
        }
        return {**self._hello(asked), **told}

    def _seen(self, asked: Message) -> dict[str, Any]:
        doors = self.control.doors
        call = doors.callers.find(str(asked["name"]), doors.clock())
        return {
            "tries": {
                str(number): [one.checks, one.hellos, one.sounds] for number, one in call.tries.items()
            },
            "addresses": len(call.addresses),
        }


async def open_window(window: Window, path: Path) -> asyncio.Server:
    """Open the socket, in place of one that a killed process left behind; raises OSError with a sentence."""
    _hold(path.with_name("window.lock"))
    _remove(path)
    before = os.umask(0o177)
    try:
        return await asyncio.start_unix_server(window.serve, path, limit=LINE)
    except OSError as error:
        raise OSError(f"The window for browsers cannot be opened at {path}: {error}.") from error
    finally:
        os.umask(before)


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.unlink()


def _hold(path: Path) -> None:
    """Keep a lock until this process ends, however it ends; raises OSError when another far end has it."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        raise OSError("Another far end serves this house already.") from None
