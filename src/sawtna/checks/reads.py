"""What the instrument says, as pages ask it."""

from __future__ import annotations

from collections.abc import Iterator


def public_paths() -> Iterator[str]:
    """The paths of this room's pages, without the language."""
    yield from ()
