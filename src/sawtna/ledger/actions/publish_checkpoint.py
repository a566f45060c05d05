"""Publishes the book: writes the files of everything that was accepted, then signs a checkpoint over it.

Order: tiles, openings, numbers, all forced to the disk; then witnesses are asked, for a moment; the checkpoint last. Whatever
stops it in between, the old checkpoint still stands for files that are all there, and running it again finishes the work and
repairs what is missing.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sawtna.ledger.actions.append_entries import older_database
from sawtna.ledger.cached_numbers import keep_numbers, remembered_head
from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.errors import BookError, NoteError
from sawtna.ledger.core.merkle import consistency_path, root_of, verify_consistency
from sawtna.ledger.core.note import Signer
from sawtna.ledger.core.numbers_file import NumbersFile, pack_numbers
from sawtna.ledger.cosigning import cosigned_note, policy_text
from sawtna.ledger.folded import fold_onwards
from sawtna.ledger.folder import CHECKPOINT, NUMBERS, POLICY, LogFolder
from sawtna.ledger.keys import load_log_key
from sawtna.ledger.opening_files import write_openings
from sawtna.ledger.publishing import FolderWriter, one_publisher
from sawtna.ledger.refusals import Refused, faults_as_sentences
from sawtna.ledger.rows import book_size, leaves_between, site_body
from sawtna.ledger.tree_files import drop_old_partials, read_root, write_missing_tiles


def publish_checkpoint(now: datetime | None = None) -> Checkpoint:
    """Bring the log folder and the cached numbers to the state of the database and of the day (UTC), and return the checkpoint.

    When nothing is new and nothing is missing, no file is touched. Must not be called inside a transaction, because what is
    not committed is not accepted.

    :raises Refused: `not_open`, `older_database`, `other_history`, `foreign_checkpoint`, `key_lost`, `policy`, `disk_full`;
        the old checkpoint then still stands.
    """
    today = (now or timezone.now()).astimezone(UTC).date()
    with transaction.atomic(durable=True):  # only to refuse a caller's transaction
        pass
    with faults_as_sentences(), one_publisher():
        return _publish(today)


def _publish(today: date) -> Checkpoint:
    site = site_body()
    if site is None:
        raise Refused("not_open", _("The book is not open yet, so there is nothing to publish."))
    folder, signer, size, policy = LogFolder(), load_log_key(site["vkey"]), book_size(), policy_text(site)
    published = _published(folder, signer)
    _check_history(published, size)
    writer = FolderWriter(folder)
    try:
        checkpoint = _write_tree(folder, writer, published, signer, size)
        numbers = _write_words_and_numbers(folder, writer, checkpoint, today, policy)
        writer.settle()
        note = cosigned_note(folder, checkpoint, signer, policy)
        if writer.written or note != folder.note():
            writer.put(CHECKPOINT, note.encode())
            writer.settle()
        drop_old_partials(folder, writer, size)
    finally:
        writer.close()
    keep_numbers(numbers)
    return checkpoint


def _published(folder: LogFolder, signer: Signer) -> Checkpoint:
    """What the files promise; an empty book when there are none."""
    try:
        found = folder.checkpoint(signer.verifier)
    except NoteError as error:
        sentence = _(
            "The published checkpoint is not one of this book (%(fault)s), so nothing was published. Bring the folder of the log "
            "back from your backup or from a mirror."
        )
        raise Refused("foreign_checkpoint", sentence % {"fault": error}) from None
    return found or Checkpoint(signer.name, 0, root_of(()))


def _check_history(published: Checkpoint, size: int) -> None:
    """Refuse a database that is not the one from which the files were made.

    Usually the database remembers the very checkpoint that the files have, and that is enough: its rows are sealed. After a crash
    between the two, or a restored backup, its entries are hashed again.
    """
    if published.size > size:
        raise older_database(size, published.size)
    if (
        remembered_head() != (published.size, published.root)
        and _root_of_rows(published.size) != published.root
    ):
        raise _other_history()


def _root_of_rows(size: int) -> bytes:
    return root_of(leaves_between(0, size))


def _other_history() -> Refused:
    return Refused(
        "other_history",
        _(
            "The database holds other entries than those already published and signed. Most probably it was restored "
            "from an older backup and written to since. Nothing was published. Restore a newer backup of the database."
        ),
    )


def _write_tree(
    folder: LogFolder, writer: FolderWriter, published: Checkpoint, signer: Signer, size: int
) -> Checkpoint:
    """Write the missing files of the tree; the new root, proven to contain the published one."""
    write_missing_tiles(folder, writer, size)
    reader = folder.tiles(size)
    checkpoint = Checkpoint(signer.name, size, read_root(reader))
    try:
        for old_size, old_root in ((published.size, published.root), remembered_head() or (0, root_of(()))):
            path = consistency_path(old_size, size, reader.node)
            verify_consistency(old_size, old_root, size, checkpoint.root, path)
    except BookError as error:
        raise _other_history() from error
    return checkpoint


def _write_words_and_numbers(
    folder: LogFolder, writer: FolderWriter, checkpoint: Checkpoint, today: date, policy: str
) -> NumbersFile:
    write_openings(folder, writer, checkpoint.size)
    reader = folder.tiles(checkpoint.size)
    folding = fold_onwards(checkpoint.size, lambda size: read_root(reader, size))
    numbers = NumbersFile(checkpoint.origin, checkpoint.size, checkpoint.root, today, folding.numbers(today))
    for path, data in ((POLICY, policy.encode()), (NUMBERS, pack_numbers(numbers))):
        if not folder.has(path) or folder.read(path) != data:
            writer.put(path, data)
    return numbers
