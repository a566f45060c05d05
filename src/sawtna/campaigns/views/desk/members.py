"""Who works on a campaign: shown to all its members, changed by its owners."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user_model
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from sawtna.campaigns import reads
from sawtna.campaigns.actions.add_member import add_member
from sawtna.campaigns.actions.remove_member import remove_member
from sawtna.campaigns.core.roles import EDITOR, MAY, OWNER, ROLES
from sawtna.campaigns.forms.choices import RIGHTS
from sawtna.campaigns.forms.questions import TONGUES
from sawtna.campaigns.views.desk.counter import Counter, at_the_counter
from sawtna.campaigns.views.desk.page import role_name, show_desk
from sawtna.ledger.refusals import Refused


@dataclass(frozen=True, slots=True)
class Member:
    """One row of the list."""

    id: int
    address: str
    role: str
    role_name: str
    is_me: bool
    is_waiting: bool


@dataclass(frozen=True, slots=True)
class Link:
    """The link of an invitation, shown once."""

    address: str
    url: str
    is_mailed: bool


def members_of(desk: Counter) -> list[Member]:
    """The members of a campaign, in the order in which they came."""
    return [
        Member(
            member.user_id,
            str(member.user),
            member.role,
            role_name(member.role),
            member.user_id == desk.user.pk,
            not member.user.has_usable_password(),
        )
        for member in reads.members_of(desk.campaign_id)
    ]


@at_the_counter("look")
def show_members(request: HttpRequest, desk: Counter) -> HttpResponse:
    """List who works on the campaign, and what each role may do."""
    return _page(request, desk)


@at_the_counter("change-members", "POST")
def invite(request: HttpRequest, desk: Counter) -> HttpResponse:
    """Add someone by address: whoever has an account is in at once, others get a link."""
    typed = {name: request.POST.get(name, "").strip() for name in ("address", "role", "language")}
    typed["language"] = typed["language"] or get_language() or "ar"
    try:
        with (
            transaction.atomic()
        ):  # an account without its role, or a role without its link, is no invitation
            person = _account_of(typed["address"])
            path = None if person and person.has_usable_password() else _invited(desk, typed)
            person = person or _account_of(typed["address"])
            add_member(desk.campaign_id, person, typed["role"], desk.user)
    except (Refused, ValueError) as trouble:
        return _page(request, desk, error=str(trouble), typed=typed, status=422)
    link = _told(desk, typed, path) if path else None
    if link is None:
        messages.success(request, _("%(address)s works on this campaign now.") % {"address": person})
        return _back(desk)
    # Not redirected: the link is a key, and is kept nowhere.
    return _page(request, desk, link=link)


def _account_of(address: str) -> Any:
    try:
        return get_user_model().objects.get_by_natural_key(address)
    except get_user_model().DoesNotExist:
        return None


def _invited(desk: Counter, typed: dict[str, str]) -> str:
    invite_organiser = import_string(settings.SAWTNA_INVITE)
    return str(invite_organiser(typed["address"], typed["language"], by=desk.user))


def _told(desk: Counter, typed: dict[str, str], path: str) -> Link:
    url = f"{settings.SAWTNA_ORIGIN}{path}"
    is_mailed = import_string(settings.SAWTNA_MAIL_INVITATION)(
        typed["address"], typed["language"], url, desk.title
    )
    return Link(typed["address"], url, is_mailed)


@at_the_counter("change-members", "POST")
def change_role(request: HttpRequest, desk: Counter, member: int) -> HttpResponse:
    """Give a member another role."""
    person = _member(desk, member)
    try:
        add_member(desk.campaign_id, person, request.POST.get("role", ""), desk.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("Saved."))
    return _back(desk)


@at_the_counter("look", "POST")
def remove(request: HttpRequest, desk: Counter, member: int) -> HttpResponse:
    """Take a role away: owners from anyone, everyone from themselves."""
    person = _member(desk, member)
    try:
        remove_member(desk.campaign_id, person, desk.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return _back(desk)
    if person.pk == desk.user.pk:
        messages.success(request, _("You do not work on this campaign any more."))
        return HttpResponseRedirect(reverse("campaigns:desk:home"))
    messages.success(request, _("%(address)s does not work on this campaign any more.") % {"address": person})
    return _back(desk)


def _member(desk: Counter, key: int) -> Any:
    found = next((one.user for one in reads.members_of(desk.campaign_id) if one.user_id == key), None)
    if found is None:
        raise Http404
    return found


def _back(desk: Counter) -> HttpResponse:
    return HttpResponseRedirect(reverse("campaigns:desk:members", args=[desk.campaign_id]))


def _page(request: HttpRequest, desk: Counter, **context: Any) -> HttpResponse:
    rights = [
        {"label": label, "allowed": [role in MAY[verb] for role in ROLES]} for verb, label in RIGHTS.items()
    ]
    context.setdefault("typed", {"address": "", "role": EDITOR, "language": get_language() or "ar"})
    return show_desk(
        request,
        "members.html",
        desk,
        "members",
        members=members_of(desk),
        roles=[(role, role_name(role)) for role in (OWNER, *(one for one in ROLES if one != OWNER))],
        rights=rights,
        tongues=[(code, own_name) for code, (own_name, _direction) in TONGUES.items()],
        **context,
    )
