"""An import in a process of its own, so that tests can kill it or let two of them run at once.

    python tests/campaigns/importer.py open           make the database and the book
    python tests/campaigns/importer.py import FILE    say "ready", import, say how many entries were written
    python tests/campaigns/importer.py look FILE      verify the book; say its size, and whether it tells what the file tells

The surroundings (SAWTNA_VAR, SAWTNA_DATABASE) say where.
"""

import os
import sys
from pathlib import Path

import django


def open_house() -> None:
    """Make the tables and the book."""
    from django.core.management import call_command

    from sawtna.ledger.actions.open_book import open_book
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    call_command("migrate", verbosity=0)
    open_book()
    publish_checkpoint()


def bring(data: bytes) -> None:
    """Import a file."""
    from django.db import connection

    from sawtna.campaigns.actions.import_campaign import import_campaign

    connection.ensure_connection()
    print("ready", flush=True)
    print(len(import_campaign(data).entries), flush=True)


def look(data: bytes) -> None:
    """Publish what may be left unpublished, verify everything, and compare the story with the file."""
    from sawtna.campaigns.actions.export_campaign import export_campaign
    from sawtna.campaigns.core.file import open_file
    from sawtna.ledger.accepted import accepted_size
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
    from sawtna.ledger.folder import LogFolder
    from sawtna.ledger.refusals import Refused

    from tests.ledger.whole_book import verify_book

    publish_checkpoint()
    verify_book(LogFolder().root)
    try:
        is_told = export_campaign(open_file(data).campaign).encode() == data
    except Refused:
        is_told = False
    print(accepted_size(), is_told)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
    os.environ["DJANGO_SETTINGS_MODULE"] = "sawtna.web.settings"
    django.setup()
    verb = sys.argv[1]
    if verb == "open":
        open_house()
    else:
        {"import": bring, "look": look}[verb](Path(sys.argv[2]).read_bytes())
