"""The port of a far end beside a site, for its control connection: kept over restarts, as pages, firewalls and probes name it."""

from __future__ import annotations

import socket
from pathlib import Path

FOLDER = "far-end"  # in the folder of a site
USUAL = 7443
LOWEST, HIGHEST = 1024, 65_535


def read_port(folder: Path) -> int:
    """The port that was kept; the usual one where none was."""
    try:
        port = int((folder / "port").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return USUAL
    return port if LOWEST <= port <= HIGHEST else USUAL


def keep_port(folder: Path, port: int) -> None:
    """Remember it for the next start; raises OSError."""
    if not (folder / "port").exists() or read_port(folder) != port:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "port").write_text(f"{port}\n", encoding="ascii")


def choose_port(folder: Path, address: str) -> int:
    """The kept port if it is free, else the usual one, else any; keeps it. Raises OSError when there is none."""
    for port in (read_port(folder), USUAL, 0):
        with socket.socket(
            socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM
        ) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((address, port))
            except OSError:
                continue
            got = int(tried.getsockname()[1])
            keep_port(folder, got)
            return got
    raise OSError(f"There is no free port at {address}.")
