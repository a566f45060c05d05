"""Who works on which campaign, and as what."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from sawtna.campaigns.core.roles import ROLES


class Membership(models.Model):
    """An organiser in a role. A campaign that has members has an owner among them (`actions/remove_member.py`)."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    campaign = models.SlugField(max_length=60)
    role = models.CharField(max_length=20, choices=[(role, role) for role in ROLES])

    class Meta:
        ordering: ClassVar = ["campaign", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "campaign"], name="campaigns_one_role_in_a_campaign"),
            models.CheckConstraint(condition=models.Q(role__in=ROLES), name="campaigns_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} of {self.campaign}"
