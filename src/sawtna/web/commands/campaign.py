"""Import, export or list campaigns. A campaign file is JSON; docs/formats/campaign-file.md describes it."""

from __future__ import annotations

import argparse
from pathlib import Path

from sawtna.web.commands.house import configure_house, enter_house, say


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    actions = parser.add_subparsers(title="what to do", metavar="import | export | list", required=True)
    bring = actions.add_parser(
        "import", help="check a campaign file and enter what is new in it; all of it or nothing"
    )
    bring.add_argument("file", metavar="FILE", type=Path, help="the file, or - for standard input")
    bring.set_defaults(act=import_file)
    take = actions.add_parser("export", help="write a campaign as a file that can be imported again")
    take.add_argument("slug", metavar="SLUG")
    take.add_argument("--output", metavar="FILE", type=Path, help="where to write it (standard output)")
    take.set_defaults(act=export_file)
    tell = actions.add_parser("list", help="name the campaigns of this house")
    tell.set_defaults(act=list_campaigns)
    for action in (bring, take, tell):
        configure_house(action)
    parser.epilog = "".join(action.format_usage() for action in (bring, take, tell))


def run(arguments: argparse.Namespace) -> int:
    """Do it in the house."""
    enter_house(arguments)
    status: int = arguments.act(arguments)
    return status


def import_file(arguments: argparse.Namespace) -> int:
    """Import a campaign file; say each problem of a bad one."""
    raise NotImplementedError


def export_file(arguments: argparse.Namespace) -> int:
    """Write a campaign as a file."""
    raise NotImplementedError


def list_campaigns(_arguments: argparse.Namespace) -> int:
    """Name the campaigns."""
    from sawtna.campaigns import reads

    for story in reads.stories():
        say(story.id)
    return 0
