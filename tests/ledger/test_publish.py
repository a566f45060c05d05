"""What was accepted comes under a signed checkpoint: files first, the checkpoint last, nothing twice, nothing lost."""

import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from sawtna.ledger.core.merkle import consistency_path, verify_consistency
from sawtna.ledger.core.tiles import TileReader
from sawtna.ledger.models import CachedNumber, Entry, Opening, Published
from sawtna.ledger.publishing import FolderWriter
from sawtna.ledger.refusals import Refused

from tests.ledger.conftest import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _open(book):
    book.open()


def files_of(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything in a folder: when it was written, and what."""
    return {
        str(file.relative_to(folder)): (file.stat().st_mtime_ns, file.read_bytes())
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_the_folder_holds_what_the_format_says(book):
    """Checkpoint, numbers, policy, openings, tiles and bundles: nothing else, no trace of the work."""
    book.write("a", "b")
    book.publish()
    assert sorted(files_of(book.log)) == [
        "checkpoint",
        "numbers.json",
        "open/1.json",
        "open/2.json",
        "policy",
        "tile/0/000.p/1",
        "tile/0/000.p/3",
        "tile/entries/000.p/1",
        "tile/entries/000.p/3",
    ]
    assert not (book.log / ".new").exists()


def test_nothing_new_writes_nothing(book):
    """Publishing an unchanged book touches no file, so that no copy and no cache must be renewed."""
    book.write("a")
    book.publish()
    before = files_of(book.log)
    book.publish(NOON + timedelta(hours=11))
    assert files_of(book.log) == before


def test_a_new_day_changes_the_numbers_and_tells_the_pages(book):
    """Clocks that run move at midnight UTC: the numbers are written again, and the checkpoint with the same words."""
    before = files_of(book.log)
    book.publish(NOON + timedelta(hours=12))
    after = files_of(book.log)
    assert {name for name in after if after[name] != before[name]} == {"numbers.json", "checkpoint"}
    assert after["checkpoint"][1] == before["checkpoint"][1]
    assert json.loads(after["numbers.json"][1])["as_of"] == "2026-11-25"
    assert Published.objects.get().as_of.isoformat() == "2026-11-25"


def test_a_local_evening_is_still_the_day_of_utc(book):
    """The day of the numbers is that of UTC, whatever zone the caller's clock shows."""
    from zoneinfo import ZoneInfo

    book.publish(datetime(2026, 11, 25, 0, 30, tzinfo=ZoneInfo("Africa/Cairo")))
    assert json.loads((book.log / "numbers.json").read_bytes())["as_of"] == "2026-11-24"


@pytest.mark.parametrize("sizes", [(1, 255, 256, 257), (2, 300, 511, 512, 513), (700, 701)])
def test_each_size_is_whole_and_grows_out_of_the_last(book, sizes):
    """Around the borders of tiles every published size verifies, and each new root contains the old one."""
    old = book.publish()
    for size in sizes:
        if size > old.size:
            book.write_many(size - old.size)
        new = book.publish()
        assert new.size == max(size, old.size)
        reader = TileReader(lambda path: (book.log / path).read_bytes(), new.size)
        verify_consistency(
            old.size, old.root, new.size, new.root, consistency_path(old.size, new.size, reader.node)
        )
        old = new


def test_full_tiles_are_never_written_again(book):
    """A full tile is the memory of what was promised: it keeps its first writing."""
    book.write_many(256)
    book.publish()
    before = files_of(book.log)
    full = [name for name in before if name in {"tile/0/000", "tile/entries/000"}]
    assert len(full) == 2
    book.write_many(300)
    book.publish()
    after = files_of(book.log)
    assert [after[name] for name in full] == [before[name] for name in full]


def test_partial_tiles_stay_until_the_full_one_stands(book):
    """Readers of older checkpoints find their partial tiles, or the full tile that contains them."""
    for _ in range(3):
        book.write_many(50)
        book.publish()
    partial = sorted(path.name for path in (book.log / "tile/0/000.p").iterdir())
    assert partial == ["1", "101", "151", "51"]
    book.write_many(256)
    book.publish()
    assert not (book.log / "tile/0/000.p").exists()
    assert not (book.log / "tile/entries/000.p").exists()
    assert (book.log / "tile/0/000").stat().st_size == 8192
    reader = TileReader(lambda path: (book.log / path).read_bytes(), 101)
    assert len(reader.bundle(0)) == 101


def test_lost_files_are_written_again(book):
    """Whatever of the folder is gone, publishing brings back, byte for byte, without a new promise."""
    book.write("a", "b")
    book.write_many(700)
    book.publish()
    whole = {name: data for name, (_, data) in files_of(book.log).items()}
    for lost in ("tile/0/001", "tile/entries/000", "open/1.json", "numbers.json", "tile/0", "open"):
        place = book.log / lost
        shutil.rmtree(place) if place.is_dir() else place.unlink()
        book.publish()
        assert {name: data for name, (_, data) in files_of(book.log).items()} == whole, lost


def test_a_lost_folder_is_written_again_from_the_database(book):
    """A folder that is gone as a whole is made again; the same entries give the same root and the same signature."""
    book.write("a", "b", "c")
    book.publish()
    whole = {name: data for name, (_, data) in files_of(book.log).items() if ".p/1" not in name}
    shutil.rmtree(book.log)
    book.publish()
    assert {name: data for name, (_, data) in files_of(book.log).items()} == whole


def test_stray_words_are_removed(book):
    """A file of words without an opening in the database was erased: it does not come back to stay."""
    book.write("a")
    book.publish()
    (book.log / "open/77.json").write_text("{}")
    book.publish()
    assert sorted(path.name for path in (book.log / "open").iterdir()) == ["1.json"]


def test_leftovers_of_a_killed_publisher_are_cleared(book):
    """What was written under a temporary name is no part of the book."""
    (book.log / ".new").mkdir()
    (book.log / ".new/0").write_bytes(b"half a tile")
    book.write("a")
    book.publish()
    assert not (book.log / ".new").exists()


def test_publishing_inside_a_transaction_is_refused(book, django_db_blocker):
    """What is not committed is not accepted, so it must not be signed."""
    from django.db import connection

    atomic = transaction.atomic()
    with atomic:
        connection.atomic_blocks[-1]._from_testcase = False
        with pytest.raises(RuntimeError, match="durable"):
            book.publish()


# ------------------------------------------------------------------ the checkpoint comes last
@pytest.mark.parametrize("stop_at", range(9))
def test_a_publisher_that_stops_anywhere_leaves_the_old_book_whole(book, monkeypatch, stop_at):
    """After each file that is written the old checkpoint still verifies; the next publisher finishes the work."""
    from tests.ledger.whole_book import verify_files

    book.write("a", "b")
    old = book.publish()
    book.write("c")
    book.write_many(300)
    put, written = FolderWriter.put, []

    def put_or_stop(writer, path, data):
        if len(written) == stop_at:
            raise KeyboardInterrupt
        written.append(path)
        put(writer, path, data)

    monkeypatch.setattr(FolderWriter, "put", put_or_stop)
    try:
        book.publish()
    except KeyboardInterrupt:
        assert "checkpoint" not in written
    monkeypatch.undo()
    if "checkpoint" not in written:
        note = (book.log / "checkpoint").read_text()
        assert note.split("\n")[1] == str(old.size)
        (book.log / "numbers.json").rename(book.log / "numbers.kept")
        with pytest.raises(FileNotFoundError):
            verify_files(book.log)  # all of it verifies but the numbers, which are ahead or not
        (book.log / "numbers.kept").rename(book.log / "numbers.json")
    book.publish()
    assert not (book.log / ".new").exists()


# ------------------------------------------------------------------ databases that do not fit
def forget_rows(after: int) -> None:
    """Do to the tables what restoring an older backup does."""
    from django.db import connection

    from sawtna.ledger.models import Head
    from sawtna.ledger.seals import unsealed

    with unsealed(connection):
        Entry.objects.filter(index__gte=after).delete()
    Opening.objects.filter(index__gte=after).delete()
    Head.objects.update(size=after)


def test_an_older_database_is_refused_with_what_probably_happened(book):
    """A database that lost published entries neither publishes nor takes new ones: a second history would begin."""
    book.write("a", "b", "c")
    book.publish()
    before = files_of(book.log)
    forget_rows(2)
    for act in (book.publish, lambda: book.write("d")):
        with pytest.raises(Refused, match="older backup") as refused:
            act()
        assert refused.value.code == "older_database"
        assert "4" in str(refused.value)
    assert files_of(book.log) == before
    book.is_spoiled = True


def test_an_older_database_that_grew_past_the_files_is_refused(book, monkeypatch):
    """Even when it has become longer than what is published, its other entries are noticed, and the files stay as they are."""
    from sawtna.ledger.folder import LogFolder

    remembered = Published.objects.values().get()
    book.write("a", "b", "c")
    book.publish()
    before = files_of(book.log)
    forget_rows(2)
    Published.objects.update(**remembered)
    with monkeypatch.context() as patched:  # as if the folder had not been there while others wrote
        patched.setattr(LogFolder, "published_size", lambda _: 0)
        book.write("x", "y", "z", "w")
    with pytest.raises(Refused, match="older backup") as refused:
        book.publish()
    assert refused.value.code == "other_history"
    assert files_of(book.log) == before
    book.is_spoiled = True


def test_changed_rows_are_noticed_when_their_tile_is_written(book):
    """Rows that were changed behind the seals do not get into a new tile beside promised ones."""
    from django.db import connection

    from sawtna.ledger.core.merkle import leaf_hash
    from sawtna.ledger.seals import unsealed

    book.write("a", "b", "c")
    book.publish()
    with unsealed(connection):
        Entry.objects.filter(index=2).update(body=b'{"forged":1}', leaf=leaf_hash(b'{"forged":1}'))
    book.write("d")
    with pytest.raises(Refused) as refused:
        book.publish()
    assert refused.value.code == "other_history"
    book.is_spoiled = True


def test_a_checkpoint_of_another_book_is_refused(book):
    """A folder that belongs to another log is not written over."""
    note = (book.log / "checkpoint").read_text()
    for foreign in ("no note at all", note.replace("127.0.0.1", "127.0.0.2"), note[:-10] + "AAAAAAAA=\n"):
        (book.log / "checkpoint").write_text(foreign)
        with pytest.raises(Refused, match="not one of this book") as refused:
            book.publish()
        assert refused.value.code == "foreign_checkpoint"
        assert (book.log / "checkpoint").read_text() == foreign
    (book.log / "checkpoint").write_text(note)


def test_a_database_that_forgot_what_it_published_checks_itself(book):
    """After a crash between checkpoint and table the entries are hashed again, found the same, and remembered."""
    book.write("a", "b")
    head = book.publish()
    Published.objects.all().delete()
    CachedNumber.objects.all().delete()
    assert book.publish() == head
    assert bytes(Published.objects.get().root) == head.root
    assert CachedNumber.objects.count() > 0
