"""Whether an invitation code was committed to, or a newcomer was vouched for by enough people of the roll."""

from __future__ import annotations

import threading

from sawtna.campaigns.ballots_of_book import counters_book
from sawtna.campaigns.core.casting.peers import Vouches
from sawtna.campaigns.counter.requests import Person
from sawtna.campaigns.models import Invitation
from sawtna.ledger import reads
from sawtna.ledger.core.encoding import decode_base64url


def is_vouched_for(person: Person) -> bool:
    """Of kinds `invite` and `peer`: the contact is SHA-256 of the code, in hex."""
    code = bytes.fromhex(person.contact)
    if person.kind == "invite":
        return Invitation.objects.filter(roll=person.roll_index, code=code).exists()
    return person.kind == "peer" and _KEPT.of_roll(person.roll_index).admits(code)


class _Kept:
    """The vouches of each roll as the book was published last, shared by all threads of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: str | None = None
        self._of_roll: dict[int, Vouches] = {}

    def of_roll(self, roll: int) -> Vouches:
        state = reads.state()
        with self._lock:
            if state != self._state:
                self._state, self._of_roll = state, {}
            if roll not in self._of_roll:
                self._of_roll[roll] = _count_vouches(roll)
            return self._of_roll[roll]


_KEPT = _Kept()


def _count_vouches(roll: int) -> Vouches:
    """The vouches of a roll in the published book: each one-time key counts once there, as the fold says.

    Only the batches of its vouchings are read, and not the casts of all ballots: the casts of a batch stand right before it.
    """
    vouches, seen = Vouches(), set()
    vouchings = {one.index: one for one in counters_book().ballots_of(roll) if one.sort == "vouch"}
    for index, batch, _words in reads.entries_of(kinds=("batch",)) if vouchings else ():
        vouching = vouchings.get(_whole(batch.get("b")))
        for cast in reads.entries_at(range(index - _whole(batch["n"]), index)) if vouching else ():
            key = (cast.body.get("b"), cast.body.get("p"))
            if vouching and key[0] == vouching.index and key not in seen:
                seen.add(key)
                vouches.take(vouching.index, decode_base64url(str(cast.body["h"])), vouching.vouches)
    return vouches


def _whole(value: object) -> int:
    return value if isinstance(value, int) else -1
