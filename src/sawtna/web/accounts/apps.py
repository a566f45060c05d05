"""The accounts of organisers as a Django app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """App label `accounts`, which `AUTH_USER_MODEL` names."""

    name = "sawtna.web.accounts"
    label = "accounts"
    verbose_name = _("Accounts")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen for second factors."""
        import sawtna.web.accounts.second_factor  # noqa: F401 - its receivers
