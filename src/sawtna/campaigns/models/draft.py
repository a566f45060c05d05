"""A campaign as it is being prepared: one document for each campaign, shared by its editors."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Draft(models.Model):
    """The document of a campaign at the desk. Owner: its members; lives as long as the campaign.

    `revision` goes up by one with each change, so that two editors do not overwrite each other in silence.
    """

    campaign = models.SlugField(max_length=60, unique=True)
    document = models.JSONField()
    revision = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        ordering: ClassVar = ["campaign"]

    def __str__(self) -> str:
        return f"{self.campaign}, revision {self.revision}"
