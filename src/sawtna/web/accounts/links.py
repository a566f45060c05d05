"""The one-time link by which an organiser chooses a password.

It is worth one password: it holds until a password is chosen or a newer link is made, at most `LIFETIME`. Whoever
holds it can enter as that organiser, so it is shown once and never written to a log.
"""

from __future__ import annotations

from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from sawtna.web.accounts.models import Organiser

LIFETIME = timedelta(days=7)
SALT = "sawtna.web.accounts.links"


def link_of(organiser: Organiser) -> str:
    """The path of the link, in the organiser's language."""
    token = signing.dumps([organiser.pk, _mark(organiser)], salt=SALT)
    with translation.override(organiser.language):
        return reverse("account_choose_password", args=[token])


def organiser_of(token: str) -> Organiser | None:
    """Whose link this is; None when it was used, replaced, is too old or was never made here."""
    try:
        key, mark = signing.loads(token, salt=SALT, max_age=LIFETIME)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    organiser = Organiser.objects.filter(pk=key, is_active=True).first()
    return organiser if organiser and constant_time_compare(mark, _mark(organiser)) else None


def _mark(organiser: Organiser) -> str:
    # Changes with the password, also from one unusable password to the next: that is what makes a link good for once.
    return salted_hmac(SALT, f"{organiser.password} {organiser.email}", algorithm="sha256").hexdigest()[:32]
