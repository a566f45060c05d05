"""Campaigns as the book tells them: the published ones for pages, the accepted ones for actions."""

from __future__ import annotations

import threading

from sawtna.campaigns.core.entries import KINDS
from sawtna.campaigns.core.story import Shelf, Story, tell
from sawtna.ledger import reads as book
from sawtna.ledger.accepted import accepted_about

TELLING = (*(kind.name for kind in KINDS), "void", "erase")

_remembered: list[tuple[str, Shelf]] = []  # at most one; replaced under the lock, read without it
_lock = threading.Lock()


def published_shelf() -> Shelf:
    """All published stories, told once for each state of the book. Nobody may change them."""
    state = book.state()
    if not (_remembered and _remembered[0][0] == state):
        with _lock:
            if not (_remembered and _remembered[0][0] == state):
                _remembered[:] = [(state, tell(book.entries_of(kinds=TELLING)))]
    return _remembered[0][1]


def accepted_story(campaign: str) -> Story | None:
    """A campaign with everything that was accepted about it, published or not, withdrawn or not."""
    return tell(accepted_about(campaign, TELLING)).stories.get(campaign)
