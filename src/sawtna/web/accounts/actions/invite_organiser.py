"""Invite an organiser: an account without a password, and the link by which one is chosen."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from sawtna.ledger.core.schema import LANGUAGES, visible
from sawtna.web.accounts.links import link_of
from sawtna.web.accounts.models import Organiser, tidy_address


class InvitationError(ValueError):
    """Nobody was invited; the sentence says why."""


@transaction.atomic
def invite_organiser(
    email: str, language: str = "ar", *, by: Organiser | None = None, again: bool = False
) -> str:
    """The path of a one-time link, good for a week, under which `email` chooses a password.

    `by` is the organiser who invites, None for the host. Only the host's guests may open campaigns, and only whoever
    invited someone first (or the host) gets a new link: it is a key to the account. `again` is for the host alone: it
    takes the password and the second factors of an organiser who lost them, so that both are set up anew.

    Raises:
        InvitationError: nobody was invited; the sentence says why.
    """
    address = _checked(email, language)
    organiser = Organiser.objects.select_for_update().filter(email=address).first()
    if organiser is None:
        organiser = Organiser.objects.create_user(address, language=language)
        organiser.invited_by, organiser.may_open_campaigns = by, by is None
    else:
        _refuse_strangers(organiser, by, again=again)
        organiser.set_unusable_password()  # whatever link or session there was ends here
        organiser.is_active = True
        Authenticator.objects.filter(user=organiser).delete()
    organiser.save()
    return link_of(organiser)


def _refuse_strangers(organiser: Organiser, by: Organiser | None, *, again: bool) -> None:
    known = {"address": organiser.email}
    if by is None and again:
        return
    if organiser.has_usable_password():
        raise InvitationError(_("%(address)s has an account already and needs no invitation.") % known)
    if by is not None and organiser.invited_by_id != by.pk:
        raise InvitationError(
            _("%(address)s was invited already, by someone else. Ask them or the host for the link.") % known
        )


def _checked(email: str, language: str) -> str:
    if language not in LANGUAGES:
        raise InvitationError(
            _("The language is %(language)s, expected one of ar, fr, en.") % {"language": language}
        )
    address = tidy_address(email)
    try:
        validate_email(address)
    except ValidationError:
        raise InvitationError(
            _("%(address)s is no e-mail address. Write one such as amina@example.org.")
            % {"address": visible(address) or "…"}
        ) from None
    return address
