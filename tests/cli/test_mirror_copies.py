"""`sawtna mirror` against real web servers: what it copies, and what it asks for."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

from sawtna.ledger.core.proof import unpack_receipt, verify_receipt
from sawtna.ledger.core.tiles import TileReader

from tests.cli.folder_book import ORIGIN, SIGNER, Told, site_entry, write_book
from tests.cli.mirroring import ERASE, SIZE, STORY, VOID, audit, mirror
from tests.cli.real_processes import Weather, web_server
from tests.cli.small_site import FONT, SHEET, files_in, put, write, write_site


def test_a_copy_is_the_whole_site_as_plain_files(site: Path, address: str, copy: Path) -> None:
    """Every page, sheet, font, script and feed that links lead to, the log, and receipts; not the desk. The audit passes."""
    status, said = mirror(address, copy)

    assert status == 0, said
    expected = {name for name in files_in(site) if "/desk/" not in name}
    receipts = {f"log/receipts/{index}.tlog-proof" for index in range(SIZE)}
    assert files_in(copy) == expected | receipts
    assert all((copy / name).read_bytes() == (site / name).read_bytes() for name in expected)
    code, found = audit(copy)
    assert (code, found["pages"], found["counts"]["number"]) == (
        0,
        len([one for one in expected if one.endswith(".html")]),
        0,
    )
    receipt = unpack_receipt((copy / "log/receipts/4.tlog-proof").read_bytes())
    verify_receipt(receipt, receipt.extra, SIGNER.verifier)


def test_a_second_round_asks_only_if_things_changed(address: str, weather: Weather, copy: Path) -> None:
    """Tiles, words and files named by their content are not asked for again; pages are, by their tag, and nothing is sent."""
    mirror(address, copy)
    before = copy.readlink()
    weather.asked.clear()
    weather.sent.clear()

    status, said = mirror(address, copy)

    assert (status, "nothing new" in said) == (0, True)
    assert copy.readlink() == before
    assert not [
        path for path in weather.asked if path.startswith(("/log/tile", "/log/open")) or path == f"/{SHEET}"
    ]
    assert [path for path in weather.sent if not path.startswith("/log/")] == [
        "/robots.txt"
    ]  # its rules are read first


def test_a_grown_book_brings_what_is_new(site: Path, address: str, weather: Weather, copy: Path) -> None:
    """New tiles and changed pages come, what stayed the same is the same file on the disk, what is gone goes."""
    mirror(address, copy)
    font = (copy / FONT).stat().st_ino
    weather.sent.clear()
    write_site(site, [*STORY, VOID], stages=2)

    status, said = mirror(address, copy)

    assert (status, f"has {SIZE + 1} entries" in said) == (0, True), said
    assert audit(copy)[0] == 0
    assert (copy / FONT).stat().st_ino == font
    assert not (copy / "ar/c/stages/s2").exists()
    assert not (copy / f"log/tile/0/000.p/{SIZE}").exists()
    assert f"/{FONT}" not in weather.sent


def test_a_large_book_is_copied_over_several_tiles(
    site: Path, address: str, weather: Weather, copy: Path
) -> None:
    """Full tiles are kept when the book grows past them, and upper tiles follow."""
    many: list[Told] = [site_entry(), *(({"k": "hologram", "x": number}, None) for number in range(700))]
    write_book(site, many)
    assert mirror(address, copy)[0] == 0
    assert audit(copy)[0] == 0
    weather.sent.clear()
    write_book(site, [*many, *(({"k": "hologram", "x": number}, None) for number in range(1000, 1400))])

    assert mirror(address, copy)[0] == 0

    assert audit(copy)[0] == 0
    assert "/log/tile/0/001" not in weather.sent
    assert {"/log/tile/0/002", "/log/tile/entries/004.p/77", "/log/tile/1/000.p/4"} <= set(weather.sent)


def test_erased_words_leave_the_copy(site: Path, address: str, copy: Path) -> None:
    """An `erase` entry takes the opening out of the copy, out of older states too, although the site still has the file."""
    mirror(address, copy)
    assert (copy / "log/open/4.json").exists()
    write_site(site, [*STORY, ERASE])

    assert mirror(address, copy)[0] == 0

    kept = copy.with_name("copy.kept")
    assert list(kept.rglob("4.json")) == []
    assert (site / "log/open/4.json").exists()
    assert audit(copy)[0] == 0


def test_a_log_alone_can_be_mirrored(site: Path, copy: Path) -> None:
    """A host that shows only the folder of the log is copied too."""
    with web_server(site / "log") as address:
        assert mirror(address, copy)[0] == 0
    assert (copy / "log/checkpoint").exists()
    assert audit(copy)[0] == 0


def test_a_mirror_can_be_mirrored(address: str, copy: Path, tmp_path: Path) -> None:
    """A copy of a copy is the same."""
    mirror(address, copy)
    with web_server(copy) as second:
        assert mirror(second, tmp_path / "again")[0] == 0
    names = files_in(copy)
    assert files_in(tmp_path / "again") == names
    assert all((copy / name).read_bytes() == (tmp_path / "again" / name).read_bytes() for name in names)


def test_a_list_of_files_saves_asking(site: Path, address: str, weather: Weather, copy: Path) -> None:
    """A site written by `sawtna publish` has a list with hashes: files that it names are found, and asked for once."""
    put(site, "en/hidden/index.html", "", {})
    names = [name for name in files_in(site) if not name.startswith("log/")]
    listed = {name: sha256((site / name).read_bytes()).hexdigest() for name in names}
    write(site, ".sawtna-published.json", json.dumps({"files": listed}))
    mirror(address, copy)
    assert (copy / "en/hidden/index.html").exists()
    weather.asked.clear()

    mirror(address, copy)

    assert not [path for path in weather.asked if path.endswith((".css", ".js", "/"))]


def test_hostile_links_do_not_leave_the_folder(site: Path, address: str, copy: Path, tmp_path: Path) -> None:
    """Paths with dots, other hosts and files that lie where folders are do no harm."""
    far = ("//evil.example/en/", "https://evil.example/x.html", "javascript:alert(1)", "http://[")
    up = ("/../../outside.html", "/%2e%2e/outside.html", "/a/..%2f..%2foutside.html", "/.hidden/", "/en/%00/")
    odd = ("/ar/c/feed.atom/under/", f"/{'n' * 300}/")
    links = "".join(f'<a href="{link}">x</a>' for link in (*far, *up, *odd))
    put(site, "en/index.html", links, {})
    (tmp_path / "outside.html").write_text("outside", encoding="utf-8")

    status, said = mirror(address, copy)

    assert status == 0, said
    assert not [name for name in files_in(copy) if "outside" in name or "hidden" in name or "evil" in name]


def test_tiles_can_be_read_from_a_copy(address: str, copy: Path) -> None:
    """What was copied is a log like any other."""
    mirror(address, copy)
    reader = TileReader(lambda path: (copy / "log" / path).read_bytes(), SIZE)
    assert json.loads(reader.entry(0))["origin"] == ORIGIN
