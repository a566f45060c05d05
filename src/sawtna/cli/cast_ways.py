"""The ways to show to be one person from a terminal: by mail, by an invitation, or because others vouched; and how to vouch."""

from __future__ import annotations

import argparse
import secrets
import sys

from sawtna.campaigns.caster.purse import save_purse
from sawtna.campaigns.core.casting.invitations import (
    CODE_BYTES,
    code_hash,
    read_invitation,
    write_invitation,
)
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.core.casting.vouchers import ContactError
from sawtna.cli.casting import Booth

MAILED = "email"
NAMES = {MAILED: "e-mail addresses", "invite": "invitation codes", "peer": "vouches"}


def enrolled(arguments: argparse.Namespace, booths: list[Booth], ballot: BallotFacts) -> Booth:
    """One of these booths, each of another kind, with the token of the ballot; taken now where it is lacking."""
    if booths[0].has_token(ballot):
        return booths[0]
    booth = _of_kind(arguments, booths)
    _enrol(arguments, booth)
    return booth


def _of_kind(arguments: argparse.Namespace, booths: list[Booth]) -> Booth:
    kinds = {booth.offer.named.kind: booth for booth in booths}
    asked = "invite" if arguments.invitation else "peer" if arguments.vouched else MAILED
    if asked not in kinds and (arguments.invitation or arguments.vouched or arguments.email):
        taken = ", ".join(NAMES.get(kind, kind) for kind in kinds)
        others = " and ".join(booths[0].offer.others)
        why = f" {others} must let people in too, each by a mail of its own." if others else ""
        raise SystemExit(f"No {NAMES[asked]} are taken here, but {taken}.{why}")
    return kinds.get(asked, booths[0])


def _enrol(arguments: argparse.Namespace, booth: Booth) -> None:
    kind = booth.offer.named.kind
    if kind == MAILED:
        contact = arguments.email or ask("Your e-mail address: ", quiet=False)
        for issuer in booth.lacking():
            whose = booth.offer.others[issuer].url if issuer in booth.offer.others else booth.counter.address
            booth.ask_for_code(contact, issuer)
            say(f"If the address is right, a code of {whose} is on its way to it.")
            code = ask(f"The code from the mail of {whose}: ", quiet=arguments.code_from_stdin)
            booth.take_tokens(contact, code, issuer)
    elif kind == "peer":
        if not booth.purse.newcomer:
            raise SystemExit("Make a code with --newcomer first, and give it to people who take part.")
        booth.take_tokens(booth.purse.newcomer, "")
    else:
        typed = arguments.invitation or ask("Your invitation code: ", quiet=arguments.code_from_stdin)
        booth.take_tokens(typed, "")


def newcomers_code(arguments: argparse.Namespace, booth: Booth, site: str) -> str:
    """The code of this purse for which others can vouch, made now or before, and the link that they open."""
    purse = booth.purse
    if not purse.newcomer:
        purse.newcomer = write_invitation(secrets.token_bytes(CODE_BYTES))
        save_purse(purse, booth.path)
    link = f"{site}/en/{arguments.campaign}/take-part/#vouch={purse.newcomer}"
    return f"Give this to people who take part, and who know you:\n{purse.newcomer}\n{link}"


def vouch(arguments: argparse.Namespace, booths: list[Booth]) -> None:
    """Vouch for a newcomer in the vouching of the first roll that has one."""
    found = [booth for booth in booths if booth.offer.vouching is not None]
    vouching = found[0].offer.vouching if found else None
    if vouching is None:
        raise SystemExit("Nobody can be vouched for in this campaign today.")
    try:
        newcomer = code_hash(read_invitation(arguments.vouch_for))
    except ContactError:
        raise SystemExit(
            "This is no newcomer’s code. It has 16 letters and digits, such as k7qm-3xwp-2b9d-h4tn."
        ) from None
    enrolled(arguments, found, vouching).vouch(vouching, newcomer)


def ask(question: str, *, quiet: bool) -> str:
    """A line that somebody types; without a question where a script types it."""
    try:
        return (sys.stdin.readline() if quiet else input(question)).strip()
    except EOFError:
        raise SystemExit(
            "Nothing was typed. Start again in a terminal, or give the code as a line."
        ) from None


def say(sentence: str) -> None:
    """Something beside what was asked for."""
    print(sentence, file=sys.stderr)
