"""Run the far end of network tests: it answers probes on many ports and signs what it saw.

    sawtna far-end FOLDER --address 203.0.113.10
    sawtna far-end FOLDER --address 203.0.113.10 --address 203.0.113.11

Two addresses let a probe tell "UDP is blocked" from "this server is blocked". With the right to open ports below 1024 it also
listens on 443; without, it says so to probes. Stop it with Ctrl-C.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import time
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from sawtna.checks.far_end.doors import NEUTRAL
from sawtna.checks.far_end.networks import NetworksError
from sawtna.checks.far_end.server import FarEndSettings, keep_open, open_far_end

ANYWHERE = (str(IPv4Address(0)), str(IPv6Address(0)))


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("folder", type=Path, help="where its key is kept")
    parser.add_argument(
        "--address", action="append", help="an address of this machine; may be repeated (default: all)"
    )
    parser.add_argument(
        "--port", type=read_port, default=0, help="of the control connection (default: 443, else 7443)"
    )
    parser.add_argument(
        "--public",
        action="append",
        metavar="ADDRESS",
        help="under which others reach it, when that is not an address of this machine; may be given twice",
    )
    parser.add_argument(
        "--high", action="store_true", help="leave the ports below 1024 to others, such as a web server"
    )
    parser.add_argument(
        "--window", type=Path, metavar="SOCKET", help="where a site on this machine asks for its visitors"
    )
    parser.add_argument(
        "--beside", action="store_true", help="end when standard input ends: with the program that started it"
    )
    parser.add_argument(
        "--neutral", type=int, default=NEUTRAL, help=f"how many neutral ports (default: {NEUTRAL})"
    )
    parser.add_argument(
        "--networks",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="tells networks and countries by address: an .mmdb file, or the .tsv of iptoasn.com (may be repeated)",
    )
    parser.add_argument(
        "--site",
        default="",
        metavar="URL",
        help="the site that takes evidence of checks against this far end",
    )


def read_port(text: str) -> int:
    """A port, or 0 for the usual ones; raises ArgumentTypeError."""
    if text.isascii() and text.isdecimal() and int(text) < 65_536:
        return int(text)
    raise argparse.ArgumentTypeError(f"got {text!r}, expected a number from 1 to 65535")


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    settings = FarEndSettings(
        folder=arguments.folder,
        addresses=tuple(arguments.address or everywhere()),
        port=arguments.port,
        neutral=arguments.neutral,
        public=tuple(arguments.public or ()),
        high=arguments.high,
        window=arguments.window,
        networks=tuple(arguments.networks),
        site=arguments.site.rstrip("/"),
    )
    try:
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_serve(settings, beside=arguments.beside))
    except NetworksError as error:
        raise SystemExit(str(error)) from None
    return 0


def everywhere() -> list[str]:
    """All addresses of this machine, of the families that it has."""
    found = []
    for address in ANYWHERE:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with contextlib.suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as tried:
            tried.bind((address, 0))
            found.append(address)
    return found


async def _serve(settings: FarEndSettings, *, beside: bool) -> None:
    far_end = await open_far_end(settings, datetime.now(UTC), time.monotonic, time.time)  # noqa: TID251 (an edge)
    doors = far_end.doors
    print(f"The far end is open at {', '.join(settings.addresses)}, port {far_end.port}.", flush=True)
    print(f"UDP on {len(doors.neutral)} neutral ports and on {', '.join(map(str, doors.voice))}.", flush=True)
    print(f"Its key: {far_end.control.identity.signer.verifier.vkey}", flush=True)
    stopped = asyncio.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, stopped.set)
    if beside:
        _end_with_input(stopped)
    keeper = asyncio.create_task(keep_open(far_end))
    await stopped.wait()
    keeper.cancel()
    await far_end.close()


def _end_with_input(stopped: asyncio.Event) -> None:
    """Stop when standard input ends: whoever started us holds its other end, and is gone when it closes, killed or not."""

    def look() -> None:
        if not os.read(sys.stdin.fileno(), 64):
            asyncio.get_running_loop().remove_reader(sys.stdin)
            stopped.set()

    asyncio.get_running_loop().add_reader(sys.stdin, look)
