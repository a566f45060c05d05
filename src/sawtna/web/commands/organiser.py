"""Let someone into the desk: makes an account and prints the one link with which its owner chooses a password."""

from __future__ import annotations

import argparse

from sawtna.web.commands.house import configure_house, enter_house, say

ROLES = ("owner", "editor", "moderator")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    actions = parser.add_subparsers(title="what to do", metavar="add", required=True)
    add = actions.add_parser("add", help="invite an organiser, or give one who lost the link a new one")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("--campaign", metavar="SLUG", help="a campaign to work on")
    add.add_argument("--role", choices=ROLES, default="owner", help="what to do there (%(default)s)")
    add.add_argument(
        "--again",
        action="store_true",
        help="for someone who lost the password or the second factor: takes both, and makes a new link",
    )
    configure_house(add)
    parser.epilog = add.format_usage()


def run(arguments: argparse.Namespace) -> int:
    """Invite, and print the link."""
    enter_house(arguments)

    from django.conf import settings
    from django.db import transaction

    from sawtna.web.accounts.actions.invite_organiser import InvitationError, invite_organiser

    try:
        with transaction.atomic():
            path = invite_organiser(arguments.email, language=settings.SAWTNA_LANGUAGE, again=arguments.again)
            if arguments.campaign:
                join_campaign(arguments.email, arguments.campaign, arguments.role)
    except InvitationError as trouble:
        raise SystemExit(str(trouble)) from trouble
    say(f"Give this link to {arguments.email}, by a way that nobody else reads. It is good once:")
    say(f"{settings.SAWTNA_ORIGIN}{path}")
    return 0


def join_campaign(email: str, campaign: str, role: str) -> None:
    """Give an organiser a role in a campaign."""
    from django.contrib.auth import get_user_model

    from sawtna.campaigns.actions.add_member import add_member

    add_member(campaign, get_user_model().objects.get_by_natural_key(email), role)
