"""The documents are executed: what they promise exists, and what exists is in them."""

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.house.plan import HOUSE, SOURCE, here, modules

FENCE = re.compile(r"^```(?:sh|bash|console|shell)\n(.*?)^```", re.MULTILINE | re.DOTALL)
READ_VARIABLE = re.compile(r"""(?:environ(?:\.\w+)?[\[(]|_told\()\s*["'](SAWTNA_[A-Z_]+)""")
LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
WORDS = """campaign target stage pledge poll ballot voucher token cast receipt reading stand reply entry book tile checkpoint
    witness mirror flow arm control verdict evidence rung ladder relay"""
SHELL_WORDS = {"&&", "||", "|", ";", ">", ">>", "<", "&"}
HOST_GUIDE = HOUSE / "docs/guides/host.md"
ENTRY_FORMAT = HOUSE / "docs/formats/entry.md"


def documents() -> list[Path]:
    """Find what people read: the files at the root and those of docs/."""
    return sorted([*HOUSE.glob("*.md"), *HOUSE.glob("docs/**/*.md")])


def command_lines(document: Path) -> list[list[str]]:
    """Read the commands out of the shell examples of a document, without prompts and comments."""
    lines = []
    for block in FENCE.findall(document.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", " ").splitlines():
            words = shlex.split(line.removeprefix("$ ").split(" #")[0], comments=True)
            lines += [words] if words else []
    return lines


def lines_of(program: str) -> list[tuple[str, list[str]]]:
    """Find the command lines of all documents that run a program of ours, also behind sudo or after &&."""
    found = []
    for document in documents():
        for words in command_lines(document):
            places = [place for place, word in enumerate(words) if Path(word).name == program]
            ends = [place for place, word in enumerate(words) if word in SHELL_WORDS]
            for place in places[:1]:
                end = min([end for end in ends if end > place], default=len(words))
                found.append((here(document), words[place:end]))
    return found


@cache
def help_of(command: str) -> tuple[int, str]:
    """Ask a command of sawtna for its help."""
    asked = [sys.executable, "-m", "sawtna.cli.main", *([command] if command else []), "--help"]
    done = subprocess.run(
        asked, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "200"}, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def registered_commands() -> tuple[str, ...]:
    """Read the names of the commands from the command line itself."""
    from sawtna.cli.main import COMMANDS

    return tuple(command.name for command in COMMANDS)


def test_scripts_named_in_documents_exist():
    """Who copies `script/…` out of a document finds it."""
    named = {
        (here(document), words[0])
        for document in documents()
        for words in command_lines(document)
        if words[0].startswith(("script/", ".ci/"))
    }
    assert named, "the README names script/serve and script/test"
    assert [pair for pair in sorted(named) if not os.access(HOUSE / pair[1], os.X_OK)] == []


def test_commands_named_in_documents_exist_with_their_options():
    """Each `sawtna …` line of a document names a command that exists, and options that its help explains."""
    wrong = []
    for document, words in lines_of("sawtna"):
        command = words[1] if len(words) > 1 and not words[1].startswith("-") else ""
        status, said = help_of(command)
        options = [word.split("=")[0] for word in words[2:] if word.startswith("--")]
        wrong += [f"{document}: {shlex.join(words)}: {said[:200]}"] if status else []
        wrong += [
            f"{document}: sawtna {command} knows no {option}" for option in options if option not in said
        ]
    assert not wrong


@pytest.mark.parametrize("command", registered_commands())
def test_every_command_is_in_the_documents_and_explains_itself(command):
    """A command that no document names is found by nobody; its help must work without a house."""
    assert any(f"sawtna {command}" in document.read_text(encoding="utf-8") for document in documents())
    status, said = help_of(command)
    assert status == 0, said


def test_every_setting_is_in_the_guide_for_hosts():
    """The settings that the programs read are those of SURROUNDINGS, and those of the table in docs/guides/host.md."""
    from sawtna.web.settings import SURROUNDINGS

    read = {name for path in modules() for name in READ_VARIABLE.findall(path.read_text(encoding="utf-8"))}
    rows = re.findall(r"^\| `(SAWTNA_[A-Z_]+)`", HOST_GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(rows) == sorted(SURROUNDINGS)
    assert sorted(read - set(SURROUNDINGS)) == []


def test_every_kind_of_entry_is_documented():
    """Each kind that a room may write into the book has its section in docs/formats/entry.md, with its version."""
    from django.apps import apps

    from sawtna.ledger.kinds import KINDS

    assert apps.ready  # the rooms have enrolled their kinds
    text = ENTRY_FORMAT.read_text(encoding="utf-8")
    missing = [name for name in sorted({str(kind.name) for kind in KINDS}) if f"`{name}`" not in text]
    assert not missing


@pytest.mark.parametrize("document", documents(), ids=here)
def test_links_inside_the_house_lead_somewhere(document):
    """A link from one document to another file of the house leads to a file that exists."""
    links = LINK.findall(document.read_text(encoding="utf-8"))
    inside = [link for link in links if not re.match(r"\w+:|//|/", link)]
    assert [link for link in inside if not (document.parent / link).exists()] == []


def test_words_of_the_product_are_in_the_glossary():
    """One word per thing: each thing of the product has its line in the glossary."""
    text = (HOUSE / "docs/glossary.md").read_text(encoding="utf-8")
    assert [word for word in WORDS.split() if f"**{word}**" not in text] == []


def test_rooms_are_in_the_architecture():
    """The page on the architecture names every room and shell that stands."""
    text = (HOUSE / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = [path.parent.name for path in SOURCE.glob("*/__init__.py")]
    assert [room for room in sorted(rooms) if f"{room}/" not in text and f"`{room}`" not in text] == []
