"""Gather the browser files of all rooms into VAR/static, named by their content and compressed, when any has changed."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path

import brotli
import django
import rjsmin
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from sawtna import __version__
from sawtna.web.copies import BROTLI, GZIP, is_compressible
from sawtna.web.files import CODED_TWINS, headers_of_static

NOTE = ".made-from"


class BrowserFilesError(Exception):
    """A browser file names another one that is not there; the sentence says what to do."""


def collect_static() -> bool:
    """Bring VAR/static up to date; tell whether anything had to be done.

    Raises:
        BrowserFilesError: what npm brings was not brought.
    """
    root = Path(settings.STATIC_ROOT)
    state = state_of_sources()
    note = root / NOTE
    if note.is_file() and note.read_text(encoding="ascii") == state:
        return False
    try:
        call_command("collectstatic", interactive=False, verbosity=0, stderr=io.StringIO())
    except ValueError as fault:
        missing = str(fault).split(" with <", 1)[0].rstrip(".")
        raise BrowserFilesError(f"{missing}. Run script/setup, or install the wheel again.") from fault
    for name in hashed_names(root):
        compress_file(root / name)
    note.write_text(state, encoding="ascii")
    return True


def state_of_sources() -> str:
    """A token that changes whenever a browser file, or a program that handles it, changes."""
    found = hashlib.sha256(
        f"{__version__} {django.__version__} {brotli.__version__} {rjsmin.__version__}".encode()
    )
    for path in sorted(sources()):
        seen = path.stat()
        found.update(f"{path}\0{seen.st_mtime_ns}\0{seen.st_size}\n".encode())
    return found.hexdigest()


def sources() -> Iterator[Path]:
    """The browser files where the rooms keep them."""
    for finder in get_finders():
        for name, storage in finder.list([]):
            yield Path(storage.path(name))


def hashed_names(root: Path) -> list[str]:
    """The names, by their content, of the files that pages refer to."""
    manifest = json.loads((root / "staticfiles.json").read_text(encoding="utf-8"))
    return sorted(set(manifest["paths"].values()))


def compress_file(path: Path) -> None:
    """Write the compressed twins of a file beside it, as small as can be: it is read far more often than made."""
    body = path.read_bytes()
    kind = dict(headers_of_static(path.name))[b"content-type"]
    if not is_compressible(kind, body):
        return
    coded = {BROTLI: brotli.compress(body, quality=11), GZIP: gzip.compress(body, 9, mtime=0)}
    for coding, suffix in CODED_TWINS.items():
        fresh = path.with_name(f".{path.name}{suffix}.{os.getpid()}")
        fresh.write_bytes(coded[coding])
        fresh.replace(path.with_name(path.name + suffix))
