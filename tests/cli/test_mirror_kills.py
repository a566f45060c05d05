"""`sawtna mirror` killed anywhere, and the folder that it keeps."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from tests.cli.mirroring import SIZE, STORY, VOID, audit, mirror, wait_for
from tests.cli.real_processes import SAWTNA, Weather, sawtna, web_server
from tests.cli.small_site import files_in, write, write_site


class Crash(BaseException):
    """The machine stops."""


@pytest.mark.slow
@pytest.mark.parametrize("nth", range(12))
def test_a_stop_at_any_step_of_showing_leaves_a_whole_state(
    site: Path, address: str, copy: Path, monkeypatch: pytest.MonkeyPatch, nth: int
) -> None:
    """Whichever rename, link or removal was the last: the old state or the new one is shown, and the next round goes on."""
    mirror(address, copy)
    write_site(site, [*STORY, VOID])
    steps = iter(range(100))

    def stop_at(real: Callable[..., object]) -> Callable[..., object]:
        def act(*arguments: object, **options: object) -> object:
            if showing and next(steps) == nth:
                raise Crash
            return real(*arguments, **options)

        return act

    showing: list[bool] = []
    real_sync = os.sync
    with monkeypatch.context() as patch:
        patch.setattr(os, "sync", lambda: (showing.append(True), real_sync()))
        for name in ("rename", "replace", "symlink_to", "unlink", "mkdir"):
            patch.setattr(Path, name, stop_at(getattr(Path, name)))
        patch.setattr(shutil, "rmtree", stop_at(shutil.rmtree))
        with suppress(Crash):
            mirror(address, copy)

    assert showing
    code, found = audit(copy)
    assert (code, found["size"] in {SIZE, SIZE + 1}) == (0, True)
    assert mirror(address, copy)[0] == 0
    assert audit(copy)[1]["size"] == SIZE + 1
    assert len([path for path in copy.with_name("copy.kept").iterdir() if path.name.isdecimal()]) == 1


@pytest.mark.slow
def test_kills_at_random_never_show_half_a_copy(
    site: Path, address: str, weather: Weather, copy: Path
) -> None:
    """Killed thirty times while the site grows: whatever is shown passes the audit, and in the end it is all there."""
    dice = random.Random(11)
    weather.delay = 0.003
    for number in range(30):
        if number % 6 == 0:
            write_site(site, [*STORY, *[VOID] * (number // 6)])
        process = subprocess.Popen(
            [*SAWTNA, "mirror", address, str(copy), "--workers", "1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        time.sleep(dice.uniform(0.5, 2.0))
        process.kill()
        process.communicate()
        if copy.exists():
            code, found = audit(copy)
            assert code == 0, (number, found["findings"])

    status, said = mirror(address, copy)

    assert status == 0, said
    assert (copy / "log/checkpoint").read_bytes() == (site / "log/checkpoint").read_bytes()
    assert audit(copy)[0] == 0
    assert len([path for path in copy.with_name("copy.kept").iterdir() if path.name.isdecimal()]) == 1


def test_files_of_others_are_not_touched(address: str, tmp_path: Path) -> None:
    """A folder with something in it, a file, a link to elsewhere: one sentence, exit 1; an empty folder is taken."""
    full, empty, plain, link = (tmp_path / name for name in ("full", "empty", "plain", "link"))
    write(full, "mine.txt", "mine")
    plain.write_text("mine", encoding="utf-8")
    link.symlink_to(full)
    empty.mkdir()
    for place in (full, plain, link):
        status, said = mirror(address, place)
        assert (status, "Choose" in said) == (1, True), said
    assert files_in(full) == {"mine.txt"}
    assert mirror(address, empty)[0] == 0
    assert audit(empty)[0] == 0


def test_two_mirrors_do_not_work_on_one_folder(address: str, weather: Weather, copy: Path) -> None:
    """The second one says so and leaves."""
    weather.delay = 0.3
    first = subprocess.Popen(
        [*SAWTNA, "mirror", address, str(copy)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    wait_for((copy.with_name("copy.kept") / "lock").exists)
    status, said = mirror(address, copy)
    first.kill()
    first.communicate()
    assert (status, "Another mirror works" in said) == (1, True), said


@pytest.mark.parametrize("every", ["5", "1s", "0m", "m", "5 m", "-5m"])
def test_a_wrong_time_is_explained(every: str, copy: Path) -> None:
    """The options say which times there are."""
    done = sawtna("mirror", "http://127.0.0.1:9", copy, f"--every={every}")
    assert (done.returncode, "such as 30s, 5m or 2h" in done.stderr) == (2, True)


def test_no_site_at_all_is_a_sentence(tmp_path: Path, copy: Path) -> None:
    """A dead address, another site, a word that is no address: exit 3, and nothing is left but what a next try needs."""
    with web_server(tmp_path) as other:
        for address in ("http://127.0.0.1:9", other, "ftp://sawtna.example"):
            status, said = mirror(address, copy)
            assert (status, "Nothing is shown yet." in said) == (3, True), said
    assert not copy.exists()
