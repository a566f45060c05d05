"""The mail that brings a code: who sends it, how long it is good, what to do otherwise. It names no campaign and no ballot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is looked up in the language of each letter."""
    return sentence


SUBJECT = gettext_noop("Your code from %(sender)s")
CODE = gettext_noop("Your code: %(code)s")
USE = gettext_noop("It is good for 15 minutes. Type it on the page that asked for it, and tell nobody.")
KNOWN = gettext_noop(
    "This address has taken part already. The code helps only the device on which that began."
)
OTHERWISE = gettext_noop("If you did not ask for a code, do nothing: without it nothing happens.")
SENDER = gettext_noop("Sent by %(sender)s.")


@dataclass(frozen=True, slots=True)
class Letter:
    """A code on its way. `born` and `due` are of a monotonic clock, so that nothing of it is a time of day.

    `key` tells a browser that asked again: what waits for it is replaced, since its older code opens nothing any more.
    Whether the contact took tokens before is told by `is_known`, or found by `tag` and `ballots` (of the roll) when it leaves.
    """

    contact: str
    code: str
    language: str
    born: float
    tag: bytes = b""
    ballots: tuple[int, ...] = ()
    seal: bytes = b""
    key: bytes = b""
    due: float = 0.0
    tries: int = 0
    is_known: bool = False


def words_of(sender: str, say: Callable[[str], str], *, is_known: bool) -> tuple[str, str]:
    """Subject and text of a mail, with `%(code)s` for the code; `say` looks a sentence up in a language."""
    lines = [say(CODE), say(USE), *([say(KNOWN)] if is_known else []), say(OTHERWISE)]
    lines.append(say(SENDER) % {"sender": sender.replace("%", "%%")})
    return say(SUBJECT) % {"sender": sender}, "\n\n".join(lines) + "\n"


def spaced(code: str) -> str:
    """A code as people read it: in groups of four digits."""
    return " ".join(code[place : place + 4] for place in range(0, len(code), 4))
