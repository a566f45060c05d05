"""Import, export or list campaigns. A campaign file is JSON; docs/formats/campaign.md describes it."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path

from sawtna.web.commands.house import configure_house, enter_house, say, warn


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
    """Import a campaign file; say each problem of a bad one, and enter nothing of it."""
    from sawtna.campaigns.actions.import_campaign import import_campaign
    from sawtna.ledger.refusals import Refused

    try:
        written = import_campaign(read_file(arguments.file))
    except Refused as refusal:
        for problem in refusal.problems:
            warn(problem.sentence)
        raise SystemExit(str(refusal)) from refusal
    if written.entries:
        counts = f"{written.new} new, {written.newer} newer, {written.gone} annulled"
        say(f"{written.campaign} is published: {len(written.entries)} entries written ({counts}).")
    else:
        say(f"The book says all of {written.campaign} already; nothing was written.")
    return 0


def read_file(path: Path) -> bytes:
    """The bytes of a file, or of standard input for "-"; no more than the square reads anyway."""
    from sawtna.campaigns.core.file import MOST_READ_BYTES

    with nullcontext(sys.stdin.buffer) if str(path) == "-" else path.open("rb") as source:
        return source.read(MOST_READ_BYTES + 1)


def export_file(arguments: argparse.Namespace) -> int:
    """Write a campaign, as the book tells it, as a file."""
    from sawtna.campaigns.actions.export_campaign import export_campaign

    text = export_campaign(arguments.slug)
    if arguments.output is None:
        sys.stdout.write(text)
        return 0
    fresh = arguments.output.with_name(f".{arguments.output.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(arguments.output)
    say(f"{arguments.slug} is in {arguments.output}.")
    return 0


def list_campaigns(_arguments: argparse.Namespace) -> int:
    """Name the campaigns: the name in addresses, the mark (real, example, simulation), the title."""
    from sawtna.campaigns import reads

    for story in reads.stories():
        title = story.campaign.words.get("title")
        told = next(iter(title.values()), "") if isinstance(title, dict) else ""
        say(f"{story.id}\t{story.campaign.body['mark']}\t{told}")
    return 0
