"""Gives an organiser a role in a campaign, or another one."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sawtna.campaigns.actions.remove_member import check_owner_left
from sawtna.campaigns.core.roles import OWNER, ROLES
from sawtna.campaigns.models import Draft, Membership
from sawtna.campaigns.pen import By, check_right, leave_trail, unknown_campaign
from sawtna.campaigns.told import accepted_story
from sawtna.ledger.core.schema import visible
from sawtna.ledger.refusals import Refused, faults_as_sentences


def add_member(campaign: str, user: Any, role: str, by: By = None) -> None:
    """Let someone work on a campaign in that role.

    :raises Refused: `unknown_campaign`, `unknown_role`, `not_allowed`, `last_owner` when the only owner would become another.
    """
    check_right(by, campaign, "change-members")
    if role not in ROLES:
        sentence = _("%(role)s is no role. There are: %(roles)s.")
        raise Refused("unknown_role", sentence % {"role": visible(role[:40]), "roles": ", ".join(ROLES)})
    with faults_as_sentences(), transaction.atomic():
        if accepted_story(campaign) is None and not Draft.objects.filter(campaign=campaign).exists():
            raise unknown_campaign(campaign)
        if role != OWNER:
            check_owner_left(campaign, user)
        Membership.objects.update_or_create(user=user, campaign=campaign, defaults={"role": role})
        leave_trail(by, "add-member", campaign, {"member": user.pk, "role": role})
