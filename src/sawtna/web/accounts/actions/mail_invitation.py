"""Send the link of an invitation by mail, where this house sends any."""

from __future__ import annotations

import logging
from smtplib import SMTPException

from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from sawtna.web.accounts.outgoing import sends_mail

log = logging.getLogger(__name__)


def mail_invitation(address: str, language: str, url: str, campaign: str) -> bool:
    """Whether the mail has left. Without it nothing is lost: the link is shown to whoever invites."""
    if not sends_mail():
        return False
    with translation.override(language):
        subject = " ".join(_("Invitation to work on “%(campaign)s”").split()) % {
            "campaign": " ".join(campaign.split())
        }
        body = render_to_string("accounts/invitation.txt", {"url": url, "campaign": campaign})
    try:
        return bool(send_mail(subject, body, None, [address]))
    except (SMTPException, OSError) as fault:
        log.warning("an invitation could not be mailed: %s", type(fault).__name__)
        return False
