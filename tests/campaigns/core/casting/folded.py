"""Folds the book of a polling station, for tests: its numbers and its findings."""

from __future__ import annotations

from datetime import date

from sawtna.campaigns.core.casting.entries import CASTING_KINDS
from sawtna.campaigns.core.casting.examiner import CastExaminer
from sawtna.campaigns.core.casting.fold import SquareFold
from sawtna.campaigns.core.entries import KINDS
from sawtna.ledger.core.entry import Kinds, pack_entry
from sawtna.ledger.core.fold import Folding
from sawtna.ledger.core.kinds_of_the_book import KINDS as BOOK_KINDS
from sawtna.ledger.core.merkle import leaf_hash

from tests.campaigns.core.casting.station import C, Station, register_of

DAY = date(2016, 4, 1)
KNOWN = Kinds((*BOOK_KINDS, *KINDS, *CASTING_KINDS))


def fold(station: Station, *, with_leaves: bool = True, examined: bool = False) -> Folding:
    """The fold of a station's book; `examined` as an audit does it, by gists of the casts that hold."""
    folding, examiner = Folding(KNOWN, [SquareFold()]), CastExaminer(register_of(station))
    for index in range(len(station.told)):
        body = station.body(index)
        entry = pack_entry(body)
        gist = examiner.glance(entry) if examined else None
        if gist is not None:
            folding.take_gist(index, gist, leaf_hash(entry))
        else:
            folding.take(index, body, leaf=leaf_hash(entry) if with_leaves else None)
    return folding


def codes(station: Station) -> list[str]:
    """The codes of all findings that make a book invalid."""
    return [finding.code for finding in fold(station).findings if finding.grade == "invalid"]


def numbers(station: Station, ballot: str = "which-step") -> dict[str, int]:
    """The numbers of one ballot, without the beginning of their keys."""
    start = f"{C}/ballots/{ballot}/"
    found = fold(station).numbers(DAY)
    return {key.removeprefix(start): number.value for key, number in found.items() if key.startswith(start)}
