"""Who did what at the desk: read by the members of a campaign, never public, never changed."""

from typing import ClassVar

from django.conf import settings
from django.db import models


class Trail(models.Model):
    """One step. Holds ids and indices, no words, so that nothing has to be erased from it; sealed (`seals.py`).

    `who` is None for the host at the command line, and may point at an account that is gone: a sealed row cannot be
    changed when someone leaves. `entries` are the indices that were written to the book.
    """

    at = models.DateTimeField()
    who = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    what = models.CharField(max_length=40)
    campaign = models.SlugField(max_length=60)
    about = models.JSONField(default=dict)
    entries = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["campaign", "id"], name="campaigns_trail_of_campaign")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what} {self.campaign}"
