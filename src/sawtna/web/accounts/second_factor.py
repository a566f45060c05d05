"""Whether this very session was opened with a second factor, and the door that asks for one before the desk.

The session keeps the number of the organiser who showed it, so that a half-finished login as one cannot serve another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

SHOWN = "second_factor_shown_by"
GUARDED = "desk"
STRONG = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


@receiver(signals.authenticator_used)
@receiver(signals.authenticator_added)
def remember_second_factor(request: HttpRequest, user: Any, **_: object) -> None:
    """Note in the session that `user` has just shown or set up a second factor."""
    request.session[SHOWN] = user.pk


def has_second_factor(user: Any) -> bool:
    """Whether this organiser has set one up (recovery codes alone are none)."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=STRONG).exists()


def door_of(request: HttpRequest) -> str | None:
    """Where to go first: to log in, to set up a second factor, to show it; None when the desk is open."""
    user = request.user
    if not user.is_authenticated:
        return "account_login"
    if not has_second_factor(user):
        return "mfa_index"
    return None if request.session.get(SHOWN) == user.pk else "mfa_reauthenticate"


class DeskDoor:
    """Middleware: no view of the desk is called without a second factor. Guards whatever stands under the name `desk`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """Lead to the door that is still closed."""
        match = request.resolver_match
        if match is None or GUARDED not in match.namespaces:
            return None
        door = door_of(request)
        if door is None:
            return None
        # What was posted to a closed door is not repeated behind it.
        back = request.get_full_path() if request.method == "GET" else reverse("campaigns:desk:home")
        return HttpResponseRedirect(f"{reverse(door)}?{urlencode({REDIRECT_FIELD_NAME: back})}")
