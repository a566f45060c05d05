"""The doorbell: names every command, imports only what is asked for, speaks in sentences."""

import os
import subprocess
import sys

import pytest

from sawtna import __version__
from sawtna.cli import main as doorbell


def ring(*words: str, without: str = "", **surroundings: str) -> subprocess.CompletedProcess[str]:
    """Run `sawtna` as a program of its own; `without` hides a package from it."""
    hide = f"import sys; sys.modules[{without!r}] = None\n" if without else ""
    program = f"{hide}import sys\nfrom sawtna.cli.main import main\nsys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", program, *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, **surroundings},
    )


def test_it_says_its_version():
    """`sawtna --version` is what goes into a report of trouble."""
    assert ring("--version").stdout == f"sawtna {__version__}\n"


@pytest.mark.parametrize("words", [(), ("help",), ("--help",)])
def test_it_names_every_command(words):
    """Whoever says nothing, or asks for help, is told what can be done."""
    done = ring(*words)
    assert done.returncode == 0
    for command in doorbell.COMMANDS:
        assert command.name in done.stdout
        assert command.does in " ".join(done.stdout.split())


def test_a_word_that_is_no_command_gets_the_list():
    """Exit status 2 and the commands that there are."""
    done = ring("serv")
    assert done.returncode == 2
    assert "serve" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_starts_without_django():
    """Neither the doorbell nor the commands that are light import the framework, not even through another module."""
    program = (
        "import sys, sawtna.cli.main, sawtna.cli.doctor\n"
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


@pytest.mark.parametrize("command", [command.name for command in doorbell.COMMANDS if command.needs_web])
def test_without_the_web_part_a_command_of_the_site_says_what_to_install(monkeypatch, capsys, command):
    """One sentence, exit status 1, no traceback."""
    monkeypatch.setattr(doorbell.importlib.util, "find_spec", lambda _: None)
    assert doorbell.main([command]) == 1
    assert capsys.readouterr().err == "This command needs the web part: pip install 'sawtna[web]'.\n"


@pytest.mark.parametrize(
    "command",
    [
        pytest.param(command.name, marks=[pytest.mark.site] if command.needs_web else [])
        for command in doorbell.COMMANDS
    ],
)
def test_every_command_explains_itself(command):
    """`sawtna COMMAND --help` and `sawtna help COMMAND` are the same."""
    done, other = ring(command, "--help"), ring("help", command)
    assert done.returncode == other.returncode == 0, done.stderr
    assert done.stdout == other.stdout
    assert f"usage: sawtna {command}" in done.stdout


class Fails:
    """A command that meets trouble."""

    def __init__(self, trouble):
        self.trouble = trouble

    def configure(self, parser):
        """Take no options."""

    def run(self, arguments):
        """Meet the trouble."""
        raise self.trouble


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (OSError(28, "No space left on device"), "The disk is full"),
        (PermissionError(13, "Permission denied", "/srv/sawtna"), "(/srv/sawtna)"),
        (FileNotFoundError(2, "No such file or directory", "campaign.json"), "(campaign.json)"),
        (OSError(5, "Input/output error"), "The system refused: Input/output error."),
        (doorbell.BookError("The book is closed."), "The book is closed."),
    ],
)
def test_expected_trouble_is_one_sentence(monkeypatch, capsys, trouble, said):
    """A full disk, a wrong path and a refusal of the book end as a sentence on standard error."""
    monkeypatch.setattr(doorbell.importlib, "import_module", lambda _: Fails(trouble))
    assert doorbell.main(["doctor"]) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_ctrl_c_is_no_trouble(monkeypatch, capsys):
    """Whoever interrupts gets the status that shells expect, and no words."""
    monkeypatch.setattr(doorbell.importlib, "import_module", lambda _: Fails(KeyboardInterrupt()))
    assert doorbell.main(["doctor"]) == 130
    assert capsys.readouterr().err == ""
