"""An organiser's account: an address, a password, a language.

Whoever can change this table can enter the desk as anyone; it can never change the book. Owner: accounts; an account
lives until the host deletes it.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from sawtna.ledger.core.schema import LANGUAGES

OWN_NAMES = {"ar": "العربية", "fr": "Français", "en": "English"}


class OrganiserManager(BaseUserManager["Organiser"]):
    """Finds organisers by address, whatever the case it is written in."""

    def get_by_natural_key(self, address: str | None) -> Organiser:
        """The organiser with that address; raises `Organiser.DoesNotExist`."""
        return self.get(email=tidy_address(address or ""))

    def create_user(self, email: str, password: str | None = None, language: str = "ar") -> Organiser:
        """A new active organiser; without a password nobody can log in until one is chosen."""
        organiser = self.model(email=tidy_address(email), language=language)
        organiser.set_password(password)
        organiser.save(using=self._db)
        return organiser


def tidy_address(text: str) -> str:
    """The one spelling under which an address is stored: no spaces around, small letters."""
    return text.strip().lower()


class Organiser(AbstractBaseUser):
    """Someone who works at the desk. There are no superusers and no permissions: rooms decide by membership."""

    # When someone was last here is nobody's business, so Django's column (and with it its signal) is left out.
    last_login = None

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[(code, OWN_NAMES[code]) for code in LANGUAGES], default="ar"
    )
    is_active = models.BooleanField(_("may log in"), default=True)
    may_open_campaigns = models.BooleanField(_("may open campaigns"), default=False)
    # Who may make the link of the invitation anew: this organiser, or the host where there is none.
    invited_by = models.ForeignKey(
        "self", verbose_name=_("invited by"), null=True, blank=True, on_delete=models.SET_NULL
    )

    objects: ClassVar[OrganiserManager] = OrganiserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        """How the table is named, and that an address is known once."""

        verbose_name = _("organiser")
        verbose_name_plural = _("organisers")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(Lower("email"), name="accounts_one_organiser_an_address"),
        ]

    def __str__(self) -> str:
        return self.email

    def clean(self) -> None:
        """Bring the address into its one spelling."""
        super().clean()
        self.email = tidy_address(self.email)
