"""A full disk: a clear sentence, nothing accepted is lost, and when there is room again everything goes on."""

import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from sawtna.ledger.refusals import Refused, faults_as_sentences

from tests.ledger.raising import nursery

pytestmark = [pytest.mark.stores]

BIG = "x" * 3500


def fill(folder: Path) -> Path:
    """Write a file until nothing fits any more."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"\0" * 4096)
        except OSError:
            return ballast


@contextmanager
def small_disk(place: Path, size: str):
    """Mount a disk of that size in memory."""
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("Only root can mount a small disk to be filled; run the tests as root to see this one.")
    place.mkdir(parents=True)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("This machine does not let tests mount a small disk (a container without the right to).")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", place], check=True)


@pytest.mark.django_db
def test_a_full_disk_stops_publishing_with_a_sentence(book):
    """The old checkpoint still stands, the sentence says what to do, and after making room the work is finished."""
    book.open()
    book.write("before")
    old = book.publish()
    shutil.move(book.log, book.var / "kept")
    with small_disk(book.log, "1m"):
        shutil.copytree(book.var / "kept", book.log, dirs_exist_ok=True)
        book.write(*(BIG for _ in range(300)))
        ballast = fill(book.log)
        for _ in range(3):
            with pytest.raises(Refused, match=r"disk is full.*[Mm]ake room") as refused:
                book.publish()
            assert refused.value.code == "disk_full"
            assert (book.log / "checkpoint").read_text().split("\n")[1] == str(old.size)
        ballast.unlink()
        with pytest.raises(
            Refused
        ) as refused:  # 300 openings do not fit in one megabyte: still full, half way on
            book.publish()
        assert refused.value.code == "disk_full"
        subprocess.run(["mount", "-o", "remount,size=16m", book.log], check=True)
        assert book.publish().size == old.size + 300
        shutil.rmtree(book.var / "kept")
        shutil.copytree(book.log, book.var / "kept")
    shutil.rmtree(book.log)
    shutil.move(book.var / "kept", book.log)  # for the verification that follows


def test_a_full_disk_stops_appending_with_a_sentence(tmp_path):
    """What was accepted before stays, what is refused leaves nothing behind, and after making room the next entry enters."""
    if connection.vendor != "sqlite":
        pytest.skip("The disk of PostgreSQL is filled in a test of its own.")
    house, disk = tmp_path / "house", tmp_path / "disk"
    with nursery(house, f"sqlite:///{house / 'sawtna.sqlite3'}") as ward:
        ward.run("verify")
    with small_disk(disk, "2m"):
        shutil.copytree(house, disk, dirs_exist_ok=True)
        with nursery(disk, f"sqlite:///{disk / 'sawtna.sqlite3'}", "--prepared") as ward:
            ballast = fill(disk)
            full = ward.run("append_until_refused")
            assert full["code"] == "disk_full", full
            assert "disk is full" in full["sentence"]
            ballast.unlink()
            again = ward.run("append_until_refused")
            assert again["accepted"] > 10, again
            assert again["code"] == "disk_full"
            subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
            found = ward.run("verify")
    assert found["accepted"] == full["accepted"] + again["accepted"]


@contextmanager
def table_on_small_disk(place: Path):
    """Move the table of entries to a small disk for a while."""
    with small_disk(place, "2m"), connection.cursor() as cursor:
        shutil.chown(place, "postgres", "postgres")
        place.chmod(0o700)
        cursor.execute("CREATE TABLESPACE small LOCATION %s", [str(place)])
        cursor.execute("ALTER TABLE ledger_entry SET TABLESPACE small")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE ledger_entry SET TABLESPACE pg_default")
            cursor.execute("DROP TABLESPACE small")


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_of_postgresql_stops_appending_with_a_sentence(book):
    """PostgreSQL keeps what was accepted and says that its disk is full; after making room the next entry enters."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite fills the disk of the house, as tested above.")
    book.open()
    place = (
        Path(tempfile.mkdtemp(prefix="sawtna-small-")) / "disk"
    )  # pytest's folders are closed to the user postgres
    place.parent.chmod(0o755)
    with table_on_small_disk(place):
        ballast = fill(place)
        with pytest.raises(Refused) as refused:
            book.write_many(2000)
        assert refused.value.code == "disk_full"
        assert book.publish().size == 1
        ballast.unlink()
        assert book.write_many(2000)[0] == 1
        assert book.publish().size == 2001
    shutil.rmtree(place.parent)


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"sqlstate": "53100"}, "disk_full"),
        ({"sqlite_errorcode": 13}, "disk_full"),
        ({"sqlite_errorcode": 5}, "busy"),
        ({"sqlite_errorcode": 517}, "busy"),
    ],
)
def test_faults_of_both_engines_become_sentences(fault, code):
    """PostgreSQL's and SQLite's own words for a full disk and for a busy database end as ours."""
    cause = Exception("as the engine says it")
    for name, value in fault.items():
        setattr(cause, name, value)
    with pytest.raises(Refused) as refused, faults_as_sentences():
        raise OperationalError("trouble") from cause
    assert refused.value.code == code
    with pytest.raises(OperationalError), faults_as_sentences():
        raise OperationalError("other trouble") from Exception("something else")
