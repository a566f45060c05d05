"""The `sawtna` command: knows the name of each command, and imports only the one that is asked for.

A command is a module with `configure(parser)` (its options) and `run(arguments) -> int` (its exit status). Expected trouble
is raised as `SystemExit("sentence")`, `BookError` or `OSError`, and ends as one sentence on standard error.
"""

from __future__ import annotations

import argparse
import errno
import importlib
import importlib.util
import sys
from collections.abc import Sequence
from typing import NamedTuple

from sawtna import __version__
from sawtna.ledger.core.errors import BookError

INTERRUPTED = 130  # 128 + SIGINT, as shells count


class Command(NamedTuple):
    """A name that can follow `sawtna`, what it does, and the module that does it."""

    name: str
    does: str
    module: str
    needs_web: bool = False


COMMANDS = (
    Command("serve", "open the site on this machine", "sawtna.web.commands.serve", needs_web=True),
    Command(
        "publish", "write every public page as a plain file", "sawtna.web.commands.publish", needs_web=True
    ),
    Command("campaign", "import, export or list campaigns", "sawtna.web.commands.campaign", needs_web=True),
    Command("organiser", "let someone into the desk", "sawtna.web.commands.organiser", needs_web=True),
    Command("refold", "count every number again from the book", "sawtna.web.commands.refold", needs_web=True),
    Command(
        "recover",
        "take back what an older backup of the database lost",
        "sawtna.web.commands.recover",
        needs_web=True,
    ),
    Command("audit", "check a book and every number read from it", "sawtna.cli.audit"),
    Command("cast", "take part from a terminal, as a browser does", "sawtna.cli.cast"),
    Command(
        "co-issuer", "let people in beside a site, so that no host can invent voters", "sawtna.cli.co_issuer"
    ),
    Command("mirror", "keep a checked copy of a site, for any web server", "sawtna.cli.mirror"),
    Command("witness", "sign that a book only grows", "sawtna.cli.witness"),
    Command("relay", "open and mix sealed casts for another house", "sawtna.cli.relay"),
    Command("check", "find out what this network does to internet calls", "sawtna.cli.check"),
    Command("verify", "recompute the verdict of a check from its packets", "sawtna.cli.verify"),
    Command("far-end", "answer the probes of others who check their network", "sawtna.cli.far_end"),
    Command("lab", "build a blocking operator on this machine, to try things", "sawtna.cli.lab"),
    Command("doctor", "look for what is wrong with a house, and say what to do", "sawtna.cli.doctor"),
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    words = list(sys.argv[1:] if argv is None else argv)
    if words[:1] == ["help"]:
        words = [*words[1:2], "--help"]
    asked = next((command for command in COMMANDS if [command.name] == words[:1]), None)
    if asked is None:
        return _answer_without_command(words)
    try:
        return _run(asked, words[1:])
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # `sawtna … | head` has seen enough
        sys.stderr.close()
        return 0
    except BookError as trouble:
        return _complain(str(trouble))
    except OSError as trouble:
        return _complain(_sentence_of(trouble))


def _run(command: Command, words: list[str]) -> int:
    if command.needs_web and importlib.util.find_spec("django") is None:
        return _complain("This command needs the web part: pip install 'sawtna[web]'.")
    module = importlib.import_module(command.module)
    parser = argparse.ArgumentParser(prog=f"sawtna {command.name}", description=module.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    module.configure(parser)
    status: int = module.run(parser.parse_args(words))
    return status


def _answer_without_command(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="sawtna",
        description="Prove that internet calls are blocked, call anyway, and act together.",
        epilog="More about a command: sawtna COMMAND --help",
        formatter_class=lambda prog: argparse.HelpFormatter(prog, max_help_position=16),
    )
    parser.add_argument("--version", action="version", version=f"sawtna {__version__}")
    choices = parser.add_subparsers(title="commands", metavar="COMMAND")
    for command in COMMANDS:
        choices.add_parser(command.name, help=command.does)
    parser.parse_args(words)  # ends the program on --version, --help, or a word that is no command
    parser.print_help()
    return 0


def _sentence_of(trouble: OSError) -> str:
    where = f" ({trouble.filename})" if trouble.filename else ""
    if trouble.errno == errno.ENOSPC:
        return f"The disk is full{where}. Nothing accepted was lost; make room and start again."
    if trouble.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"This user may not read or write what is needed{where}. Give it the right, or choose another folder."
    if trouble.errno in {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}:
        return f"{trouble.strerror}{where}. Check the path and start again."
    return f"The system refused{where}: {trouble.strerror or trouble}."


def _complain(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
