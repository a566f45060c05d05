"""Real processes and a real web server for tests of witnesses and mirrors: started here, ended here."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

SAWTNA = [sys.executable, "-m", "sawtna.cli.main"]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")


def sawtna(*words: object, seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [*SAWTNA, *map(str, words)], capture_output=True, text=True, check=False, timeout=seconds
    )


@contextlib.contextmanager
def running(*words: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A command that goes on; gives the process and the address that its first line names, and ends it."""
    process = subprocess.Popen(
        [*SAWTNA, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = ADDRESS.search(line)
        assert found, line + (process.stdout.read() if process.poll() is not None else "")
        yield process, found[0]
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
        process.stdout.close()


@dataclass
class Weather:
    """How a web server behaves, and what was asked of it."""

    delay: float = 0.0  # seconds before each answer
    is_gone: Callable[[int, str], bool] = lambda _count, _path: False  # cuts the line without an answer
    is_busy: Callable[[int, str], bool] = lambda _count, _path: False  # answers 503
    before: Callable[[str], object] = lambda _path: None  # what happens just before an answer
    asked: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)  # paths whose bytes were really sent


class _Handler(SimpleHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *arguments: object, weather: Weather, directory: str) -> None:
        self.weather = weather
        super().__init__(*arguments, directory=directory)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Answer as the weather is, with strong tags."""
        self.weather.asked.append(self.path)
        count = len(self.weather.asked)
        time.sleep(self.weather.delay)
        if self.weather.is_gone(count, self.path):
            self.close_connection = True
            return
        self.weather.before(self.path)
        if self.weather.is_busy(count, self.path):
            self._answer(503, b"busy", "text/plain")
            return
        place = Path(self.translate_path(self.path))
        place = place / "index.html" if place.is_dir() else place
        try:
            data = place.read_bytes()
        except OSError:
            self._answer(404, b"no", "text/plain")
            return
        tag = f'"{hashlib.sha256(data).hexdigest()[:20]}"'
        if self.headers.get("If-None-Match") == tag:
            self._answer(304, b"", "", tag)
            return
        self.weather.sent.append(self.path)
        self._answer(200, data, self.guess_type(str(place)), tag)

    def _answer(self, status: int, data: bytes, kind: str, tag: str = "") -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        if status != 304:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A client that leaves in the middle is what these tests are about."""


@contextlib.contextmanager
def web_server(folder: Path, weather: Weather | None = None) -> Iterator[str]:
    """The address of a server of plain files with ETags."""
    handler = partial(_Handler, weather=weather or Weather(), directory=os.fspath(folder))
    server = _QuietServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
