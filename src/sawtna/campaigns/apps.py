"""Tells Django that the square exists, and the book what the square writes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.campaigns.legend import SQUARE
from sawtna.ledger.legend import enroll_legend


class CampaignsConfig(AppConfig):
    """The square as a Django app."""

    name = "sawtna.campaigns"
    label = "campaigns"
    verbose_name = _("The square")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enrol the kinds, their fold and their words."""
        from sawtna.campaigns.reads import country_of

        enroll_campaigns()
        enroll_legend("campaigns", SQUARE, country_of)
