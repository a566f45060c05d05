"""Shows a folder of plain files on the loopback, for trying a mirror out. A mirror for others is a web server's work."""

from __future__ import annotations

import threading
from functools import partial
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import BinaryIO

LOOPBACK = "127.0.0.1"
CACHE = {
    "/static/": "public, max-age=31536000, immutable",
    "/log/tile/": "public, max-age=31536000, immutable",
}


class MirrorHandler(SimpleHTTPRequestHandler):
    """Sends files with their types; no lists of folders, no log of visitors."""

    protocol_version = "HTTP/1.1"
    server_version = "sawtna-mirror"
    sys_version = ""
    timeout = 20
    extensions_map = {  # noqa: RUF012 (the base class declares it so)
        **SimpleHTTPRequestHandler.extensions_map,
        "": "application/octet-stream",
        ".atom": "application/atom+xml; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".js": "text/javascript; charset=utf-8",
        ".json": "application/json",
        ".svg": "image/svg+xml",
        ".tlog-proof": "text/plain; charset=utf-8",
        ".txt": "text/plain; charset=utf-8",
        ".woff2": "font/woff2",
        ".xml": "application/xml; charset=utf-8",
    }

    def guess_type(self, path: str | object) -> str:
        """The type of a file by its name; those of the log without one are text, tiles are bytes."""
        name = str(path)
        if name.endswith(("/log/checkpoint", "/log/policy")):
            return "text/plain; charset=utf-8"
        return super().guess_type(name)

    def end_headers(self) -> None:
        """Add what every answer has."""
        path = self.path.partition("?")[0]
        age = next((age for start, age in CACHE.items() if path.startswith(start)), "no-cache")
        self.send_header("Cache-Control", age)
        self.send_header("X-Content-Type-Options", "nosniff")
        if path.startswith("/log/"):
            self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def list_directory(self, path: object) -> None:
        """A folder without a page is not found."""
        del path
        self.send_error(HTTPStatus.NOT_FOUND)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Say that there is no such page with the page that the site has for it."""
        page = Path(self.directory) / "404.html"
        if code != HTTPStatus.NOT_FOUND or not page.is_file():
            super().send_error(code, message, explain)
            return
        words = page.read_bytes()
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(words)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(words)

    def log_message(self, *_: object) -> None:
        """Keep no list of who reads what."""

    def copyfile(self, source: BinaryIO, outputfile: BinaryIO) -> None:  # type: ignore[override]
        """Send a file; a visitor who has left is no trouble."""
        try:
            super().copyfile(source, outputfile)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class MirrorServer(ThreadingHTTPServer):
    """Answers many at once; a visitor who leaves in the middle is no news."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: what was wrong was on the visitor's side."""


def open_server(folder: Path, port: int) -> MirrorServer:
    """Take the port of the loopback and answer there from a thread of its own.

    Raises:
        SystemExit: the port cannot be had.
    """
    try:
        server = MirrorServer((LOOPBACK, port), partial(MirrorHandler, directory=str(folder)))
    except (OSError, OverflowError) as fault:
        raise SystemExit(f"The mirror cannot be shown on port {port}: {fault}. Choose another one.") from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server
