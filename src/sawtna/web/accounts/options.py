"""What allauth is told about accounts; `sawtna.web.settings` takes it over as it stands."""

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

ROOM = "sawtna.web.accounts"

# Where a visitor comes from is not asked (behind a proxy everyone has its address), so guesses are counted by account, and
# what allauth counts by `ip` is a ceiling for the whole site that only a flood reaches. Counted in memory, never stored.
RATE_LIMITS = {
    "login": "300/m/ip",
    "login_failed": "5/300s/key",
    "reset_password": "60/m/ip,5/m/key",
    "reset_password_from_key": "60/m/ip",
}


def account_settings(origin: str) -> dict[str, Any]:
    """Settings for accounts on a site with this public address (`https://…` or, on one's own machine, `http://…`)."""
    parts = urlsplit(origin)
    return {
        # Rooms do not know accounts; the desk's page of members finds these two by their names.
        "SAWTNA_INVITE": f"{ROOM}.actions.invite_organiser.invite_organiser",
        "SAWTNA_MAIL_INVITATION": f"{ROOM}.actions.mail_invitation.mail_invitation",
        **_entrance(parts.scheme),
        **_second_factor(parts.hostname or "localhost", parts.scheme),
    }


def _entrance(scheme: str) -> dict[str, Any]:
    return {
        "ACCOUNT_ADAPTER": f"{ROOM}.adapter.EntranceAdapter",
        "ACCOUNT_LOGIN_METHODS": {"email"},
        "ACCOUNT_SIGNUP_FIELDS": ["email*", "password1*", "password2*"],
        "ACCOUNT_USER_MODEL_USERNAME_FIELD": None,
        # Whoever holds an invitation was let in by name; no mail has to arrive for it.
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "ACCOUNT_EMAIL_NOTIFICATIONS": False,  # they would quote an IP address and a browser
        "ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS": False,
        "ACCOUNT_EMAIL_SUBJECT_PREFIX": "",
        "ACCOUNT_DEFAULT_HTTP_PROTOCOL": scheme,
        "ACCOUNT_LOGOUT_REDIRECT_URL": "account_login",
        "ACCOUNT_SESSION_REMEMBER": False,  # ends with the browser
        "ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE": False,
        "ACCOUNT_REAUTHENTICATION_TIMEOUT": 900,  # seconds
        "ACCOUNT_RATE_LIMITS": RATE_LIMITS,
    }


def _second_factor(host: str, scheme: str) -> dict[str, Any]:
    # A passkey belongs to a name; browsers refuse one for an address such as 127.0.0.1 (WebAuthn 5.1.3).
    has_name = not _is_address(host)
    return {
        "MFA_ADAPTER": f"{ROOM}.adapter.SecondFactorAdapter",
        "MFA_SUPPORTED_TYPES": ["totp", *(["webauthn"] if has_name else []), "recovery_codes"],
        "MFA_PASSKEY_LOGIN_ENABLED": has_name,
        "MFA_ALLOW_UNVERIFIED_EMAIL": True,
        "MFA_RATE_LIMITS": {"webauthn_login": "120/m/ip"},
        "MFA_TOTP_ISSUER": f"Sawtna ({host})",
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN": scheme != "https",
        "MFA_FORMS": {
            "authenticate": f"{ROOM}.forms.CodeForm",
            "reauthenticate": f"{ROOM}.forms.CodeAgainForm",
            "activate_totp": f"{ROOM}.forms.FirstCodeForm",
        },
    }


def _is_address(host: str) -> bool:
    try:
        ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True
