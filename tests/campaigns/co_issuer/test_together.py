"""A site and a co-issuer as real processes: both let a person in, or she is not counted."""

from __future__ import annotations

import sqlite3
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import pytest

from sawtna.campaigns.caster import steps

from tests.campaigns.co_issuer.conftest import PATIENCE, Pair, wait_for
from tests.web.conftest import run


class Away:
    """Stands where the co-issuer was, cannot answer, and notices that it was asked for counts, twice."""

    def __init__(self, port: int) -> None:
        self.asked, self.asked_again = threading.Event(), threading.Event()
        away = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                """Be of no use."""
                (away.asked_again if away.asked.is_set() else away.asked).set()
                self.send_error(503)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.mark.slow
def test_both_let_people_in_and_the_book_adds_up(pair: Pair) -> None:
    """Two mails, two stamps, one voice. One of the two is killed, then away: nothing is lost, and the audit agrees."""
    first, second = pair.mint(), pair.mint()
    for issuer in ("site", "ngo"):
        assert pair.enrol("first@example.org", first, issuer).status_code == 200
    assert pair.enrol("second@example.org", second, "ngo").status_code == 200
    assert pair.town.cast(first[0], [0]).status_code == 200
    pair.partner.kill()
    assert pair.enrol("second@example.org", second, "site").status_code == 200
    assert pair.town.cast(second[0], [1]).status_code == 200

    with Away(pair.partner.port) as away:  # a batch is due, and waits
        wait_for(away.asked.is_set)
        wait_for(away.asked_again.is_set)
    assert not pair.town.number("ballots/stop/counted")
    pair.partner.open(pair.town.house.url)

    refused = pair.enrol("second@example.org", pair.mint(), "ngo")
    assert (refused.status_code, refused.json()["error"]) == (409, "spent")
    pair.town.wait_for_number("ballots/stop/counted", 2, PATIENCE)
    audited = run("audit", pair.town.house.url, "--no-pages", "--json")
    assert audited.returncode == 0, audited.stdout
    assert (pair.town.number("ballots/stop/issued") or 0) >= 2


def test_its_mail_says_who_sends_it_and_names_no_campaign(pair: Pair) -> None:
    """So that whoever gets two mails knows which code is whose."""
    assert pair.partner.ask_for_code(pair.town, "mail@example.org").status_code == 202
    assert pair.partner.code_for("mail@example.org")
    (mail,) = pair.partner.mails_to("mail@example.org")
    assert "Subject: Your code from The Organisation" in mail
    assert "trial" not in mail


def test_one_stamp_is_not_enough(pair: Pair) -> None:
    """Whoever was let in by the site alone is refused with a sentence."""
    coins = pair.mint()
    assert pair.enrol("half@example.org", coins, "site").status_code == 200
    coins[0].need = 1  # a client that does not know better
    answer = pair.town.cast(coins[0], [0])
    assert answer.status_code == 400
    assert "got stamps of 1 issuers, expected 2" in answer.json()["sentence"]


def test_a_contact_takes_one_token_a_ballot(pair: Pair) -> None:
    """A lost answer is given again; another blinded message is refused."""
    coins = pair.mint()
    keys = [key.index for key in pair.keys("ngo").values()]
    contact = "twice@example.org"
    assert pair.partner.ask_for_code(pair.town, contact).status_code == 202
    asked = {
        "roll": pair.town.roll,
        "kind": "email",
        "contact": contact,
        "code": pair.partner.code_for(contact),
    }
    first = pair.partner.post("issue", {**asked, "reqs": steps.ask_for(coins, keys)})
    again = pair.partner.post("issue", {**asked, "reqs": steps.ask_for(coins, keys)})
    assert first.status_code == 200
    assert first.json() == again.json()
    refused = pair.enrol(contact, pair.mint(), "ngo")
    assert (refused.status_code, refused.json()["error"]) == (409, "spent")


def test_it_keeps_no_address_and_no_time(pair: Pair) -> None:
    """Neither the files nor what it logs hold who came, or when."""
    pair.enrol("hidden.person@example.org", pair.mint(), "ngo")
    kept = [path for path in pair.partner.folder.rglob("*") if path.is_file() and "mail" not in path.parts]
    raw = b"".join(path.read_bytes() for path in kept)
    assert b"hidden.person" not in raw
    assert b"127.0.0.1 - -" not in raw
    with sqlite3.connect(f"file:{pair.partner.folder / 'issuer.sqlite3'}?mode=ro", uri=True) as base:
        tables = dict(base.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'"))
    assert set(tables) == {"tag", "ended"}
    assert all("WITHOUT ROWID" in sql for sql in tables.values())
    assert not any(word in sql.lower() for sql in tables.values() for word in ("time", "at ", "address"))


def test_only_the_site_sees_how_many_were_let_in(pair: Pair) -> None:
    """Others could watch people come."""
    answer = pair.partner.post("issued", {"t": 1, "g": "A" * 86})
    assert (answer.status_code, answer.json()["error"]) == (403, "site")


def test_pages_of_the_site_may_ask_it_and_no_others(pair: Pair) -> None:
    """One origin, no cookies; answers have one size."""
    answer = pair.partner.post("code", {"roll": 1})
    assert answer.headers["access-control-allow-origin"] == pair.town.house.url
    assert "access-control-allow-credentials" not in answer.headers
    assert len(answer.content) == len(pair.partner.post("issue", {"roll": 1}).content) == 4096
