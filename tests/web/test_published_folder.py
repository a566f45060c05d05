"""A folder of plain files: whole files, only its own, only what changed."""

import json

import pytest

from sawtna.web.published_folder import LIST, PublishedFolder, PublishingError, Tally


def write(root, **files):
    """Write some files as one publication; gives what was done."""
    published = PublishedFolder(root)
    published.open()
    for name, content in files.items():
        published.put(name.replace("__", "/"), content)
    published.close()
    return published.tally


def names(root):
    """The files that are there."""
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_the_first_writing_makes_the_folder(tmp_path):
    """Folders on the way too."""
    assert write(tmp_path / "new/site", ar__index=b"1", robots=b"2") == Tally(changed=2)
    assert names(tmp_path / "new/site") == [LIST, "ar/index", "robots"]


def test_a_second_writing_touches_only_what_changed(tmp_path):
    """Copies by rsync stay small."""
    write(tmp_path / "site", a=b"1", b=b"2")
    before = (tmp_path / "site/a").stat()
    assert write(tmp_path / "site", a=b"1", b=b"3") == Tally(changed=1, unchanged=1)
    after = (tmp_path / "site/a").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_what_is_no_longer_public_is_removed_with_its_folder(tmp_path):
    """A page that was taken down leaves the mirrors with the next writing."""
    write(tmp_path / "site", ar__news__one__index=b"1", keep=b"2")
    assert write(tmp_path / "site", keep=b"2") == Tally(unchanged=1, removed=1)
    assert names(tmp_path / "site") == [LIST, "keep"]
    assert not (tmp_path / "site/ar").exists()


def test_a_file_of_somebody_else_is_never_removed(tmp_path):
    """Only what stands in the list is ours."""
    write(tmp_path / "site", a=b"1")
    (tmp_path / "site/theirs").write_bytes(b"x")
    write(tmp_path / "site", b=b"1")
    assert (tmp_path / "site/theirs").read_bytes() == b"x"


def test_a_folder_with_files_of_somebody_else_is_refused(tmp_path):
    """A mistyped path costs nothing."""
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(PublishingError, match="will not be touched"):
        write(tmp_path, a=b"1")
    assert names(tmp_path) == ["thesis.txt"]


def test_a_file_that_vanished_is_written_again(tmp_path):
    """The list is not believed without a look."""
    write(tmp_path / "site", a=b"1")
    (tmp_path / "site/a").unlink()
    assert write(tmp_path / "site", a=b"1") == Tally(changed=1)


def test_a_writing_that_was_stopped_half_way_is_taken_up_again(tmp_path):
    """What it wrote is known to the next one, which also removes what no longer belongs there."""
    published = PublishedFolder(tmp_path / "site")
    published.open()
    published.put("old", b"1")
    published.note_progress()
    published.put("stopped", b"2")
    assert write(tmp_path / "site", new=b"3") == Tally(changed=1, removed=1)
    assert "stopped" in names(tmp_path / "site")
    assert write(tmp_path / "site", new=b"3", stopped=b"2").changed == 1


def test_the_list_says_what_it_is(tmp_path):
    """Whoever finds it in a folder learns where it is from."""
    write(tmp_path / "site", a=b"1")
    noted = json.loads((tmp_path / "site" / LIST).read_text())
    assert "sawtna publish" in noted["about"]
    assert list(noted["files"]) == ["a"]
