"""Take back from the published files what the database no longer holds, after an older backup of it was restored.

Close the house before. Nothing is taken that is not under a checkpoint of this house's own key, and nothing is changed when
something does not fit.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from sawtna.web.commands.house import (
    configure_house,
    furnish_environment,
    migrate_when_needed,
    prepare_var,
    recall_house,
    say,
    start_django,
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="DIR",
        help="a copy of the site or of its log, such as a mirror's, when the house's own files are lost too",
    )
    parser.add_argument(
        "--issue-again",
        action="store_true",
        help="let tokens be issued again, although some people could take a second one; a statement in the book says so",
    )
    configure_house(parser)


def run(arguments: argparse.Namespace) -> int:
    """Recover, and say what was found."""
    var = furnish_environment(arguments)
    recall_house(var)
    if not (var / "keys" / "log.key").is_file():
        raise SystemExit(
            f"There is no key in {var / 'keys'}. Bring the folder of keys back from your copy first: without log.key the book "
            "cannot be continued by anybody."
        )
    prepare_var(var)
    start_django()
    migrate_when_needed()

    from django.utils import translation

    with translation.override("en"):
        return recover(arguments.source, issue=arguments.issue_again)


def recover(source: Path | None, *, issue: bool) -> int:
    """Take entries back, settle the tables of casting, publish."""
    from sawtna.campaigns.actions.settle_restored import issue_again, settle_restored, unknown_tokens
    from sawtna.checks.actions.recount_checks import recount_checks
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
    from sawtna.ledger.actions.take_back_entries import take_back_entries
    from sawtna.ledger.folder import LogFolder

    done = take_back_entries(None if source is None else LogFolder(_log_in(source)))
    say(f"{done.size - done.first} entries were taken back; the database now holds {done.size}.")
    if done.wordless:
        say(f"The words of {len(done.wordless)} of them were not found, so they are gone.")
    if done.erased:
        say(f"Words that were erased since the backup were erased from it too: {len(done.erased)}.")
    settled = settle_restored()
    if settled.lost_casts:
        say(
            f"About {settled.lost_casts} casts were accepted after the backup and waited for their batch: they are lost. Ask "
            "people to cast again; their promises will not be kept."
        )
    if counted := recount_checks():
        say(f"{counted} checks of networks that the book holds count once again.")
    if issue:
        issue_again(unknown_tokens())
        say("Tokens are issued again, and the book says why that matters.")
    elif settled.held:
        say(
            f"No tokens are issued in {len(settled.held)} ballots: up to {unknown_tokens()} people took theirs after the backup, "
            "and the house no longer knows who, so each could take a second one. Casting goes on. If that is better than "
            "turning away everybody else: sawtna recover --issue-again"
        )
    publish_checkpoint()
    return 0


def _log_in(folder: Path) -> Path:
    """The log in a copy of a site, or the folder itself when it is the log."""
    if not folder.is_dir():
        raise SystemExit(f"There is no folder {folder}.")
    found = folder / "log"
    return Path(os.path.realpath(found if found.is_dir() else folder))
