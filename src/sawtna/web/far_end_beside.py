"""Keeps a far end beside the site: one process more, started by `sawtna serve`, started again when it dies, ended with it.

It is a process of its own, so that its packets never wait for a page and a fault of it costs no visitor. It holds the other end
of a pipe of ours and ends when that closes, so it cannot outlive a house that was killed. It takes no port below 1024: those
belong to the web server in front.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from sawtna.checks.far_end.kept_port import FOLDER, choose_port

SOONEST, LATEST = 1.0, 30.0  # seconds until it is started again
STEADY = 60.0  # seconds after which a start counts as good
CLOSE = 5.0
EVERYWHERE = {4: "0.0.0.0", 6: "::"}  # noqa: S104 (behind a NAT the public address is of no interface here)

logger = logging.getLogger(__name__)


def far_end_folder(var: Path) -> Path:
    """Where the far end of a house keeps its key, and which ports were reached from outside."""
    return var / FOLDER


def far_end_window(var: Path) -> Path:
    """The socket at which the site asks it."""
    return far_end_folder(var) / "window"


def public_addresses(told: str, origin: str) -> list[str]:
    """The addresses that others send to: as told (with commas), else those of the name of the site; none when it has none."""
    if told.strip():
        return [str(ip_address(one.strip())) for one in told.split(",") if one.strip()]
    try:
        found = socket.getaddrinfo(urlsplit(origin).hostname, None, type=socket.SOCK_DGRAM)
    except OSError:
        return []
    return sorted({str(one[4][0]) for one in found}, key=lambda one: (":" in one, one))


def is_of_this_machine(address: str) -> bool:
    """Whether an interface of this machine has the address."""
    with (
        socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_DGRAM) as tried,
        contextlib.suppress(OSError),
    ):
        tried.bind((address, 0))
        return True
    return False


def command_for(
    var: Path, addresses: Sequence[str], site: str = "", networks: Sequence[str] = ()
) -> list[str]:
    """What is started. `networks` are files that tell networks by address, `site` the address of the site."""
    here = [one for one in addresses if is_of_this_machine(one)]
    words = ["far-end", str(far_end_folder(var)), "--high", "--beside", "--window", str(far_end_window(var))]
    if here == list(addresses):
        words += [word for one in here for word in ("--address", one)]
    else:
        families = sorted({ip_address(one).version for one in addresses})
        words += [word for one in families for word in ("--address", EVERYWHERE[one])]
        words += [word for one in addresses for word in ("--public", one)]
    words += [word for one in networks for word in ("--networks", one)]
    words += ["--port", str(choose_port(far_end_folder(var), words[words.index("--address") + 1]))]
    words += ["--site", site] if site else []
    return [sys.executable, "-m", "sawtna.cli.main", *words]


class FarEndBeside:
    """The process and the thread that looks after it. Owner: `sawtna serve`."""

    def __init__(self, command: Sequence[str]) -> None:
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._look_after, name="far end", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def close(self) -> None:
        """End it, and wait until it has ended."""
        self._closing.set()
        self._thread.join(2 * CLOSE)

    def _look_after(self) -> None:
        pause = SOONEST
        while not self._closing.is_set():
            began = time.monotonic()
            self.process = subprocess.Popen(  # noqa: S603 (our own program, our own words)
                self.command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            self._wait(self.process)
            if self._closing.is_set():
                return
            pause = SOONEST if time.monotonic() - began > STEADY else min(LATEST, 2 * pause)
            if pause < LATEST:
                logger.warning("The far end ended; it is started again in %d seconds.", pause)
            self._closing.wait(pause)

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until it has ended, or is to end."""
        while process.poll() is None:
            if self._closing.wait(0.25):
                process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(CLOSE)
                if process.poll() is None:
                    process.kill()
                    process.wait()
        if process.stdin:
            process.stdin.close()


@contextlib.contextmanager
def far_end_beside(
    var: Path, told: str, origin: str, networks: Sequence[str] = ()
) -> Iterator[FarEndBeside | None]:
    """A far end for as long as the house is open; None where the site's name has no address to listen on."""
    addresses = public_addresses(told, origin)
    if not addresses:
        logger.warning(
            "No far end: the name of the site has no address here. Say one in SAWTNA_FAR_END_ADDRESSES."
        )
        yield None
        return
    beside = FarEndBeside(command_for(var, addresses, origin, networks))
    beside.start()
    try:
        yield beside
    finally:
        beside.close()
