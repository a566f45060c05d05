"""Makes invitation codes for a roll: commits to them in the book, keeps their hashes, and hands the codes out once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from sawtna.campaigns.core.casting.invitations import (
    CODE_BYTES,
    code_hash,
    read_invitation,
    root_of_codes,
    write_invitation,
)
from sawtna.campaigns.core.story import Item
from sawtna.campaigns.models import Invitation
from sawtna.campaigns.pen import (
    By,
    check_right,
    desk_transaction,
    leave_trail,
    publish_after_commit,
    story_in_book,
)
from sawtna.ledger.accepted import accepted_of
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.refusals import Refused

MOST_CODES = 5000  # at once: a sheet that a browser can still print
KIND = "invite"


@dataclass(frozen=True, slots=True)
class Made:
    """Codes in groups of four, in no order that anything else knows. Nobody can ask for them again."""

    codes: tuple[str, ...]
    entry: int


def make_invitations(campaign: str, roll: str, count: int, seen: int, by: By = None) -> Made:
    """Make `count` codes for a roll of the book; `seen` is how many there were on the page that asked.

    So a page that is sent twice makes its codes once.

    :raises Refused: `invitation_count`, `no_invitations`, `roll_over`, `invitations_moved`, `not_allowed`, `unknown_campaign`,
        or what the book refuses.
    """
    check_right(by, campaign, "publish")
    if not 0 < count <= MOST_CODES:
        sentence = _("Ask for 1 to %(most)s codes at once.")
        raise Refused("invitation_count", sentence % {"most": MOST_CODES})
    codes = tuple(_codes(count))
    with desk_transaction():
        item = _roll(campaign, roll)
        if committed(item.index) != seen:
            raise Refused(
                "invitations_moved",
                _(
                    "Codes were made for this roll in the meantime, perhaps by this very page. Look how many there are now."
                ),
            )
        body = {"k": KIND, "i": item.index, "n": count, "root": encode_base64url(root_of_codes(codes))}
        entries = append_entries([NewEntry(body)])
        hashes = sorted(map(code_hash, codes))  # rows in the order of hashes tell nothing of the sheets
        Invitation.objects.bulk_create([Invitation(roll=item.index, code=one) for one in hashes])
        leave_trail(
            by, "make-invitations", campaign, {"section": "rolls", "id": roll, "count": count}, entries
        )
        publish_after_commit()
    return Made(codes, entries[0])


def _codes(count: int) -> Iterator[str]:
    seen: set[str] = set()
    while len(seen) < count:
        code = write_invitation(secrets.token_bytes(CODE_BYTES))
        if (plain := read_invitation(code)) not in seen:
            seen.add(plain)
            yield code


def _roll(campaign: str, name: str) -> Item:
    item = story_in_book(campaign).item("rolls", name)
    kinds = item.body.get("kinds") if item is not None else None
    if item is None or not isinstance(kinds, list) or KIND not in kinds:
        raise Refused(
            "no_invitations", _("No roll of that name in the book takes invitation codes. Publish it first.")
        )
    closes = item.body.get("closes")
    if isinstance(closes, int) and closes <= timezone.now().timestamp():
        raise Refused("roll_over", _("This roll has closed, so nobody could use a code any more."))
    return item


def committed(roll: int) -> int:
    """How many codes the book commits to for the roll of that entry, accepted ones too."""
    counts = (body["n"] for _index, body in accepted_of((KIND,)) if body["i"] == roll)
    return sum(count for count in counts if isinstance(count, int))
