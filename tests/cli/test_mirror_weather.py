"""`sawtna mirror` in bad weather: slow, half down, dying and moving sites, and spoiled disks."""

from __future__ import annotations

import random
from pathlib import Path

from tests.cli.mirroring import SIZE, STORY, VOID, audit, mirror, refused
from tests.cli.real_processes import Weather
from tests.cli.small_site import put, write_site


def test_a_site_that_dies_midway_is_taken_up_again(address: str, weather: Weather, copy: Path) -> None:
    """Nothing is shown of a half copied site; what came is not asked for again."""
    weather.is_gone = lambda count, _path: count > 40
    status, said = mirror(address, copy)
    assert (status, "Nothing is shown yet." in said) == (3, True), said
    assert not copy.exists()
    first = set(weather.sent)
    weather.sent.clear()
    weather.is_gone = lambda _count, _path: False

    assert mirror(address, copy)[0] == 0

    again = {path for path in first & set(weather.sent) if not path.startswith(("/log/", "/robots.txt"))}
    assert again == set()
    assert audit(copy)[0] == 0


def test_a_site_that_is_half_down_keeps_its_copy(
    site: Path, address: str, weather: Weather, copy: Path
) -> None:
    """Pages that give faults: the ones we have stay, if their figures hold; if they cannot, nothing changes."""
    mirror(address, copy)
    weather.is_busy = lambda _count, path: path.endswith("/c/stages/s1/")
    put(site, "en/index.html", '<a href="/en/new/"></a>', {})
    put(site, "en/new/index.html", "", {})
    status, said = mirror(address, copy)
    assert status == 0, said
    assert (copy / "en/new/index.html").exists()
    assert (copy / "fr/c/stages/s1/index.html").exists()

    write_site(site, [*STORY, VOID])
    status, said = refused(copy, address)
    assert (status, "3 files of" in said) == (3, True), said
    status, said = mirror(address, copy, "--accept-missing")
    assert (status, f"has {SIZE + 1} entries" in said) == (3, True), said
    assert not (copy / "fr/c/stages/s1/index.html").exists()
    assert audit(copy)[0] == 0


def test_a_stumbling_and_slow_site_is_copied(address: str, weather: Weather, copy: Path) -> None:
    """Every fifth answer is a fault or a cut line, and each takes its time."""
    dice = random.Random(304)
    weather.delay = 0.02
    weather.is_busy = lambda _count, _path: dice.random() < 0.1
    weather.is_gone = lambda _count, _path: dice.random() < 0.1

    for _ in range(8):
        status, said = mirror(address, copy)
        if status == 0:
            break

    assert status == 0, said
    assert audit(copy)[0] == 0


def test_a_book_that_moves_while_it_is_copied_is_caught_up_with(
    site: Path, address: str, weather: Weather, copy: Path
) -> None:
    """The site publishes in the middle of the pages: the copy is of one moment, the later one."""
    moved: list[bool] = []

    def publish(path: str) -> None:
        if path == "/fr/c/late/" and not moved:
            moved.append(True)
            write_site(site, [*STORY, VOID])

    weather.before = publish

    status, said = mirror(address, copy)

    assert (status, f"has {SIZE + 1} entries" in said) == (0, True), said
    assert audit(copy)[0] == 0


def test_a_site_that_never_rests_is_given_up(site: Path, address: str, weather: Weather, copy: Path) -> None:
    """After five times the old state stays."""
    mirror(address, copy)
    told = list(STORY)

    def publish(path: str) -> None:
        if path == "/ar/c/late/":
            told.append(VOID)
            write_site(site, told)

    weather.before = publish
    publish("/ar/c/late/")

    status, said = refused(copy, address)

    assert (status, "moved each time" in said) == (3, True), said


def test_spoiled_files_of_ours_are_fetched_anew(site: Path, address: str, copy: Path) -> None:
    """A disk that turned bits in a tile and in a page is healed in the next round."""
    mirror(address, copy)
    tile, page = copy / f"log/tile/entries/000.p/{SIZE}", copy / "fr/c/late/index.html"
    good = tile.read_bytes(), page.read_bytes()
    tile.write_bytes(good[0].replace(b"2016-11-04", b"2016-11-05"))
    page.write_bytes(good[1][:200])
    put(site, "en/index.html", "", {})

    status, said = mirror(address, copy)

    assert status == 0, said
    assert (tile.read_bytes(), page.read_bytes()) == good
    assert audit(copy)[0] == 0
