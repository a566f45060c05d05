"""What partners and people type wrongly is told in one sentence, before anything is made, sent or waited for."""

import pytest

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
