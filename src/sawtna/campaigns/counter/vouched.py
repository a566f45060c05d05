"""Whether an invitation code was committed to, or a newcomer was vouched for by enough people of the roll."""

from __future__ import annotations

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
    return person.kind == "peer" and _vouches_of(person.roll_index).admits(code)


def _vouches_of(roll: int) -> Vouches:
    """The vouches of a roll in the published book: each nullifier counts once there, as the fold says."""
    vouches, seen = Vouches(), set()
    vouchings = {one.index: one for one in counters_book().ballots_of(roll) if one.sort == "vouch"}
    for _index, body, _words in reads.entries_of(kinds=("cast",)):
        ballot = vouchings.get(body["b"]) if isinstance(body["b"], int) else None
        if ballot is not None and (ballot.index, body["p"]) not in seen:
            seen.add((ballot.index, body["p"]))
            vouches.take(ballot.index, decode_base64url(str(body["h"])), ballot.vouches)
    return vouches
