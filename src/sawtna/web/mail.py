"""Reads the mail address of a house (SAWTNA_MAIL) into Django's settings."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

BACKENDS = "django.core.mail.backends"


def mail_settings(address: str, var: Path) -> dict[str, Any]:
    """Settings for `console:`, `file:`, `file:FOLDER` (in VAR), `smtp://USER:PASSWORD@HOST:PORT/` or `smtps://…`.

    smtp is always upgraded by STARTTLS, except towards this very machine.

    Raises:
        ValueError: with a sentence, when the address is none of these.
    """
    parts = urlsplit(address)
    if parts.scheme == "console":
        return {"EMAIL_BACKEND": f"{BACKENDS}.console.EmailBackend"}
    if parts.scheme == "file":
        return {
            "EMAIL_BACKEND": f"{BACKENDS}.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(var / (parts.path or "mail")),
        }
    if parts.scheme in {"smtp", "smtps"} and parts.hostname:
        return _smtp_settings(address)
    raise ValueError(
        f"SAWTNA_MAIL is {address.rsplit('@', maxsplit=1)[-1]!r}; expected console:, file:, smtp://USER:PASSWORD@HOST:587/ or smtps://USER:PASSWORD@HOST/."
    )


def _smtp_settings(address: str) -> dict[str, Any]:
    parts = urlsplit(address)
    direct = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "sawtna.web.pipelined_mail.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if direct else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": direct,
        "EMAIL_USE_TLS": not direct and parts.hostname not in {"localhost", "127.0.0.1", "::1"},
        "EMAIL_TIMEOUT": 20,  # seconds
    }
