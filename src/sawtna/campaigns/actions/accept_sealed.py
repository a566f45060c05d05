"""Accepts one sealed cast: it waits for the relay of its roll, with nothing beside it that tells when or from where it came."""

from __future__ import annotations

from sawtna.campaigns.core.casting.sealing import seal_hash
from sawtna.campaigns.models import SealedCast
from sawtna.campaigns.turned import Turned

MOST_WAITING = 200_000  # about 430 MB: nobody can tell garbage from casts, so a flood must not fill the disk


def accept_sealed(sealed: bytes, roll: int, past: int) -> None:
    """Store a sealed cast; the same bytes again are accepted again. Raises Turned when too many wait."""
    box = seal_hash(sealed)
    if SealedCast.objects.filter(box=box).exists():
        return
    if SealedCast.objects.count() >= MOST_WAITING:
        raise Turned(503, "busy", "Very many sealed casts wait for the relay. Try again later.")
    SealedCast.objects.bulk_create([SealedCast(box=box, roll=roll, past=past, body=sealed)])
