"""Takes entries back into the database that are published and that it no longer holds, after an older backup was restored.

The published files are the memory of what was promised (decision 20): nothing is taken that is not under a checkpoint which the
log's own key signed, and nothing that the database holds is changed. So the book goes on where it was, and never forks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from sawtna.ledger.actions.append_entries import Packed, reserve_indices, write_rows
from sawtna.ledger.actions.erase_opening import clean_database
from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.entry import Body, opens_commitment, unpack_entry, unpack_opening
from sawtna.ledger.core.errors import BookError, NoteError
from sawtna.ledger.core.merkle import Frontier, leaf_hash
from sawtna.ledger.core.tiles import TILE_WIDTH, TileReader
from sawtna.ledger.folder import LogFolder, opening_path
from sawtna.ledger.keys import LOG, load_key, load_log_key
from sawtna.ledger.models import Opening
from sawtna.ledger.publishing import one_publisher
from sawtna.ledger.refusals import Refused, faults_as_sentences
from sawtna.ledger.rows import book_size, leaves_between, site_body
from sawtna.ledger.tree_files import read_root


@dataclass(slots=True)
class TakenBack:
    """Entries from `first` to before `size`; those whose words could not be found; those whose words were erased again."""

    first: int
    size: int
    wordless: list[int] = field(default_factory=list)
    erased: list[int] = field(default_factory=list)


def take_back_entries(source: LogFolder | None = None) -> TakenBack:
    """Bring the database to the size of the published book; publish afterwards. Nothing is done when nothing is missing.

    `source` is the log folder of a copy, such as a mirror's; else that of this house. Stop the house before.

    :raises Refused: `not_open` when there is no checkpoint, `foreign_checkpoint`, `other_history` when the database holds entries
        that are not the published ones, `files_broken`, `key_lost`, `disk_full`; then nothing was changed.
    """
    own, folder = LogFolder(), source or LogFolder()
    with faults_as_sentences(), one_publisher():
        checkpoint = _published(folder)
        if own.published_size() > checkpoint.size:
            raise _older_copy(checkpoint.size, own.published_size())
        with transaction.atomic():
            reserve_indices(0)  # nobody writes meanwhile
            done = _take(folder.tiles(checkpoint.size), checkpoint, folder)
    if done.erased:
        clean_database()
    return done


def _published(folder: LogFolder) -> Checkpoint:
    site = site_body()
    signer = load_key(LOG) if site is None else load_log_key(site["vkey"])
    try:
        found = folder.checkpoint(signer.verifier)
    except NoteError as error:
        sentence = _("The checkpoint in %(folder)s is not one of this book (%(fault)s). Nothing was changed.")
        raise Refused("foreign_checkpoint", sentence % {"folder": folder.root, "fault": error}) from None
    if found is None:
        sentence = _("There is no checkpoint in %(folder)s, so there is nothing to take back.")
        raise Refused("not_open", sentence % {"folder": folder.root})
    return found


def _take(tiles: TileReader, checkpoint: Checkpoint, folder: LogFolder) -> TakenBack:
    first = book_size()
    done = TakenBack(first, max(first, checkpoint.size))
    if first >= checkpoint.size:
        return done
    _verify(tiles, checkpoint, first)
    reserve_indices(checkpoint.size - first)
    waiting: list[Packed] = []
    for index, data in _entries(tiles, first):
        packed = _pack(index, data, folder, done)
        begun = index - len(waiting)
        if len(waiting) == TILE_WIDTH or any(named >= begun for named in packed.named):
            write_rows(waiting, begun)  # so that what is named can be found
            waiting.clear()
        waiting.append(packed)
    write_rows(waiting, checkpoint.size - len(waiting))
    for index in done.erased:
        Opening.objects.filter(index=index).delete()
    return done


def _verify(tiles: TileReader, checkpoint: Checkpoint, first: int) -> None:
    """Hash what the database holds and what the files hold beyond it; both together must give the signed root."""
    frontier = Frontier()
    for leaf in leaves_between(0, first):
        frontier.append(leaf)
    try:
        is_prefix = frontier.root() == read_root(tiles, first)
        for _index, data in _entries(tiles, first):
            frontier.append(leaf_hash(data))
    except (BookError, OSError) as error:
        raise _files_broken(str(error)) from None
    if frontier.root() == checkpoint.root:
        return
    if not is_prefix:
        sentence = _(
            "The database holds entries that were never published, where other ones are published and signed. Most probably "
            "something was added after an older backup had been restored. Nothing was changed. Restore that backup again, then "
            "run sawtna recover before the house is opened."
        )
        raise Refused("other_history", sentence)
    raise _files_broken(_("their hashes do not give the signed root"))


def _files_broken(fault: str) -> Refused:
    sentence = _(
        "The files of the log are not whole (%(fault)s). Nothing was changed. Get a copy of the log from a mirror, and name it: "
        "sawtna recover --from FOLDER."
    )
    return Refused("files_broken", sentence % {"fault": fault})


def _older_copy(size: int, published: int) -> Refused:
    sentence = _(
        "The copy holds %(size)s entries, and this house has published %(published)s. Nothing was changed. Use a newer copy, or "
        "the house's own files."
    )
    return Refused("older_copy", sentence % {"size": size, "published": published})


def _entries(tiles: TileReader, first: int) -> Iterator[tuple[int, bytes]]:
    for number in range(first // TILE_WIDTH, -(-tiles.size // TILE_WIDTH)):
        for index, data in enumerate(tiles.bundle(number), number * TILE_WIDTH):
            if index >= first:
                yield index, data


def _pack(index: int, data: bytes, folder: LogFolder, done: TakenBack) -> Packed:
    body = unpack_entry(data)
    if body["k"] == "erase" and isinstance(body["i"], int):
        done.erased.append(body["i"])  # an older backup holds words that were erased since
    return Packed(body, data, _opening_of(index, body, folder, done))


def _opening_of(index: int, body: Body, folder: LogFolder, done: TakenBack) -> bytes | None:
    if "cm" not in body:
        return None
    try:
        data = folder.read(opening_path(index))
        if opens_commitment(body["cm"], *unpack_opening(data)):
            return data
    except (OSError, BookError):
        pass
    done.wordless.append(index)
    return None
