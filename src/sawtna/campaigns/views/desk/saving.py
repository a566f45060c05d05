"""Changes a draft that others may change at the same time: read, change, store, and again when someone was faster."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from sawtna.campaigns.actions.open_draft import open_draft
from sawtna.campaigns.actions.save_draft import save_draft
from sawtna.campaigns.forms.things import Thing
from sawtna.campaigns.views.desk.counter import UNOPENED, Counter, open_counter
from sawtna.ledger.refusals import Refused

TRIES = 5
STALE = "stale_draft"


class Crossed(Exception):  # noqa: N818 (an event between two people, not a fault)
    """Someone else changed the very thing that is to be changed; `theirs` is how it stands now, None when it is gone."""

    def __init__(self, theirs: Thing | None) -> None:
        super().__init__("changed by someone else")
        self.theirs = theirs


def change_draft(desk: Counter, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Counter:
    """Store `change(document)` and return the desk as it stands then. `change` may be asked again with a newer document.

    Raises:
        Crossed: by `change`, when two people changed the same thing.
        Refused: the draft cannot be stored.
    """
    now = desk
    for _try in range(TRIES):
        document = change(dict(now.document))
        if document == now.document:
            return now
        try:
            revision = (
                now.revision if now.revision != UNOPENED else open_draft(now.campaign_id, now.user).revision
            )
            save_draft(now.campaign_id, document, revision, now.user)
        except Refused as refusal:
            if refusal.code != STALE:
                raise
            now = open_counter(desk.user, desk.campaign_id)
            continue
        return open_counter(desk.user, desk.campaign_id)
    raise Refused(STALE, _("Others change this draft again and again at this moment. Try once more."))
