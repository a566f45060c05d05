"""Ends the work of an organiser on a campaign; the last owner cannot leave."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sawtna.campaigns.core.roles import OWNER
from sawtna.campaigns.models import Membership
from sawtna.campaigns.pen import By, check_right, leave_trail
from sawtna.ledger.refusals import Refused, faults_as_sentences


def remove_member(campaign: str, user: Any, by: By = None) -> None:
    """Take someone's role in a campaign away; everyone may take away their own.

    :raises Refused: `not_allowed`, `no_member`, `last_owner`.
    """
    if by is None or by.pk != user.pk:
        check_right(by, campaign, "change-members")
    with faults_as_sentences(), transaction.atomic():
        check_owner_left(campaign, user)
        if not Membership.objects.filter(campaign=campaign, user=user).delete()[0]:
            raise Refused("no_member", _("This person does not work on the campaign."))
        leave_trail(by, "remove-member", campaign, {"member": user.pk})


def check_owner_left(campaign: str, user: Any) -> None:
    """Refuse when nobody else owns the campaign; two owners who leave at the same moment wait for each other."""
    owners = Membership.objects.select_for_update().filter(campaign=campaign, role=OWNER)
    if [owner.user_id for owner in owners.order_by("pk")] == [user.pk]:
        raise Refused(
            "last_owner", _("This is the only owner of the campaign. Make someone else an owner first.")
        )
