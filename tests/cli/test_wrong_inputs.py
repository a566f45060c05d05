"""What partners and people type wrongly is told in one sentence, before anything is made, sent or waited for."""

import pytest

from sawtna.checks.core.verdict import Verdict
from sawtna.checks.telling import reasons, speak
from sawtna.cli.check_words import read_country, read_network
from sawtna.cli.main import main

SITE = "http://127.0.0.1:1"


@pytest.fixture
def told(tmp_path, monkeypatch, capsys):
    """Run a command in an empty folder; what it says in the end."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        try:
            status = main(words)
        except SystemExit as end:
            status = end.code
        said = capsys.readouterr().err.strip()
        assert status not in (0, None)
        return status if isinstance(status, str) else said

    return run


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            "co-issuer key folder --url issuer.example.org",
            "Give the address at which it will answer, such as --url https://issuer.example.org.",
        ),
        (
            "co-issuer serve folder --book sawtna.example --campaign calls",
            "Give the address of a site, such as --book https://sawtna.example.",
        ),
        (
            f"co-issuer serve folder --book {SITE} --campaign calls --every 0",
            "Give at least 0.5 seconds with --every: more would only keep both machines busy.",
        ),
        (
            f"co-issuer serve folder --book {SITE} --campaign calls --policy nowhere",
            "No such file or directory (nowhere). Check the path and start again.",
        ),
        (
            f"co-issuer serve folder --book {SITE} --campaign calls --policy junk",
            "line 1 of the policy: got 'junk', expected log, witness, group or one quorum of a known name",
        ),
        (
            "relay once --var folder --site sawtna.example",
            "Give the address of a site, such as --site https://sawtna.example.",
        ),
        (
            f"cast {SITE} --campaign calls --ballot stop --choose bills",
            f"{SITE}/log/checkpoint could not be read: [Errno 111] Connection refused. Is the site up?",
        ),
        (
            "check sawtna.example/check",
            "'sawtna.example/check' is no address. Write host, host:port, or [v6-address]:port.",
        ),
    ],
)
def test_a_wrong_word_is_told_in_one_sentence(told, tmp_path, words, sentence):
    """No sign is doubled, and it says what to do."""
    (tmp_path / "junk").write_text("junk\n", encoding="utf-8")
    if "serve" in words or "relay" in words:
        name = "co-issuer" if "co-issuer" in words else "relay"
        place = ("folder",) if name == "co-issuer" else ("--var", "folder")
        assert main([name, "key", *place]) == 0
    assert told(*words.split()) == sentence


def test_a_port_that_cannot_be_is_told_once(told):
    """With one full stop."""
    assert main(["co-issuer", "key", "folder"]) == 0
    said = told("co-issuer", "serve", "folder", "--book", SITE, "--campaign", "calls", "--port", "99999")
    assert "port 99999" in said
    assert ".." not in said


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("--key sawtna.far-end", "expected a key: name+8 hex digits+Base 64"),
        ("--asn Inwi", "got 'Inwi', expected an AS number such as AS36903"),
        ("--country Morocco", "got 'Morocco', expected two letters such as MA"),
        ("--submit sawtna.example", "expected the address of a site such as https://sawtna.example"),
        ("--save nowhere/file", "got 'nowhere/file', expected a file in a folder that is there"),
    ],
)
def test_a_check_with_a_wrong_word_sends_nothing(tmp_path, monkeypatch, capsys, words, sentence):
    """It is refused at once, and not after the measurement."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as end:
        main(["check", "127.0.0.1:1", *words.split()])
    assert end.value.code == 2
    assert sentence in capsys.readouterr().err


def test_what_is_meant_is_taken():
    """An AS number without its letters, and a country in small ones."""
    assert (read_network("36903"), read_network("as36903"), read_country("ma")) == (
        "AS36903",
        "AS36903",
        "MA",
    )


def test_handing_in_at_the_site_of_the_far_end_needs_no_address(tmp_path, monkeypatch, capsys):
    """`--submit` stands alone and is no wrong word; nobody answers at the address."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert main(["check", "127.0.0.1:1", "--submit", "--language", "en"]) == 1
    assert "nothing to hand in" in capsys.readouterr().err


def test_an_address_that_answers_otherwise_is_told_with_both_ways_out():
    """A login page of the network, or a site's own web server: the sentence accuses neither."""
    said = reasons(Verdict("captive"), speak("en"))
    assert ["log in" in said[0], "“Check this network”" in said[1]] == [True, True]


def test_evidence_that_is_none_is_told_plainly(tmp_path, capsys):
    """Not with the words of a parser."""
    (tmp_path / "page.html").write_text("<!doctype html>", encoding="utf-8")
    assert main(["verify", str(tmp_path / "page.html")]) == 2
    assert "This file is no evidence of a check (no JSON, line 1)." in capsys.readouterr().err


@pytest.mark.parametrize("port", ["70000", "-1", "many"])
def test_a_far_end_opens_at_ports_that_exist(told, port):
    """A number that is no port is told before a key is made."""
    assert told("far-end", "folder", f"--port={port}").endswith(
        f"got {port!r}, expected a number from 1 to 65535"
    )
