"""Open the book of a new house, put the example on an empty square, and publish whatever is not published."""

from __future__ import annotations

from importlib import resources

from sawtna.campaigns import reads
from sawtna.campaigns.actions.import_campaign import import_campaign
from sawtna.ledger.actions.open_book import open_book
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

EXAMPLE = "examples/morocco-2016.json"  # real facts, told as the example of every new house


def furnish_book(*, example: bool) -> None:
    """Make the book fit to be shown; twice is harmless."""
    open_book()
    publish_checkpoint()
    if example and not reads.shelf().stories:  # an example that was withdrawn stays away
        import_campaign((resources.files("sawtna.campaigns") / EXAMPLE).read_bytes())
