"""Whether mail leaves this house."""

from django.conf import settings

STAYS = ("console", "dummy", "filebased")


def sends_mail() -> bool:
    """Whether mails reach the people that they are for."""
    return settings.EMAIL_BACKEND.split(".")[-2] not in STAYS
