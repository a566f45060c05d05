"""Deletes sealed casts that their relay has dealt with."""

from __future__ import annotations

from collections.abc import Iterable

from sawtna.campaigns.models import SealedCast

AT_ONCE = 500


def release_sealed(boxes: Iterable[bytes], rolls: Iterable[int]) -> int:
    """Delete those of these rolls, by their SHA-256; how many there were. Asking again is harmless."""
    wanted, many = list(boxes), 0
    for start in range(0, len(wanted), AT_ONCE):
        some = SealedCast.objects.filter(roll__in=list(rolls), box__in=wanted[start : start + AT_ONCE])
        many += some.delete()[0]
    return many
