"""The fold of checks: from entries to the numbers of findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.fold import Finding, Number


class ChecksFold:
    """Owner: one folding of the book."""

    def take(self, index: int, body: Body, leaf: bytes | None = None) -> None:
        """Read one entry of valid form."""

    def take_gist(self, index: int, kind: str, gist: object, leaf: bytes) -> None:
        """No examiner of this room makes gists."""

    def annul(self, index: int, by: int) -> None:
        """A check that is void counts no more."""

    def erase(self, index: int, by: int) -> None:
        """Checks have no words."""

    def numbers(self, as_of: date) -> Iterator[Number]:  # noqa: ARG002 (the day matters later)
        """None yet."""
        yield from ()

    def findings(self) -> Iterable[Finding]:
        """What the entries break of the rules of this room."""
        return ()
