"""What the counter keeps, looked for in the raw files: nothing that joins a person and a cast, no time, no address."""

from __future__ import annotations

import re
import sqlite3

from tests.campaigns.counter.conftest import Town

CASTING = (
    "campaigns_tag",
    "campaigns_waitingcast",
    "campaigns_voice",
    "campaigns_batchclock",
    "campaigns_invitation",
)
FORBIDDEN = re.compile(
    r"(^|_)(ip|addr|address|agent|email|mail|contact|user|time|date|created|at|when)(_|$)", re.IGNORECASE
)


def raw_files(town: Town) -> dict[str, bytes]:
    """Everything under VAR but the mails, as bytes."""
    files = (path for path in town.house.var.rglob("*") if path.is_file() and "mail" not in path.parts)
    return {str(path.relative_to(town.house.var)): path.read_bytes() for path in files}


def test_no_contact_lies_in_any_file(town: Town) -> None:
    """Neither the address as typed nor as spelled is in the database, its journals, the log, or anywhere else."""
    pledge, _ = town.enrol("Very.Secret.Person@example.org")
    assert town.cast(pledge, [0]).status_code == 200

    for name, data in raw_files(town).items():
        assert b"secret.person" not in data.lower(), name


def test_the_tables_of_casting_have_no_column_for_a_person_or_a_time(town: Town) -> None:
    """The schema itself holds no address, agent, contact or time, and no row number on SQLite."""
    with sqlite3.connect(f"file:{town.house.var}/sawtna.sqlite3?mode=ro", uri=True) as database:
        for table in CASTING:
            columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            assert columns
            assert not [column for column in columns if FORBIDDEN.search(column)], table
            (made,) = database.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
            assert "WITHOUT ROWID" in made


def test_the_counter_sets_no_cookie_and_is_not_cached(town: Town) -> None:
    """Answers carry no cookie, forbid keeping them, and are all of one length."""
    with town.client as client:
        answers = [
            client.post(f"/t/v1/{address}", content=b"{}")
            for address in ("challenge", "issue", "cast", "code")
        ]

    assert all("set-cookie" not in answer.headers for answer in answers)
    assert all(answer.headers["cache-control"] == "no-store" for answer in answers)
    assert len({len(answer.content) for answer in answers}) == 1
