"""Counts every number again from the rows of the book, and compares with what is cached and published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from sawtna.ledger.cached_numbers import cached_numbers, keep_numbers, remembered_head
from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.fold import Folding
from sawtna.ledger.core.merkle import Frontier, leaf_hash
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.numbers_file import NumbersFile, pack_numbers, unpack_numbers
from sawtna.ledger.folder import CHECKPOINT, NUMBERS, LogFolder
from sawtna.ledger.kinds import open_folding
from sawtna.ledger.publishing import FolderWriter, one_publisher
from sawtna.ledger.refusals import Refused, faults_as_sentences
from sawtna.ledger.rows import entries_between, read_body, site_body

Stated = Mapping[str, object]


def refold_numbers(*, check: bool = False) -> list[str]:
    """Compare every cached number with a fresh fold, and return a sentence for each difference.

    With `check` nothing is changed; else the caches (`numbers.json` and the table) are made right again. Entries that are not
    what was published are only reported: no fold can repair them.

    :raises Refused: `not_open` when nothing is published yet, or as `publish_checkpoint`.
    """
    with faults_as_sentences(), one_publisher():
        return list(_compare(check=check))


def _compare(*, check: bool) -> Iterator[str]:
    folder, checkpoint = LogFolder(), _published()
    folding, root, wrong = _read_rows(checkpoint.size)
    yield from wrong
    if root != checkpoint.root:
        yield _("The entries in the database are not those under the published checkpoint.")
    day, published = _numbers_on_disk(folder)
    fresh = NumbersFile(checkpoint.origin, checkpoint.size, checkpoint.root, day, folding.numbers(day))
    cached = {key: number.as_json() for key, number in cached_numbers().items()}
    expected = {key: number.as_json() for key, number in folding.numbers(day).items()}
    yield from _differences(_("the table of cached numbers"), cached, expected)
    yield from _differences(NUMBERS, published, expected)
    if remembered_head() != (checkpoint.size, checkpoint.root):
        yield _("The database does not remember the published checkpoint; publishing again repairs that.")
    if not check:
        _repair(folder, fresh)


def _published() -> Checkpoint:
    site, folder = site_body(), LogFolder()
    checkpoint = None if site is None else folder.checkpoint(Verifier.parse(str(site["vkey"])))
    if checkpoint is None:
        raise Refused("not_open", _("Nothing is published yet, so there are no numbers to compare."))
    return checkpoint


def _read_rows(size: int) -> tuple[Folding, bytes, list[str]]:
    """The fold of the first rows, the root over their bytes, and a sentence for the first row that is wrong."""
    folding, frontier = open_folding(), Frontier()
    wrong: list[str] = []
    for index, body, leaf in entries_between(0, size):
        if not wrong and (index != frontier.size or leaf_hash(body) != leaf):
            wrong.append(_("Entry %(index)s in the database is not what was added there.") % {"index": index})
        frontier.append(leaf_hash(body))
        try:
            folding.take(index, read_body(body), leaf=leaf_hash(body))
        except ValueError:
            continue  # its hash is wrong too: said above
    return folding, frontier.root(), wrong


def _numbers_on_disk(folder: LogFolder) -> tuple[date, Stated]:
    try:
        file = unpack_numbers(folder.read(NUMBERS))
    except (OSError, BookError):
        return timezone.now().date(), {}
    return file.as_of, file.numbers


def _differences(place: str, stated: Stated, expected: Stated) -> Iterator[str]:
    for key in sorted({*stated, *expected}):
        if stated.get(key) != expected.get(key):
            values = {
                "key": key,
                "place": place,
                "stated": _value(stated, key),
                "expected": _value(expected, key),
            }
            yield _("%(key)s: %(place)s says %(stated)s, the book gives %(expected)s.") % values


def _value(numbers: Stated, key: str) -> object:
    number = numbers.get(key)
    return _("nothing") if number is None else number.get("value") if isinstance(number, dict) else number


def _repair(folder: LogFolder, fresh: NumbersFile) -> None:
    keep_numbers(fresh)
    if not folder.has(NUMBERS) or folder.read(NUMBERS) != pack_numbers(fresh):
        writer = FolderWriter(folder)
        writer.put(NUMBERS, pack_numbers(fresh))
        writer.put(
            CHECKPOINT, folder.read(CHECKPOINT)
        )  # the same again: tells the pages that something changed
        writer.settle()
        writer.close()
