"""Takes contacts' tokens out: one for each ballot asked for, once, and the same again when the answer was lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sawtna.campaigns.core.casting.taking import TokenRequest
from sawtna.campaigns.models import Tag
from sawtna.campaigns.turned import Turned, spent

__all__ = ["Bundle", "TokenRequest", "issue_tokens"]


@dataclass(frozen=True, slots=True)
class Bundle:
    """All tokens that one contact asks for at once; `tag` stands for the contact."""

    tag: bytes
    wanted: Sequence[TokenRequest]


def issue_tokens(bundles: Sequence[Bundle]) -> list[Turned | None]:
    """Note that these contacts take these tokens; the caller signs when it is durable.

    For each None, or `spent` when another blinded message was signed for the contact; then nothing of it is noted.
    """
    ballots = {one.ballot for bundle in bundles for one in bundle.wanted}
    rows = Tag.objects.filter(ballot__in=ballots, tag__in={bundle.tag for bundle in bundles})
    taken = {
        (ballot, bytes(tag)): (key, bytes(blinded))
        for ballot, tag, key, blinded in rows.values_list("ballot", "tag", "key", "blinded")
    }
    fresh: list[Tag] = []
    answers: list[Turned | None] = []
    for bundle in bundles:
        asked = {(one.ballot, bundle.tag): (one.key, sha256(one.blinded).digest()) for one in bundle.wanted}
        if any(taken.get(name, told) != told for name, told in asked.items()):
            answers.append(spent())
            continue
        fresh += [
            Tag(ballot=ballot, tag=tag, key=key, blinded=blinded)
            for (ballot, tag), (key, blinded) in asked.items()
            if (ballot, tag) not in taken
        ]
        taken.update(asked)
        answers.append(None)
    Tag.objects.bulk_create(fresh)
    return answers
