"""Choose a password by the link of an invitation; the link is used up with it."""

from django.db import transaction

from sawtna.web.accounts.links import organiser_of
from sawtna.web.accounts.models import Organiser


@transaction.atomic
def choose_password(token: str, password: str) -> Organiser | None:
    """The organiser who may log in from now on; None when the link was used up in the meantime."""
    organiser = organiser_of(token)
    if organiser is None:
        return None
    locked = Organiser.objects.select_for_update().get(pk=organiser.pk)
    if locked.password != organiser.password:  # two browsers with one link: the first has it
        return None
    locked.set_password(password)
    locked.save(update_fields=["password"])
    return locked
