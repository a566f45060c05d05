"""Accepts casts: from then on they wait for their batch, and their promises say so."""

from __future__ import annotations

from collections.abc import Sequence

from sawtna.campaigns.core.casting.casts import ReadCast
from sawtna.campaigns.models import Voice, WaitingCast
from sawtna.campaigns.turned import Turned


def accept_casts(casts: Sequence[ReadCast]) -> list[Turned | None]:
    """Store casts that were read and found valid; the same cast again is accepted again.

    For each None, or `double` when another cast of the same one-time key has this q; then nothing of it is stored.
    """
    rows = Voice.objects.filter(nullifier__in={cast.checked.nullifier for cast in casts})
    leaves = {(bytes(key), q): bytes(leaf) for key, q, leaf in rows.values_list("nullifier", "q", "leaf")}
    fresh, answers = [], []
    for cast in casts:
        name = (cast.checked.nullifier, cast.checked.q)
        if name not in leaves:
            leaves[name] = cast.leaf
            fresh.append(cast)
        answers.append(None if leaves[name] == cast.leaf else _double())
    Voice.objects.bulk_create(
        Voice(nullifier=cast.checked.nullifier, q=cast.checked.q, leaf=cast.leaf) for cast in fresh
    )
    WaitingCast.objects.bulk_create(
        WaitingCast(leaf=cast.leaf, ballot=cast.checked.ballot, body=cast.data) for cast in fresh
    )
    return answers


def accept_cast(cast: ReadCast) -> None:
    """The same for one cast; raises Turned."""
    (refusal,) = accept_casts([cast])
    if refusal is not None:
        raise refusal


def _double() -> Turned:
    sentence = "Another cast was already handed in with this number. Change it with the next number."
    return Turned(409, "double", sentence)
