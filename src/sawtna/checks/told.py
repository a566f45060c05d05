"""Checks as the published book tells them, read once: what comes later is read onwards."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from sawtna.checks.core.findings import Findings, gather_findings
from sawtna.checks.core.register import Register
from sawtna.ledger import reads as book


@dataclass(frozen=True, slots=True)
class _Told:
    """What was read of one published state; by `ends`, the hashes of its first and last entry, its continuation is known."""

    state: str
    size: int
    ends: tuple[bytes, ...]
    register: Register
    findings: Findings


_remembered: list[_Told] = []  # at most one; replaced under the lock, read without it
_lock = threading.Lock()


def published_findings() -> Findings:
    """What all published checks say together. Nobody may change it."""
    state = book.state()
    if not (_remembered and _remembered[0].state == state):
        with _lock:
            if not (_remembered and _remembered[0].state == state):
                _remembered[:] = [_tell(state, _remembered[0] if _remembered else None)]
    return _remembered[0].findings


def _tell(state: str, last: _Told | None) -> _Told:
    size = book.head().size
    if last is not None and _is_continued(last, size):
        register, known, start = last.register, last.findings.networks, last.size
    else:
        register, known, start = Register(), {}, 0
    for index, body, _ in book.entries_of(kinds=("check", "void"), start=start):
        struck = body.get("i")
        if isinstance(struck, int):
            register.annul(struck)
        else:
            register.take(index, body)
    kept = {net: network for net, network in known.items() if net not in register.changed}
    register.changed = set()
    return _Told(state, size, _ends(size), register, gather_findings(register.counted(), kept))


def _is_continued(last: _Told, size: int) -> bool:
    """Whether the book is the one that was read, grown: same beginning, and the same entry where that one ended."""
    return 0 < last.size <= size and _ends(last.size) == last.ends


def _ends(size: int) -> tuple[bytes, ...]:
    return tuple(entry.leaf for entry in book.entries_at([0, size - 1])) if size else ()
