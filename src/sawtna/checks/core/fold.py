"""The fold of checks: from entries to the numbers of findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sawtna.checks.core.findings import Findings, Network, gather_findings
from sawtna.checks.core.numbers import numbers_of_all, numbers_of_network
from sawtna.checks.core.register import Register
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.fold import Finding, Number


class ChecksFold:
    """Owner: one folding of the book. What was found of a network is kept until another check of it comes."""

    def __init__(self) -> None:
        self._register = Register()
        self._findings = Findings()
        self._told: dict[str, tuple[Network, tuple[Number, ...]]] = {}

    def take(self, index: int, body: Body, leaf: bytes | None = None) -> None:
        """Read one entry of valid form."""
        del leaf
        self._register.take(index, body)

    def take_gist(self, index: int, kind: str, gist: object, leaf: bytes) -> None:
        """No examiner of this room makes gists."""

    def annul(self, index: int, by: int) -> None:
        """A check that is void counts no more."""
        del by
        self._register.annul(index)

    def erase(self, index: int, by: int) -> None:
        """Checks have no words."""

    def numbers(self, as_of: date) -> Iterator[Number]:
        """All numbers of findings; they speak of the days of the checks, so the day of reading changes none."""
        del as_of
        findings = self.findings_so_far()
        yield from numbers_of_all(findings)
        for net, network in findings.networks.items():
            if net not in self._told or self._told[net][0] is not network:
                self._told[net] = (network, tuple(numbers_of_network(network)))
            yield from self._told[net][1]

    def findings_so_far(self) -> Findings:
        """What the checks say together."""
        changed = self._register.changed
        if changed:
            known = {net: one for net, one in self._findings.networks.items() if net not in changed}
            self._findings = gather_findings(self._register.counted(), known)
            self._register.changed = set()
        return self._findings

    def findings(self) -> Iterable[Finding]:
        """What the entries break of the rules of this room."""
        return tuple(self._register.findings)
