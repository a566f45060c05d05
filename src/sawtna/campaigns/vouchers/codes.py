"""Codes that were sent, in memory alone: sealed under the roll key, good for 15 minutes from when their mail left, and 5 tries.

A restart forgets them: people ask for a new one. Whoever knows an address can ask for codes in its name, and type wrong ones.
Neither may lock its owner out (decision 74):

- A code opens for one *slip* alone, a random word that the page made when it asked. Tries are counted by slip, so that the wrong
  ones of a stranger use up nothing of the owner's.
- An address gets three mails an hour, then one in twelve minutes, less than a code is good for: so under a flood there is always
  a good code in the mailbox. It has twelve digits, and opens for every slip that asks meanwhile and gets no mail of its own.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from sawtna.campaigns.core.casting.vouchers import (
    CODE_DIGITS,
    CODE_SECONDS,
    CODE_TRIES,
    LONG_CODE_DIGITS,
    code_seal,
    read_code,
    write_code,
)
from sawtna.campaigns.vouchers.shelf import Shelf

HOUR = 3600
SPARE_MAILS = 3  # an hour, with codes of eight digits
STEADY = 720  # seconds between further mails; less than CODE_SECONDS
UNSENT = HOUR  # how long a code waits for its mail to leave
KEPT = UNSENT + CODE_SECONDS


@dataclass(frozen=True, slots=True)
class FreshCode:
    """A code to be mailed, and the name under which `has_left` is told that it left."""

    code: str
    seal: bytes


def _slip_key(tag: bytes, slip: str) -> str:
    return f"slip:{tag.hex()}:{sha256(slip.encode('utf-8', 'replace')).hexdigest()[:32]}"


def live_key(seal: bytes) -> str:
    """Under which name it is known that a code is good."""
    return f"live:{seal.hex()}"


def _newest_key(tag: bytes) -> str:
    return f"newest:{tag.hex()}"


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of one counter; `shelf` gives where they wait."""

    shelf: Callable[[], Shelf]

    def make(self, roll_key: bytes, tag: bytes, slip: str) -> FreshCode | None:
        """A fresh code for a contact and a slip; None when no mail is due: then the newest long code opens for this slip too."""
        shelf, digits = self.shelf(), self._mail_is_due(tag)
        if digits is None:
            newest = shelf.get(_newest_key(tag))
            if isinstance(newest, bytes):
                shelf.set(_slip_key(tag, slip), newest, KEPT)
            return None
        code = write_code(secrets.randbelow(10**digits), digits)
        seal = code_seal(roll_key, tag, code)
        shelf.set(live_key(seal), 1, KEPT)
        shelf.set(_slip_key(tag, slip), seal, KEPT)
        if digits == LONG_CODE_DIGITS:
            shelf.set(_newest_key(tag), seal, KEPT)
        return FreshCode(code, seal)

    def _mail_is_due(self, tag: bytes) -> int | None:
        """How many digits the code of a mail gets that may leave now; None when none may."""
        shelf = self.shelf()
        if any(shelf.add(f"mail:{tag.hex()}:{number}", 1, HOUR) for number in range(SPARE_MAILS)):
            return CODE_DIGITS
        return LONG_CODE_DIGITS if shelf.add(f"mail:{tag.hex()}:steady", 1, STEADY) else None

    def has_left(self, seal: bytes) -> None:
        """The mail with this code left: it is good for 15 minutes from now."""
        self.shelf().touch(live_key(seal), CODE_SECONDS)

    def opens(self, roll_key: bytes, tag: bytes, slip: str, typed: str, request: bytes) -> bool:
        """Whether the typed code opens this request. A right code is bound to the first request (its bytes) that it opened."""
        shelf = self.shelf()
        seal = shelf.get(_slip_key(tag, slip))
        if not isinstance(seal, bytes) or shelf.get(live_key(seal)) is None:
            return False
        tries = f"tries:{seal.hex()}:{_slip_key(tag, slip)}"
        shelf.add(tries, 0, KEPT)
        count = shelf.incr(tries)  # before it is looked at: many guesses at once are as few as one by one
        if not hmac.compare_digest(seal, code_seal(roll_key, tag, read_code(typed))) or count > CODE_TRIES:
            return False
        shelf.incr(tries, -1)
        bound, digest = f"used:{seal.hex()}", sha256(request).hexdigest()
        shelf.add(bound, digest, KEPT)  # the very same request may come again, when its answer was lost
        return bool(shelf.get(bound) == digest)
