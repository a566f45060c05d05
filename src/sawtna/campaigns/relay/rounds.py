"""One round of a relay: open what is sealed, drop what holds nothing, hand in the batches that are due, let go of them.

A batch is fixed on the disk before anything of it leaves. After a kill it is handed in again as it was, and only as a whole: a
site that shows one sealed cast of it alone learns nothing. Casts lie in memory only, and only for this round.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sawtna.campaigns.core.casting.casts import ReadCast, read_cast
from sawtna.campaigns.core.casting.hours import hours_of
from sawtna.campaigns.core.casting.relays import due_slot
from sawtna.campaigns.core.casting.sealing import SealError, open_cast, roll_of, seal_hash
from sawtna.campaigns.relay.key_file import Openers
from sawtna.campaigns.relay.memory import Batch, RelayMemory
from sawtna.campaigns.relay.site import Sealed, Served, Site
from sawtna.ledger.core.errors import BookError

Boxes = Mapping[bytes, Sealed]


@dataclass(frozen=True, slots=True)
class Opened:
    """What one sealed cast holds: its box (SHA-256) and the cast."""

    box: bytes
    cast: ReadCast


@dataclass(slots=True)
class Look:
    """What sealed casts hold. Owner: one round. `waiting` are casts by ballot; `dropped` says why others hold nothing."""

    waiting: dict[int, list[Opened]] = field(default_factory=lambda: defaultdict(list))
    dropped: dict[bytes, str] = field(default_factory=dict)


def go_round(site: Site, openers: Openers, memory: RelayMemory) -> Counter[str]:
    """Do once what is to be done now: what was handed in and dropped, by why. Raises BookError, to be tried again."""
    sealed, served = site.fetch()
    return Round(site, openers, memory, served).go({seal_hash(one.data): one for one in sealed})


@dataclass(frozen=True, slots=True)
class Round:
    """The parts of one round. Owner: `go_round`."""

    site: Site
    openers: Openers
    memory: RelayMemory
    served: Served

    def go(self, boxes: Boxes) -> Counter[str]:
        """Deal with what the site shows."""
        told: Counter[str] = Counter()
        for batch in self.memory.unfinished():
            told += self._resume(batch, boxes)
        seen, handed = self.memory.batches_of(boxes), self.memory.handed()
        look = self._look({box: one for box, one in boxes.items() if box not in seen})
        self.memory.drop(look.dropped)
        told.update(look.dropped.values())
        for ballot, opened in look.waiting.items():
            slot = self._due(ballot, opened, handed.get(ballot, 0))
            if slot is not None:
                told += self._hand_in(self.memory.begin(ballot, slot, [one.box for one in opened]), opened)
        self._release(boxes)
        return told

    def _release(self, boxes: Boxes) -> None:
        begun = {batch.id for batch in self.memory.unfinished()}
        seen = self.memory.batches_of(boxes)
        self.site.release(box for box, batch in seen.items() if batch not in begun)

    def _resume(self, batch: Batch, boxes: Boxes) -> Counter[str]:
        """A batch that a kill or a lost answer cut short, exactly as it was begun."""
        wanted = self.memory.boxes_in(batch.id)
        # Safety: a part of a batch would show which cast came out of which sealed cast.
        if not wanted <= boxes.keys():
            return Counter({"held-back": len(wanted)})
        return self._hand_in(batch, self._look({box: boxes[box] for box in wanted}).waiting[batch.ballot])

    def _hand_in(self, batch: Batch, opened: Iterable[Opened]) -> Counter[str]:
        """Hand a whole batch in, in an order that says nothing of when anything came."""
        casts = list({one.cast.leaf: one.cast.data for one in opened}.values())
        secrets.SystemRandom().shuffle(casts)
        answers = self.site.deliver(casts)
        told = Counter("handed-in" if what == "promise" else f"refused-{words}" for what, words in answers)
        self.memory.finish(batch, told)
        return told

    def _look(self, boxes: Boxes) -> Look:
        look = Look()
        for box, one in boxes.items():
            try:
                opened = Opened(box, self._open(one.data))
                why = self._why_not(opened, one)
            except SealError:
                why = "closed-to-us"
            except BookError:
                why = "no-cast"
            if why:
                look.dropped[box] = why
            else:
                look.waiting[opened.cast.checked.ballot].append(opened)
        return look

    def _open(self, data: bytes) -> ReadCast:
        for key in reversed(self.openers):
            try:
                padded = open_cast(data, key, self.served.register.origin)
            except SealError:
                continue
            return read_cast(padded, self.served.register)
        raise SealError("got a sealed cast that none of these keys opens")

    def _why_not(self, opened: Opened, sealed: Sealed) -> str:
        """Why a cast is not handed in although it holds; empty when it is."""
        ballot, roll = opened.cast.checked.ballot, roll_of(sealed.data)
        if ballot not in self.served.rolls.get(roll, ()):
            return "other-roll"
        ends = sorted({self._end(one) for one in self.served.rolls[roll]})
        return "late" if sealed.past > ends.index(self._end(ballot)) else ""

    def _end(self, ballot: int) -> int:
        facts = self.served.register.ballots[ballot]
        roll = self.served.bodies[facts.roll] if facts.roll is not None else None
        return hours_of(self.served.bodies[ballot], roll).counts_until

    def _due(self, ballot: int, opened: Iterable[Opened], handed: int) -> int | None:
        persons = {one.cast.checked.nullifier for one in opened}
        pace = self.served.register.ballots[ballot].pace
        return due_slot(pace, self._end(ballot), handed, self.site.clock(), len(persons))
