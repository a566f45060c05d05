"""Imports that are killed, and imports at the same moment: all of a campaign is in the book, or nothing of it."""

import os
import random
import subprocess
import sys
import time
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection

from sawtna.campaigns.core.document import write_document

from tests.campaigns.core.documents import said, small
from tests.house.plan import HOUSE

pytestmark = [pytest.mark.stores, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

IMPORTER = HOUSE / "tests/campaigns/importer.py"
THINGS = 200


@pytest.fixture
def surroundings(tmp_path):
    """Give a house of its own on the engine of this run: a file of SQLite, or a fresh database beside the tests' own."""
    (tmp_path / "var").mkdir()
    told = {**os.environ, "SAWTNA_VAR": str(tmp_path / "var"), "SAWTNA_ORIGIN": "http://127.0.0.1:8000"}
    told.pop("SAWTNA_DATABASE", None)
    if connection.vendor == "sqlite":
        yield told
        return
    name = f"sawtna_{uuid4().hex[:12]}"
    place = connection.settings_dict
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield {**told, "SAWTNA_DATABASE": f"postgresql://{place['USER']}@{place['HOST']}:{place['PORT']}/{name}"}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def file(tmp_path) -> Path:
    """Give a campaign file that takes a while."""
    document = small()
    document["news"] = [
        {"id": f"n{number}", "on": "2016-03-01", "words": {"title": said("…"), "text": said("words," * 100)}}
        for number in range(THINGS)
    ]
    place = tmp_path / "campaign.json"
    place.write_text(write_document(document), encoding="utf-8")
    return place


def run(verb: str, surroundings: dict[str, str], *words: object) -> str:
    """Run the importer to its end, and give what it said."""
    command = [sys.executable, IMPORTER, verb, *map(str, words)]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def start(surroundings: dict[str, str], file: Path) -> subprocess.Popen[str]:
    """Start an import and wait until it begins."""
    command = [sys.executable, IMPORTER, "import", file]
    process = subprocess.Popen(
        command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n", process.stderr.read()[-3000:]
    return process


def test_an_import_that_is_killed_leaves_all_or_nothing(surroundings, file):
    """SIGKILL at moments spread over the whole of an import; each time the book is whole, and the next one goes on."""
    dice = random.Random(20161104)
    run("open", surroundings)
    whole, begun = start(surroundings, file), time.monotonic()
    written = int(whole.communicate(timeout=120)[0])
    lasts = time.monotonic() - begun
    size, is_told = run("look", surroundings, file).split()
    assert (int(size), is_told) == (1 + written, "True")
    outcomes = []
    for share in (0, 0.1, 0.25, 0.6):  # writing takes the first third, publishing the rest
        name = f"round-{len(outcomes)}"  # another campaign, so that each import begins from nothing
        other = file.with_name(f"{name}.json")
        other.write_text(file.read_text(encoding="utf-8").replace("somewhere-2016", name), encoding="utf-8")
        victim = start(surroundings, other)
        time.sleep(lasts * share * (0.8 + 0.4 * dice.random()))
        victim.kill()
        victim.communicate(timeout=30)
        now, is_told = run("look", surroundings, other).split()
        assert (int(now) - int(size), is_told) in {(0, "False"), (written, "True")}
        outcomes.append(is_told)
        size = now
    assert outcomes[0] == "False", (
        "got an import that was done before it was killed, expected one at its beginning"
    )
    first = file.with_name("round-0.json")
    assert run("import", surroundings, first).split()[-1] == str(written)
    assert run("look", surroundings, first).split()[1] == "True"


def test_two_imports_at_the_same_moment_write_a_campaign_once(surroundings, file):
    """One waits for the other, and then finds nothing left to write."""
    run("open", surroundings)
    first, second = (start(surroundings, file) for _ in range(2))
    written = sorted(int(process.communicate(timeout=120)[0]) for process in (first, second))
    size, is_told = run("look", surroundings, file).split()
    assert written[0] == 0
    assert (int(size), is_told) == (1 + written[1], "True")
