"""How allauth behaves in this house: nobody signs up, secrets are not kept in clear, QR codes are drawn by segno."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from io import BytesIO
from typing import Any

import segno
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.translation import gettext as _

SILENT = frozenset({"account/messages/logged_in.txt", "account/messages/logged_out.txt"})


class EntranceAdapter(DefaultAccountAdapter):
    """The entrance. There is no public sign-up: organisers come by invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 - allauth's signature
        """Never."""
        return False

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *rest: Any, **more: Any
    ) -> None:
        """Say only what the page does not show anyway."""
        if message_template not in SILENT:
            super().add_message(request, level, message_template, *rest, **more)


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor. Whoever reads the database alone cannot make codes: the secrets are sealed with VAR/secret."""

    def encrypt(self, text: str) -> str:
        """Seal a secret for the database."""
        return _seal().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret; raises PermissionDenied when VAR/secret is not the one that sealed it."""
        try:
            return _seal().decrypt(encrypted_text.encode("ascii")).decode()
        except InvalidToken:
            raise PermissionDenied(_("This house has a new secret: ask the host for a new link.")) from None

    def build_totp_svg(self, url: str) -> str:
        """The QR code of `url` as an SVG without style attributes, which the page's policy would refuse."""
        picture = BytesIO()
        code = segno.make(url, error="m")
        code.save(picture, kind="svg", scale=5, light="#fff", xmldecl=False, svgclass=None, lineclass=None)
        return picture.getvalue().decode()


def _seal() -> Fernet:
    key = HKDF(SHA256(), 32, salt=None, info=b"sawtna/v1/second-factor").derive(settings.SECRET_KEY.encode())
    return Fernet(urlsafe_b64encode(key))
