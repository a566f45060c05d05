"""Files for visitors: types, ages, and nothing outside of the folders."""

import asyncio

import brotli
import pytest

from sawtna.web.copies import BROTLI, PLAIN
from sawtna.web.files import Files, Folder, headers_of_log, headers_of_static


@pytest.fixture
def files(tmp_path):
    """A house with a style, a tile, a checkpoint and a secret beside them."""
    for name, content in {
        "static/web/base.0123456789ab.css": b"a{}" * 200,
        "static/web/base.css": b"a{}" * 200,
        "log/checkpoint": b"sawtna.example/log\n",
        "log/tile/0/x001/234.p/17": b"\0" * 544,
        "log/fresh.tmp": b"x",
        "log/numbers.json": b"{}",
        "secret": b"mine",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Files(
        [
            Folder("/static/", tmp_path / "static", headers_of_static),
            Folder("/log/", tmp_path / "log", headers_of_log),
        ]
    )


def find(files, path):
    """The copy at a path."""
    return asyncio.run(files.find(path))


@pytest.mark.parametrize(
    ("path", "kind", "age"),
    [
        (
            "/static/web/base.0123456789ab.css",
            b"text/css; charset=utf-8",
            b"public, max-age=31536000, immutable",
        ),
        ("/static/web/base.css", b"text/css; charset=utf-8", b"public, max-age=3600"),
        ("/log/checkpoint", b"text/plain; charset=utf-8", b"public, max-age=5"),
        ("/log/tile/0/x001/234.p/17", b"application/octet-stream", b"public, max-age=31536000, immutable"),
        ("/log/numbers.json", b"application/json", b"public, max-age=5"),
    ],
)
def test_a_file_has_its_type_and_its_age(files, path, kind, age):
    """What never changes may be kept for ever, the head of the book for five seconds."""
    headers = dict(find(files, path).headers[PLAIN])
    assert headers[b"content-type"] == kind
    assert headers[b"cache-control"] == age
    assert headers[b"x-content-type-options"] == b"nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "/log/../secret",
        "/log//etc/passwd",
        "/log/",
        "/log/tile",
        "/log/tile/",
        "/log/none",
        "/log/.hidden",
        "/log/fresh.tmp",
        "/log/tile/./0",
        "/log/a\0b",
        "/static/web/../../secret",
        "/static/web/base.css/",
    ],
)
def test_nothing_outside_of_the_folders_is_served(files, path):
    """Steps upwards, hidden files, folders and holes are all simply not there."""
    assert find(files, path) is None


def test_a_changed_file_is_read_again(files, tmp_path):
    """The checkpoint of this minute is not the one of the last."""
    old = find(files, "/log/checkpoint")
    fresh = tmp_path / "log/fresh"
    fresh.write_bytes(b"another\n")
    fresh.replace(tmp_path / "log/checkpoint")
    new = find(files, "/log/checkpoint")
    assert new.bodies[PLAIN] == b"another\n"
    assert new.tags != old.tags


def test_an_unchanged_file_is_read_once(files):
    """The drawer gives the very same copy."""
    assert find(files, "/log/checkpoint") is find(files, "/log/checkpoint")


def test_compressed_twins_are_taken_as_they_are(files, tmp_path):
    """What was compressed at leisure is smaller than what is compressed in haste."""
    twin = brotli.compress(b"a{}" * 200, quality=11)
    (tmp_path / "static/web/base.css.br").write_bytes(twin)
    assert find(files, "/static/web/base.css").bodies[BROTLI] == twin


def test_anyone_may_read_the_book_from_another_page(files):
    """A mirror's page, or a journalist's own, can check this log in the browser."""
    assert dict(find(files, "/log/checkpoint").headers[PLAIN])[b"access-control-allow-origin"] == b"*"


def test_entries_travel_compressed_and_hashes_as_they_are(files, tmp_path):
    """A whole book over a slow line is a third of its size."""
    for name in ("tile/entries/000", "tile/0/000"):
        path = tmp_path / "log" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b'\0\x20{"k":"stand","c":"morocco-2016"}' * 100)
    assert BROTLI in find(files, "/log/tile/entries/000").bodies
    assert BROTLI not in find(files, "/log/tile/0/000").bodies
