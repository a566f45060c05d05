"""Pages of accounts that allauth does not have: the invitation, one's own account, a forgotten password."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from allauth.account.models import Login
from allauth.account.views import PasswordResetView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from sawtna.web.accounts.actions.choose_password import choose_password
from sawtna.web.accounts.forms import LanguageForm, PasswordForm
from sawtna.web.accounts.links import organiser_of
from sawtna.web.accounts.models import Organiser
from sawtna.web.accounts.outgoing import sends_mail
from sawtna.web.accounts.second_factor import has_second_factor


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Let whoever holds the link choose a password; opening the page alone uses nothing up."""
    organiser = organiser_of(token)
    if organiser is None:
        return _without_referrer(render(request, "accounts/link_used.html", status=410))
    form = PasswordForm(request.POST or None, organiser=organiser)
    if request.method == "POST" and form.is_valid():
        password = form.cleaned_data["password1"]
        if (chosen := choose_password(token, password)) is None:
            return _without_referrer(render(request, "accounts/link_used.html", status=410))
        return _enter(request, chosen)
    return _without_referrer(
        render(request, "accounts/invitation.html", {"form": form, "organiser": organiser})
    )


def _enter(request: HttpRequest, organiser: Organiser) -> HttpResponse:
    login = Login(user=organiser, email=organiser.email, redirect_url=reverse("campaigns:desk:home"))
    response = perform_password_login(request, {"email": organiser.email}, login)
    if request.user.is_authenticated:
        reauthenticate_by_password(
            request
        )  # typed twice a moment ago; the second factor asks for no third time
    return response


def _without_referrer(response: HttpResponse) -> HttpResponse:
    # The address is a key. "same-origin" still lets the form be checked against CSRF and tells other sites nothing.
    response.headers["Referrer-Policy"] = "same-origin"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_account(request: HttpRequest) -> HttpResponse:
    """Show what is stored about oneself, and choose the language of mails and links."""
    form = LanguageForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        organiser = form.save()
        with translation.override(organiser.language):
            messages.success(request, _("Saved."))
            return HttpResponseRedirect(reverse("account_mine"))
    context = {"form": form, "has_second_factor": has_second_factor(request.user)}
    return render(request, "accounts/mine.html", context)


class ForgottenPassword(PasswordResetView):
    """allauth's page, which also says when this house sends no mail."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add `sends_mail`."""
        return {**super().get_context_data(**kwargs), "sends_mail": sends_mail()}
