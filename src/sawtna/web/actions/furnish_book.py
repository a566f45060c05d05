"""Open the book of a new house, put the example on an empty square, and publish whatever is not published."""

from __future__ import annotations

import json
from importlib import resources

from sawtna.campaigns import reads
from sawtna.campaigns.actions.import_campaign import import_campaign
from sawtna.ledger.actions.open_book import open_book
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

EXAMPLE = "morocco-2016.json"


def furnish_book(*, example: bool) -> None:
    """Make the book fit to be shown; twice is harmless."""
    open_book()
    publish_checkpoint()
    if example and not reads.stories():
        import_campaign(example_document())
        publish_checkpoint()


def example_document() -> object:
    """The campaign of 2016 that every new house shows, from real facts."""
    place = resources.files("sawtna.campaigns") / "examples" / EXAMPLE
    return json.loads(place.read_text(encoding="utf-8"))
