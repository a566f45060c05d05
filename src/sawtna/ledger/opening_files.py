"""The files `open/<index>.json`: the words of entries, beside the log and not under its root, so that they can be deleted."""

from __future__ import annotations

from sawtna.ledger.folder import OPENINGS, LogFolder, opening_path
from sawtna.ledger.models import Opening
from sawtna.ledger.publishing import FolderWriter

CHUNK = 500  # files between two questions to the database


def write_openings(folder: LogFolder, writer: FolderWriter, size: int) -> None:
    """Write each opening of the first `size` entries that has no file, and remove each file that has no opening any more."""
    kept = set(Opening.objects.filter(index__lt=size).values_list("index", flat=True))
    there = files_of_openings(folder)
    missing = sorted(kept - there)
    for start in range(0, len(missing), CHUNK):
        for index, body in Opening.objects.filter(index__in=missing[start : start + CHUNK]).values_list(
            "index", "body"
        ):
            writer.put(opening_path(index), bytes(body))
    for index in there - kept:
        writer.drop(opening_path(index))


def files_of_openings(folder: LogFolder) -> set[int]:
    """The indices for which there is a file of words."""
    try:
        names = [file.name for file in (folder.root / OPENINGS).iterdir()]
    except FileNotFoundError:
        return set()
    return {int(name.removesuffix(".json")) for name in names if name.removesuffix(".json").isdecimal()}
