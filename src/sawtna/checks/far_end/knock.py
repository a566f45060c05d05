"""Knocks at a far end as a browser would, from the machine that it runs on: is it there, does it answer where it says it does?"""

from __future__ import annotations

import contextlib
import json
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sawtna.checks.far_end.reached import NEUTRAL
from sawtna.checks.flows.parts.stun_message import BINDING, USERNAME, pack_message

SECONDS = 3.0
TRIES = 3


class NobodyThereError(Exception):
    """No far end listens at the window."""


@dataclass(frozen=True, slots=True)
class Knocked:
    """What was found: its address, the port of its control connection, whether UDP and TCP answer there; seen from outside?"""

    address: str
    port: int
    answers_udp: bool
    answers_tcp: bool
    is_well: bool
    was_reached: bool


def knock(window: Path) -> Knocked:
    """Ask the window for a call and try one neutral port; raises NobodyThereError."""
    try:
        told = _ask(window)
        address, ports = str(told["addresses"][0]), [int(port) for port in told["neutral"][:TRIES]]
        name, password, port = str(told["name"]), str(told["password"]), int(told["port"])
    except (OSError, ValueError, KeyError, IndexError, TypeError) as error:
        raise NobodyThereError(f"{type(error).__name__}: {error}") from error
    udp = any(_try_udp(address, one, f"{name}{number}", password) for number, one in enumerate(ports))
    return Knocked(
        address, port, udp, _try_tcp(address, port), bool(told["well"]), NEUTRAL in told["reached"]
    )


def _ask(window: Path) -> dict[str, Any]:
    with socket.socket(socket.AF_UNIX) as asked:
        asked.settimeout(SECONDS)
        asked.connect(str(window))
        asked.sendall(b'{"do":"open"}\n')
        with asked.makefile("rb") as lines:
            return dict(json.loads(lines.readline()))


def _try_udp(address: str, port: int, user: str, password: str) -> bool:
    question = pack_message(
        BINDING,
        secrets.token_bytes(12),
        [(USERNAME, f"{user}:knock".encode()), (0x8022, bytes(24))],
        key=password.encode(),
        fingerprint=True,
    )
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as one, contextlib.suppress(OSError):
        one.settimeout(SECONDS / TRIES)
        one.connect((address, port))
        one.send(question)
        return one.recv(512)[8:20] == question[8:20]
    return False


def _try_tcp(address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, port), SECONDS):
        return True
    return False
