"""Write the whole public site as plain files: what the server would send, byte for byte, for any web server or memory stick."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import brotli
from django.conf import settings

from sawtna.checks.evidence_files import EvidenceFolder
from sawtna.ledger import reads as book
from sawtna.web.actions.collect_static import hashed_names
from sawtna.web.addresses import public_addresses
from sawtna.web.copies import BROTLI, GZIP, is_compressible
from sawtna.web.files import CODED_TWINS, headers_of_log, headers_of_static
from sawtna.web.published_folder import PublishedFolder, PublishingError, Tally
from sawtna.web.shelf import Shelf, ask
from sawtna.web.site import open_shelf

PATIENCE = 5  # times to begin again because the book moved meanwhile
OFTEN = 200  # files between two notes of what is written

Progress = Callable[[int, int], None]


def be_quiet(_done: int, _of: int) -> None:
    """Show no progress."""


def publish_site(folder: Path, *, compress: bool, progress: Progress = be_quiet) -> Tally:
    """Write the site into a folder and tell what was done; safe while the site is open.

    The checkpoint is written last: whoever copies the folder meanwhile finds a book that is whole.

    Raises:
        PublishingError: the folder holds files of somebody else, a page could not be made, or the book never came to rest.
    """
    published = PublishedFolder(folder)
    published.open()
    for _ in range(PATIENCE):
        state = book.state()
        published.written.clear()
        published.tally = Tally()
        _write_static(published, compress=compress)
        asyncio.run(_write_pages(published, list(public_addresses()), compress=compress, progress=progress))
        _write_evidence(published, compress=compress)
        _write_log(published)
        if book.state() == state:
            published.close()
            return published.tally
    raise PublishingError(
        "The book moved each time the pages were written. Try again when less is being entered."
    )


async def _write_pages(
    published: PublishedFolder, addresses: list[str], *, compress: bool, progress: Progress
) -> None:
    shelf = open_shelf(settings.SAWTNA_VAR, settings.STATIC_ROOT, settings.SAWTNA_ORIGIN)
    for done, address in enumerate(addresses):
        body = await _page(shelf, address)
        _put(published, file_of(address), body, compress=compress)
        if done % OFTEN == 0:
            published.note_progress()
        progress(done + 1, len(addresses))
    for address, name in (("/languages/", "index.html"), ("/404.html", "404.html")):
        _put(
            published,
            name,
            await _page(shelf, address, status=404 if name == "404.html" else 200),
            compress=compress,
        )


async def _page(shelf: Shelf, address: str, status: int = 200) -> bytes:
    """Ask for a page as nobody in particular, as the shelf does."""
    got, _, body = await ask(shelf.pages, shelf.anonymous_scope(address))
    if got != status:
        raise PublishingError(
            f"The page {address} could not be made (status {got}); the lines above say why."
        )
    return body


def file_of(address: str) -> str:
    """The file that a plain web server sends for an address: "/ar/book/" is "ar/book/index.html"."""
    return address.lstrip("/") + ("index.html" if address.endswith("/") else "")


def _put(published: PublishedFolder, name: str, content: bytes, *, compress: bool) -> None:
    published.put(name, content)
    if not compress or not is_compressible(dict(headers_of_static(name))[b"content-type"], content):
        return
    published.put(name + CODED_TWINS[BROTLI], brotli.compress(content, quality=9))
    published.put(name + CODED_TWINS[GZIP], gzip.compress(content, 9, mtime=0))


def _write_static(published: PublishedFolder, *, compress: bool) -> None:
    """The browser files that pages name, with the compressed twins that exist already."""
    root = Path(settings.STATIC_ROOT)
    for name in hashed_names(root):
        for suffix in ("", *(CODED_TWINS.values() if compress else ())):
            if (root / (name + suffix)).is_file():
                published.put(f"static/{name}{suffix}", (root / (name + suffix)).read_bytes())


def _write_evidence(published: PublishedFolder, *, compress: bool) -> None:
    """The files behind checks, before the book that names them."""
    folder = EvidenceFolder()
    for name in folder.names():
        _put(published, f"evidence/{name}.json", folder.read(name), compress=compress)


def _write_log(published: PublishedFolder) -> None:
    """The files of the book, its checkpoint last."""
    root = settings.SAWTNA_VAR / "log"
    for path in log_files(root):
        published.put(f"log/{path.relative_to(root).as_posix()}", path.read_bytes())


def log_files(root: Path) -> Iterator[Path]:
    """The published files of the book in the order in which a copy stays whole: what a file vouches for comes before it."""
    last = ("numbers.json", "checkpoint")
    yield from (
        path
        for path in sorted(root.rglob("*"))
        if path.is_file() and (name := path.relative_to(root).as_posix()) not in last and headers_of_log(name)
    )
    yield from (root / name for name in last if (root / name).is_file())
