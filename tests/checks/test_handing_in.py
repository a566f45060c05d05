"""The whole way: a real check against a real far end, handed in at a real house, in the book, fetched and recomputed again."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from sawtna.checks.core.evidence import recompute
from sawtna.checks.probe.spool import Spool

from tests.checks.filed import filed, no_whatsapp, resigned, run_on_paper
from tests.web.conftest import SAWTNA, House, free_port, run, surroundings

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LOOPBACK = "127.0.0.1"


@dataclass
class Place:
    """A house, a far end whose key it trusts, and what one check against it printed and saved."""

    house: House
    far_end: str
    state: Path
    told: dict
    said: str
    file: Path

    def post(self, data: bytes, **headers: str) -> httpx.Response:
        """Hand something in."""
        return httpx.post(f"{self.house.url}/evidence/", content=data, headers=headers, timeout=60)

    def entry(self, index: int) -> str:
        """The page of an entry, once it is published."""
        until = time.monotonic() + 60
        while (answer := self.house.get(f"/en/book/{index}/")).status_code != 200:
            assert time.monotonic() < until, "the entry was not published"
            time.sleep(0.1)
        return answer.text


def check(port: int, file: Path, state: Path) -> subprocess.CompletedProcess[str]:
    """One check that came to its end; a machine that is busy with other tests may need another try."""
    words = ["check", f"{LOOPBACK}:{port}", "--json", "--submit", "--save", str(file)]
    for _ in range(4):
        done = run(*words, XDG_STATE_HOME=str(state))
        if done.stdout and json.loads(done.stdout)["submitted"]:
            return done
    pytest.fail(f"no check came to its end: {done.stdout} {done.stderr}", pytrace=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """One check of ten seconds serves all tests here."""
    folder = tmp_path_factory.mktemp("place")
    house = House(folder / "var", free_port())
    port = free_port()
    networks = folder / "networks.tsv"
    networks.write_text("127.0.0.0\t127.255.255.255\t64500\tMA\tLOOPBACK\n")
    words = [
        *SAWTNA,
        "far-end",
        str(house.var / "far-end"),
        "--address",
        LOOPBACK,
        "--port",
        str(port),
        "--high",
    ]
    words += ["--neutral", "60", "--networks", str(networks), "--site", house.url]
    far_end = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=surroundings())
    try:
        assert far_end.stdout is not None
        assert "is open" in far_end.stdout.readline()
        house.open("--no-far-end", "--no-example")
        file, state = folder / "check.json", folder / "state"
        done = check(port, file, state)
        yield Place(house, f"{LOOPBACK}:{port}", state, json.loads(done.stdout), done.stderr, file)
    finally:
        far_end.terminate()
        far_end.wait(20)
        if far_end.stdout:
            far_end.stdout.close()
        if house.process:
            house.close()


def test_a_check_that_is_handed_in_is_in_the_book(place: Place) -> None:
    """The command says where; the entry names network and vantage, and the file behind it gives the same verdict."""
    told = place.told["submitted"]
    assert told["error"] == ""
    assert told["page"].startswith(place.house.url)
    assert told["page"] in place.said
    # neither a file that waits nor a key that would join this check with others
    assert not [path for path in place.state.rglob("*") if path.is_file()]

    page = place.entry(int(re.search(r"/book/(\d+)/", told["page"])[1]))
    assert "AS64500" in page
    assert f'href="{told["file"].removeprefix(place.house.url)}"' in page
    raw = httpx.get(told["file"]).content
    assert raw == place.file.read_bytes()
    assert sha256(raw).hexdigest() in told["file"]
    assert recompute(raw.decode())[1].verdict == place.told["verdict"]
    verified = run("verify", told["file"])
    assert verified.returncode == 0, verified.stderr
    assert "sawtna.far-end" in verified.stdout


def test_the_audit_recomputes_it(place: Place) -> None:
    """The audit of the house's folder finds the file behind the entry."""
    place.entry(int(re.search(r"/book/(\d+)/", place.told["submitted"]["page"])[1]))
    done = run("audit", str(place.house.var / "log"), "--no-pages")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "recomputed from their packets: 1." in done.stdout


def test_a_copy_of_the_site_holds_the_file_too(place: Place, tmp_path: Path) -> None:
    """What `sawtna publish` writes can be audited to the last packet without the house."""
    place.entry(int(re.search(r"/book/(\d+)/", place.told["submitted"]["page"])[1]))
    name = place.told["submitted"]["file"].rpartition("/")[2]
    done = place.house.run("publish", str(tmp_path / "site"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "site" / "evidence" / name).read_bytes() == place.file.read_bytes()
    audited = run("audit", str(tmp_path / "site"), "--no-pages")
    assert audited.returncode == 0, audited.stdout
    assert "recomputed from their packets: 1." in audited.stdout


def test_the_same_check_counts_once_also_when_many_send_it_at_once(place: Place) -> None:
    """Eight at once, plain and compressed: each is told that it was handed in before."""
    data = place.file.read_bytes()
    with ThreadPoolExecutor(8) as hands:
        answers = list(hands.map(lambda at: _send(place, data, packed=at % 2 == 0), range(8)))
    assert {answer.status_code for answer in answers} == {409}
    assert {answer.json()["error"] for answer in answers} == {"replayed"}
    assert all("set-cookie" not in answer.headers for answer in answers)


def _send(place: Place, data: bytes, *, packed: bool) -> httpx.Response:
    if packed:
        return place.post(gzip.compress(data), **{"content-encoding": "gzip"})
    return place.post(data)


def test_what_may_not_count_is_answered_with_a_code_and_a_sentence(place: Place) -> None:
    """Edited, forged, of a strange far end, too long, a bomb, nonsense: no entry, and the reason."""
    text = place.file.read_text(encoding="utf-8")
    for data, status, code in (
        (
            text.replace('"ZZ"', '"FR"', 1) if '"ZZ"' in text else text.replace('"MA"', '"FR"', 1),
            400,
            "edited",
        ),
        (filed(run_on_paper(no_whatsapp)), 403, "far_end"),
        (resigned(text, lambda told: told["test_keys"]["flown"].pop()), 400, "plan"),
        ("{" * 100_000, 400, "evidence"),
        ("", 400, "evidence"),
        (" " * 4_000_001, 413, "too_long"),
    ):
        answer = place.post(data.encode())
        assert (answer.status_code, answer.json()["error"]) == (status, code), data[:80]
        assert answer.json()["sentence"].endswith(".")
    bomb = place.post(gzip.compress(bytes(50_000_000)), **{"content-encoding": "gzip"})
    assert (bomb.status_code, bomb.json()["error"]) == (413, "too_long")


def test_neither_address_nor_time_of_day_is_in_the_database(place: Place) -> None:
    """The rows of a check hold a day and hashes; the raw file of the database has no address of whoever measured."""
    data = b"".join(path.read_bytes() for path in place.house.var.glob("sawtna.sqlite3*"))
    assert b"127.0.0.1" not in data.replace(place.house.url.encode(), b"").replace(b"127.0.0.1:", b"")
    began = json.loads(place.file.read_text(encoding="utf-8"))["measurement_start_time"]
    assert began.encode() not in data
    with sqlite3.connect(f"file:{place.house.var}/sawtna.sqlite3?mode=ro", uri=True) as database:
        columns = {row[1]: row[2] for row in database.execute("PRAGMA table_info(checks_counted)")}
        (on,) = database.execute('SELECT "on" FROM checks_counted').fetchone()
    assert set(columns) == {"file", "seed", "who", "on", "how"}
    assert columns["on"] == "date"
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", on)


def test_what_cannot_be_handed_in_waits_and_is_sent_next_time(place: Place, tmp_path: Path) -> None:
    """A house that is closed takes nothing; the file waits, for its owner alone, and the next check takes it along."""
    text = place.file.read_text(encoding="utf-8")
    spool = Spool(tmp_path / "sawtna" / "checks")
    kept = spool.put(f"http://{LOOPBACK}:{free_port()}", text)
    assert kept.stat().st_mode & 0o777 == 0o600

    again = run("check", f"{LOOPBACK}:{free_port()}", XDG_STATE_HOME=str(tmp_path))
    assert "tried again with the next check" in again.stderr
    assert kept.exists()

    spool.put(place.house.url, text)
    again = run("check", f"{LOOPBACK}:{free_port()}", XDG_STATE_HOME=str(tmp_path))
    assert "The site did not take it: this check was handed in before" in again.stderr
    assert not kept.exists()
