"""Opening and closing a house: real processes, real ports."""

import os
import signal
import socket
import sqlite3

import pytest

from tests.web.conftest import run

pytestmark = pytest.mark.slow


def test_a_new_house_opens_with_the_example_and_says_where(new_house):
    """One command on an empty folder, and the campaign of 2016 is there in three languages."""
    new_house.open()
    for language in ("ar", "fr", "en"):
        page = new_house.get(f"/{language}/morocco-2016/")
        assert page.status_code == 200
        assert f'lang="{language}"' in page.text
    said = new_house.process.stdout.readline()
    assert "sawtna organiser add" in said


def test_a_warm_start_is_quick(new_house):
    """Nothing is made twice: it takes about two seconds on a quiet machine, and a busy one gets time."""
    new_house.open()
    assert new_house.close() == 0
    assert new_house.open() < 40


def test_an_empty_house_can_stay_empty(new_house):
    """`--no-example` leaves the square free."""
    new_house.open("--no-example")
    assert new_house.get("/en/").status_code == 200
    assert new_house.get("/en/morocco-2016/").status_code == 404


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_a_house_closes_when_it_is_told_to(new_house, told):
    """Within a moment, with status 0, and without a traceback."""
    new_house.open("--no-example")
    new_house.process.send_signal(told)
    assert new_house.process.wait(10) in {0, 130}
    assert "Traceback" not in new_house.process.stdout.read()


def test_several_workers_answer_and_close_together(new_house):
    """Two processes on one port, and none is left behind."""
    new_house.open("--no-example", "--workers", "2")
    assert new_house.get("/en/").status_code == 200
    assert new_house.close() == 0
    with socket.socket() as door:
        assert door.connect_ex(("127.0.0.1", new_house.port)) != 0


def test_a_port_that_is_taken_is_told_in_one_sentence(tmp_path):
    """With the way out."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = door.getsockname()[1]
        done = run("serve", "--var", str(tmp_path), "--port", str(port))
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--database", "postgresql://nobody@127.0.0.1:1/none"),
            "The database at 127.0.0.1:1 does not answer",
        ),
        (("--database", "mongodb://127.0.0.1/none"), "make no sense"),
        (("--origin", "sawtna.example"), "The public address is 'sawtna.example'"),
        (("--port", "70000"), "expected a number from 1 to 65535"),
        (("--host", "203.0.113.1"), "cannot listen on 203.0.113.1"),
    ],
)
def test_what_cannot_work_is_told_in_one_sentence(tmp_path, options, said):
    """No traceback for a mistyped option or a database that is down."""
    port = () if "--port" in options else ("--port", "0")
    done = run("serve", "--var", str(tmp_path / "var"), *port, *options)
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_cannot_be_written_is_told_in_one_sentence(tmp_path):
    """A file stands where the folder should be: the same for root and for anybody."""
    (tmp_path / "var").write_text("I am a file")
    done = run("serve", "--var", str(tmp_path / "var"), "--port", "0")
    assert done.returncode == 1
    assert f"keeps everything in {tmp_path / 'var'}" in done.stderr
    assert done.stderr.count("\n") == 1


def test_secrets_are_for_their_owner_alone(new_house):
    """Secret, database and keys: mode 600."""
    new_house.open("--no-example")
    for path in (
        new_house.var / "secret",
        new_house.var / "sawtna.sqlite3",
        *new_house.var.glob("keys/*.key"),
    ):
        assert path.stat().st_mode & 0o777 == 0o600, path


def test_the_database_survives_a_power_cut(new_house):
    """Write-ahead log and full synchronisation: what was accepted is on the disk."""
    new_house.open("--no-example")
    with sqlite3.connect(new_house.var / "sawtna.sqlite3") as rows:
        assert rows.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    rows.close()


def test_a_killed_house_opens_again_with_everything(new_house):
    """`kill -9` costs no entry."""
    new_house.open()
    before = new_house.get("/log/checkpoint").text.splitlines()[1:3]
    os.kill(new_house.process.pid, signal.SIGKILL)
    new_house.process.wait()
    new_house.process.stdout.close()
    new_house.open()
    assert new_house.get("/log/checkpoint").text.splitlines()[1:3] == before


def test_two_that_start_at_once_open_one_house(new_house):
    """One book with one origin and one key; the second waits until the first has made it."""
    from concurrent.futures import ThreadPoolExecutor

    from tests.web.conftest import House, free_port

    second = House(new_house.var, free_port())
    try:
        with ThreadPoolExecutor() as both:
            list(both.map(lambda house: house.open("--origin", new_house.url), (new_house, second)))
        assert second.get("/log/checkpoint").text == new_house.get("/log/checkpoint").text
        assert new_house.run("refold", "--check").returncode == 0
    finally:
        if second.process:
            second.close()


def test_a_start_that_failed_changes_nothing_that_the_house_remembers(new_house):
    """A mistyped second start must not send the other commands to another database."""
    new_house.open("--no-example")
    before = (new_house.var / "house.json").read_text()
    again = run(
        "serve",
        "--var",
        str(new_house.var),
        "--port",
        str(new_house.port),
        "--origin",
        "https://other.example",
    )
    assert again.returncode == 1
    assert (new_house.var / "house.json").read_text() == before


def test_two_houses_on_one_folder_read_the_same_book(new_house, tmp_path):
    """The second process serves what the first one made."""
    from tests.web.conftest import House, free_port

    new_house.open()
    second = House(new_house.var, free_port())
    second.open("--origin", new_house.url)
    try:
        assert second.get("/ar/morocco-2016/").content == new_house.get("/ar/morocco-2016/").content
    finally:
        second.close()


@pytest.mark.stores
def test_a_house_opens_on_the_database_that_it_is_told(new_house):
    """SQLite in its folder, or whatever SAWTNA_DATABASE of the tests says; the numbers add up there too."""
    database = os.environ.get("SAWTNA_DATABASE")
    new_house.open(*(("--database", database) if database else ()))
    assert new_house.get("/fr/morocco-2016/").status_code == 200
    assert new_house.run("refold", "--check").returncode == 0
    assert (new_house.var / "sawtna.sqlite3").exists() is (database is None)
