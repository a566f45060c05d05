"""Count every number again from the book, and compare it with what the site shows; or put right what differs."""

from __future__ import annotations

import argparse

from sawtna.web.commands.house import configure_house, enter_house, say


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--check", action="store_true", help="only compare: exit status 1 when a number differs"
    )
    configure_house(parser)


def run(arguments: argparse.Namespace) -> int:
    """Compare, and say each difference."""
    enter_house(arguments)

    from sawtna.ledger.actions.refold_numbers import refold_numbers

    differences = refold_numbers(check=arguments.check)
    for difference in differences:
        say(difference)
    if not differences:
        say("Every cached number is what the book says.")
        return 0
    if arguments.check:
        say("Put them right with `sawtna refold`.")
        return 1
    say("They are right now.")
    return 0
