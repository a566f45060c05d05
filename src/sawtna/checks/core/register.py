"""The checks of the book, each read once: who may count, and what one check says. Pure: entries in, values out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.fold import Finding

HINDERED = ("blocked", "degraded")
CONCLUSIVE = (*HINDERED, "not_blocked")


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of kind `check`: what one vantage found on one day (docs/formats/entry.md)."""

    index: int
    on: date
    net: str
    cc: str
    via: str
    how: str
    verdict: str
    causes: tuple[str, ...]
    flows: tuple[tuple[str, str], ...]
    hop: int | None
    who: str
    ev: str
    far: str
    software: str

    @property
    def is_conclusive(self) -> bool:
        """Whether it came to a result."""
        return self.verdict in CONCLUSIVE

    @property
    def is_hindered(self) -> bool:
        """Whether calls were blocked or degraded."""
        return self.verdict in HINDERED


def read_check(index: int, body: Body) -> Check:
    """An entry of valid form as a value."""
    hop = body.get("hop")
    return Check(
        index=index,
        on=date.fromisoformat(str(body["on"])),
        net=str(body["net"]),
        cc=str(body["cc"]),
        via=str(body["via"]),
        how=str(body["how"]),
        verdict=str(body["verdict"]),
        causes=_causes_of(_listed(body["causes"])),
        flows=_flows_of(_listed(body["flows"])),
        hop=hop if isinstance(hop, int) else None,
        who=str(body["who"]),
        ev=str(body["ev"]),
        far=str(body["far"]),
        software=str(body["software"]),
    )


def _listed(value: object) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, list) else ()


# Checks of one network are much alike: what is equal is kept once, or a hundred thousand checks would take a gigabyte.
@lru_cache(maxsize=4096)
def _causes_of(told: tuple[str, ...]) -> tuple[str, ...]:
    return told


@lru_cache(maxsize=4096)
def _flows_of(told: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, state) for name, _, state in (one.rpartition("=") for one in told))


class Register:
    """All checks of a book, in order. Owner: one fold or one reader; lives as long as it.

    One vantage counts once a day, the first time; what comes later on that day is a finding and never counts, nor does a file
    that stands in the book already.
    """

    def __init__(self) -> None:
        self._counted: dict[int, Check] = {}
        self._vantages: set[tuple[str, date, str]] = set()
        self._files: set[str] = set()
        self._struck: set[int] = set()
        self.findings: list[Finding] = []
        self.changed: set[str] = (
            set()
        )  # networks of which something came or went; whoever keeps results empties it

    def take(self, index: int, body: Body) -> None:
        """Read one entry; other kinds are passed over."""
        if body["k"] != "check":
            return
        check = read_check(index, body)
        vantage = (check.who, check.on, check.how)
        if vantage in self._vantages or check.ev in self._files:
            sentence = "got a second check of one vantage and day, or of one file, expected each once"
            self.findings.append(Finding(index, "check", sentence))
            return
        self._vantages.add(vantage)
        self._files.add(check.ev)
        self._counted[index] = check
        self.changed.add(check.net)

    def annul(self, index: int) -> None:
        """The check at that index is void."""
        if index in self._counted:
            self._struck.add(index)
            self.changed.add(self._counted[index].net)

    def counted(self) -> Iterator[Check]:
        """The checks that count, in the order of the book."""
        return (check for index, check in self._counted.items() if index not in self._struck)
