"""Tells Django that the instrument exists, and the book what it writes."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from sawtna.checks.kinds import enroll_checks
from sawtna.checks.legend import INSTRUMENT
from sawtna.ledger.legend import enroll_legend


class ChecksConfig(AppConfig):
    """The instrument as a Django app."""

    name = "sawtna.checks"
    label = "checks"
    verbose_name = _("The instrument")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Enrol the kind, its fold and their words."""
        enroll_checks()
        enroll_legend("checks", INSTRUMENT)
