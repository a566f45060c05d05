"""Every public address of the house: what a sitemap names, and what `sawtna publish` writes."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings

from sawtna.campaigns import reads as square
from sawtna.checks import reads as instrument
from sawtna.ledger import reads as book

# The same in every language. `/` itself differs by the browser's language; a folder of plain files has `languages/` in its place.
PLAIN_PATHS = ("robots.txt", "sitemap.xml", "languages/")


def public_paths() -> Iterator[str]:
    """The paths that each language has, without the language: "" is the first page, then the frame's own, then each room's."""
    yield from ("", "about/")
    yield from square.public_paths()
    yield from instrument.public_paths()
    yield from book.public_paths()


def in_each_language(path: str) -> list[tuple[str, str]]:
    """The languages and the addresses of one path in them, such as ("ar", "/ar/about/")."""
    return [(code, f"/{code}/{path}") for code, _ in settings.LANGUAGES]


def public_addresses() -> Iterator[str]:
    """Every public page as a path from the root of the host."""
    for path in public_paths():
        for _, address in in_each_language(path):
            yield address
    for path in book.receipt_paths():
        yield f"/{path}"
    for path in instrument.plain_paths():
        yield f"/{path}"
    yield from sitemap_addresses()
    for path in PLAIN_PATHS:
        yield f"/{path}"


# ------------------------------------------------------------------ for search engines
SITEMAP_PATHS = 10_000  # paths a file, in each language; the protocol allows 50,000 addresses


def paths_for_search() -> list[str]:
    """The paths worth finding: all but the single entries of the book, which other pages lead to."""
    return [path for path in public_paths() if not path.startswith("book/") or path == "book/"]


def sitemap_addresses() -> Iterator[str]:
    """The further files of a sitemap that does not fit in one."""
    count = len(paths_for_search())
    if count > SITEMAP_PATHS:
        for number in range(1, -(-count // SITEMAP_PATHS) + 1):
            yield f"/sitemap-{number}.xml"
