"""The doctor: each illness of a house has its line and its advice."""

import os
from datetime import UTC, datetime, timedelta

import pytest

from sawtna.cli import examination
from sawtna.cli.examination import BAD, OK, WARN, examine_house, examine_log, examine_machine
from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint
from sawtna.ledger.core.note import Signer, sign_note
from sawtna.ledger.core.numbers_file import NumbersFile, pack_numbers

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def numbers_at(size):
    """No numbers, for a book of that size."""
    return NumbersFile("sawtna.example/log", size, b"r" * 32, NOW.date(), {})


@pytest.fixture
def house(tmp_path):
    """A healthy house with an empty published book."""
    tmp_path.chmod(0o755)
    for name in ("secret", "sawtna.sqlite3", "keys/log.key"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x")
        path.chmod(0o600)
    signer = Signer("sawtna.example/log", b"k" * 32)
    checkpoint = Checkpoint(signer.verifier.name, 3, b"r" * 32)
    log = tmp_path / "log"
    log.mkdir()
    (log / "policy").write_text(f"log {signer.verifier.vkey} https://sawtna.example/log\nquorum none\n")
    (log / "numbers.json").write_bytes(pack_numbers(numbers_at(3)))
    (log / "checkpoint").write_text(sign_note(pack_checkpoint(checkpoint), [signer]))
    os.utime(log / "checkpoint", (NOW.timestamp(), NOW.timestamp()))
    return tmp_path


def states(findings):
    """The findings that are not well."""
    return [(finding.state, finding.seen) for finding in findings if finding.state != OK]


def test_a_healthy_house_is_well(house):
    """Nothing to say but ok."""
    assert states(examine_house(house, NOW)) == []


def test_a_house_that_is_not_there_is_named(tmp_path):
    """And the way to open one."""
    (finding,) = examine_house(tmp_path / "none", NOW)
    assert finding.state == BAD
    assert "sawtna serve" in finding.advice


@pytest.mark.parametrize("name", ["secret", "sawtna.sqlite3", "keys/log.key"])
def test_a_secret_that_others_may_read_is_bad(house, name):
    """The line says which file and the command that closes it."""
    (house / name).chmod(0o640)
    (finding,) = [finding for finding in examine_house(house, NOW) if finding.state != OK]
    assert finding.state == BAD
    assert finding.advice == f"Close it: chmod 600 {house / name}"


def test_a_folder_that_everybody_may_write_is_bad(house):
    """Whoever writes there replaces the pages."""
    house.chmod(0o777)
    assert [state for state, _ in states(examine_house(house, NOW))] == [BAD]


def test_a_clock_before_the_last_checkpoint_is_bad(house):
    """Days are counted by it."""
    found = states(examine_house(house, NOW - timedelta(days=2)))
    assert len(found) == 1
    assert "in the past" in found[0][1]


def test_a_clock_from_before_this_program_is_bad(tmp_path):
    """A machine without a battery wakes up in 1970."""
    found = states(examine_house(tmp_path, datetime(1970, 1, 1, tzinfo=UTC)))
    assert any("in the past" in seen for _, seen in found)


def test_a_checkpoint_with_another_signature_is_bad(house):
    """An edited head is not this book's."""
    path = house / "log/checkpoint"
    path.write_text(path.read_text().replace("\n3\n", "\n4\n"))
    assert [state for state, _ in states(examine_log(house / "log"))] == [BAD]


def test_numbers_of_another_state_are_told(house):
    """A process that died between two files leaves this; opening the site repairs it."""
    (house / "log/numbers.json").write_bytes(pack_numbers(numbers_at(2)))
    assert [state for state, _ in states(examine_log(house / "log"))] == [WARN]


@pytest.mark.parametrize("name", ["numbers.json", "policy"])
def test_a_missing_file_of_the_log_is_bad(house, name):
    """Said without a traceback."""
    (house / "log" / name).unlink()
    assert [state for state, _ in states(examine_log(house / "log"))] == [BAD]


@pytest.mark.parametrize(("free", "state"), [(50_000_000, BAD), (500_000_000, WARN), (5_000_000_000, OK)])
def test_little_room_on_the_disk_is_told_before_there_is_none(monkeypatch, tmp_path, free, state):
    """First a warning, then an alarm."""
    monkeypatch.setattr(examination.shutil, "disk_usage", lambda _: type("Usage", (), {"free": free}))
    room = [finding for finding in examine_machine(tmp_path / "not/yet") if "GB free" in finding.seen]
    assert [finding.state for finding in room] == [state]
