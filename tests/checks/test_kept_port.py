"""The port that pages and firewalls name is the same after a restart, and another only where it is taken."""

from __future__ import annotations

import socket
from pathlib import Path

from sawtna.checks.far_end.kept_port import USUAL, choose_port, keep_port, read_port

LOOPBACK = "127.0.0.1"


def test_a_port_is_kept(tmp_path: Path) -> None:
    """What was chosen once is chosen again, and is what pages read."""
    first = choose_port(tmp_path / "far-end", LOOPBACK)
    assert choose_port(tmp_path / "far-end", LOOPBACK) == first == read_port(tmp_path / "far-end")


def test_a_port_that_is_taken_is_left(tmp_path: Path) -> None:
    """Somebody else listens there now: another is chosen, and kept."""
    with socket.create_server((LOOPBACK, 0)) as other:
        taken = other.getsockname()[1]
        keep_port(tmp_path, taken)
        chosen = choose_port(tmp_path, LOOPBACK)
    assert chosen != taken
    assert read_port(tmp_path) == chosen


def test_what_makes_no_sense_is_not_a_port(tmp_path: Path) -> None:
    """Nothing kept, nonsense, or a port of the system: the usual one."""
    assert read_port(tmp_path) == USUAL
    for text in ("", "many", "80", "99999"):
        (tmp_path / "port").write_text(text)
        assert read_port(tmp_path) == USUAL
