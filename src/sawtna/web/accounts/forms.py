"""What an organiser types at the entrance: a new password, a language, a code in whatever numerals the keyboard has."""

from __future__ import annotations

import unicodedata
from typing import Any

from allauth.account.fields import SetPasswordField
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from sawtna.web.accounts.models import Organiser


def plain_digits(text: str) -> str:
    """A code in ASCII digits without spaces: `٠٤٢ ۱۹۳` gives `042193`."""
    kept = [character for character in text if not character.isspace()]
    return "".join(str(unicodedata.decimal(character, character)) for character in kept)


class _CodeMixin:
    """Reads the code in any numerals and shows the keyboard of digits."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        attributes = self.fields["code"].widget.attrs
        attributes.pop("placeholder", None)
        attributes.update({"inputmode": "numeric", "dir": "ltr", "class": "code"})

    def clean_code(self) -> str:
        self.cleaned_data["code"] = plain_digits(self.cleaned_data["code"])
        return super().clean_code()  # type: ignore[misc]


class CodeForm(_CodeMixin, AuthenticateForm):
    """The second step of a login."""


class CodeAgainForm(_CodeMixin, ReauthenticateForm):
    """The code once more, before something that matters."""


class FirstCodeForm(_CodeMixin, ActivateTOTPForm):
    """The code that shows that the app has the secret."""


class PasswordForm(forms.Form):
    """The password that an invited organiser chooses, twice."""

    password1 = SetPasswordField(label=_("Password"))
    password2 = forms.CharField(
        label=_("The same password again"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, organiser: Organiser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        password = self.fields["password1"]
        password.user = organiser  # type: ignore[attr-defined]
        password.widget.attrs.pop("placeholder", None)

    def clean(self) -> dict[str, Any]:
        """Refuse two different passwords."""
        said = super().clean() or {}
        first, second = said.get("password1"), said.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("The two passwords are not the same. Type the same one twice."))
        return said


class LanguageForm(forms.ModelForm):
    """The language in which mails and links are written to an organiser."""

    class Meta:
        model = Organiser
        fields = ("language",)
        widgets = {"language": forms.RadioSelect}  # noqa: RUF012 - Django's own shape
