"""Write every public page as a plain file, for nginx, a mirror or a memory stick. Running it again writes only what changed."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from sawtna.web.commands.house import configure_house, enter_house, say


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder to write, new or written before")
    parser.add_argument("--base-url", metavar="URL", help="the public address of the copy (that of the site)")
    parser.add_argument(
        "--compress", action="store_true", help="also write .br and .gz files for servers that send them"
    )
    configure_house(parser)


def run(arguments: argparse.Namespace) -> int:
    """Write the folder and tell what was done."""
    if arguments.base_url:
        arguments.origin = arguments.base_url.rstrip("/")
    enter_house(arguments)

    from sawtna.web.actions.collect_static import BrowserFilesError, collect_static
    from sawtna.web.actions.publish_site import publish_site
    from sawtna.web.published_folder import PublishingError

    try:
        collect_static()
        console = Console(stderr=True)
        with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
            tally = publish_site(arguments.folder, compress=arguments.compress, progress=_moves(bar))
    except (BrowserFilesError, PublishingError) as trouble:
        raise SystemExit(str(trouble)) from trouble
    say(
        f"The site is in {arguments.folder}: {tally.changed} files written, {tally.unchanged} were there already, "
        f"{tally.removed} removed."
    )
    return 0


def _moves(bar: Progress) -> Callable[[int, int], None]:
    task = bar.add_task("Writing pages", total=None)
    return lambda done, of: bar.update(task, completed=done, total=of)
