"""Takes one contact's tokens out: one for each ballot asked for, once, and the same again when the answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sawtna.campaigns.core.casting.taking import TokenRequest
from sawtna.campaigns.models import Tag
from sawtna.campaigns.turned import spent

__all__ = ["TokenRequest", "issue_tokens"]


def issue_tokens(tag: bytes, wanted: Sequence[TokenRequest]) -> None:
    """Note that this contact takes these tokens; the caller signs when it is durable.

    :raises Turned: `spent` when another blinded message was signed for the contact; then nothing is noted.
    """
    taken = {
        row.ballot: row for row in Tag.objects.filter(tag=tag, ballot__in=[one.ballot for one in wanted])
    }
    fresh = []
    for one in wanted:
        digest = sha256(one.blinded).digest()
        row = taken.get(one.ballot)
        if row is None:
            fresh.append(Tag(ballot=one.ballot, tag=tag, key=one.key, blinded=digest))
        elif bytes(row.blinded) != digest or row.key != one.key:
            raise spent()
    Tag.objects.bulk_create(fresh)
