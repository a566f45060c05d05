"""The far end beside a house: started with it, started again when it is killed, ended with it, however that ends."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from sawtna.web.far_end_beside import FarEndBeside, command_for, far_end_beside, public_addresses

FAITHFUL = [sys.executable, "-c", "import sys; sys.stdin.read()"]


def wait_for(what: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "it did not come to be so"
        time.sleep(0.05)


@pytest.fixture
def beside() -> Iterator[FarEndBeside]:
    """A program that ends with its input, looked after."""
    one = FarEndBeside(FAITHFUL)
    one.start()
    wait_for(lambda: one.process)
    yield one
    one.close()


def test_what_is_killed_is_started_again(beside) -> None:
    """`kill -9`, and soon there is another."""
    first = beside.process
    first.kill()
    wait_for(lambda: beside.process is not first and beside.process.poll() is None)


def test_what_is_closed_is_gone(beside) -> None:
    """Nothing is left behind, and nothing comes after it."""
    beside.close()
    assert beside.process.poll() is not None


def test_addresses_are_told_or_found_by_the_name_of_the_site() -> None:
    """As told, with commas; else what the name leads to; a name that leads nowhere gives none."""
    assert public_addresses("203.0.113.5, 2001:db8::5", "https://x.invalid") == ["203.0.113.5", "2001:db8::5"]
    assert public_addresses("", "http://127.0.0.1:8000") == ["127.0.0.1"]
    assert public_addresses("", "https://no-such-name.invalid") == []
    with pytest.raises(ValueError, match="not appear to be an IPv4 or IPv6 address"):
        public_addresses("example.org", "")


def test_behind_a_nat_it_listens_everywhere_and_names_the_public_address(tmp_path: Path) -> None:
    """An address of this machine is listened on; one that the machine does not have is told and not listened on."""
    here = command_for(tmp_path, ["127.0.0.1"])
    assert here[here.index("--address") + 1] == "127.0.0.1"
    assert "--public" not in here
    away = command_for(tmp_path, ["203.0.113.5"])
    assert away[away.index("--address") + 1] == "0.0.0.0"  # noqa: S104
    assert away[away.index("--public") + 1] == "203.0.113.5"
    assert "--high" in away


def test_a_site_whose_name_leads_nowhere_opens_without(tmp_path: Path, caplog) -> None:
    """It says what to do and starts nothing."""
    with far_end_beside(tmp_path, "", "https://no-such-name.invalid") as nothing:
        assert nothing is None
    assert "SAWTNA_FAR_END_ADDRESSES" in caplog.text


def children_of(process: int) -> list[int]:
    """The processes that one started."""
    tasks = Path(f"/proc/{process}/task")
    return [int(one) for task in tasks.iterdir() for one in (task / "children").read_text().split()]


@pytest.mark.slow
def test_a_killed_far_end_comes_back_and_a_killed_house_takes_it_along(new_house) -> None:
    """A page can check again a moment after `kill -9` of the far end; after `kill -9` of the house nothing runs on."""

    def answers() -> bool:
        return httpx.post(f"{new_house.url}/c/v1/open", timeout=30).status_code == 200

    new_house.has_far_end = True
    new_house.open("--no-example")
    wait_for(answers)
    (first,) = children_of(new_house.process.pid)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: children_of(new_house.process.pid) not in ([], [first]))
    wait_for(answers)
    (second,) = children_of(new_house.process.pid)
    new_house.process.kill()
    new_house.process.wait()
    wait_for(lambda: not Path(f"/proc/{second}").exists() or is_over(second))


def is_over(process: int) -> bool:
    """Whether a process has ended and only waits for somebody to ask how."""
    try:
        return " Z " in Path(f"/proc/{process}/stat").read_text()
    except FileNotFoundError:
        return True
