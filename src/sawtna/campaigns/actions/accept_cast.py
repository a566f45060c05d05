"""Accepts one cast: from then on it waits for its batch, and its promise says so."""

from __future__ import annotations

from sawtna.campaigns.core.casting.casts import ReadCast
from sawtna.campaigns.models import Voice, WaitingCast
from sawtna.campaigns.turned import Turned


def accept_cast(cast: ReadCast) -> None:
    """Store a cast that was read and found valid; the same cast again is accepted again.

    :raises Turned: `double` when another cast of the same one-time key has this q.
    """
    checked = cast.checked
    voice = Voice.objects.filter(nullifier=checked.nullifier, q=checked.q).first()
    if voice is not None:
        if bytes(voice.leaf) == cast.leaf:
            return
        raise Turned(
            409,
            "double",
            "Another cast was already handed in with this number. Change it with the next number.",
        )
    Voice.objects.bulk_create([Voice(nullifier=checked.nullifier, q=checked.q, leaf=cast.leaf)])
    WaitingCast.objects.bulk_create([WaitingCast(leaf=cast.leaf, ballot=checked.ballot, body=cast.data)])
