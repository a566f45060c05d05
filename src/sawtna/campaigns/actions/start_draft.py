"""Begins a new campaign at the desk; nothing of it is public before it is published."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sawtna.campaigns.core.document import FORMAT, Document, tidy_document
from sawtna.campaigns.core.entries import RESERVED
from sawtna.campaigns.core.roles import OWNER
from sawtna.campaigns.core.things import is_slug
from sawtna.campaigns.models import Draft, Membership
from sawtna.campaigns.pen import By, leave_trail
from sawtna.campaigns.told import accepted_story
from sawtna.ledger.core.schema import visible
from sawtna.ledger.refusals import Refused, faults_as_sentences


def start_draft(campaign: str, by: By, fields: Mapping[str, object] | None = None) -> Draft:
    """Make the first draft of a campaign, which belongs to whoever begins it. `fields` are known values of its own item.

    :raises Refused: `bad_id`, `id_taken`.
    """
    if not is_slug(campaign) or campaign in RESERVED:
        sentence = _(
            "%(campaign)s cannot be the address of a campaign. Take 1 to 60 small letters, digits and hyphens, such as "
            "morocco-2016; some words are kept for the site itself."
        )
        raise Refused("bad_id", sentence % {"campaign": visible(campaign[:60])})
    with faults_as_sentences(), transaction.atomic():
        _check_free(campaign)
        draft = Draft.objects.create(
            campaign=campaign,
            document=_first_document(campaign, fields),
            changed_at=timezone.now(),
            changed_by=by,
        )
        Membership.objects.create(user=by, campaign=campaign, role=OWNER)
        leave_trail(by, "start", campaign)
    return draft


def _check_free(campaign: str) -> None:
    is_known = accepted_story(campaign) is not None
    if is_known or any(model.objects.filter(campaign=campaign).exists() for model in (Draft, Membership)):
        sentence = _("There is a campaign named %(campaign)s already. Choose another address.")
        raise Refused("id_taken", sentence % {"campaign": campaign})


def _first_document(campaign: str, fields: Mapping[str, object] | None) -> Document:
    return tidy_document({"format": FORMAT, "campaign": {**(fields or {}), "id": campaign}})
