"""The work that a counter asks for before it sends a code (ALTCHA's PBKDF2), done without ALTCHA."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from hashlib import pbkdf2_hmac

from sawtna.ledger.core.errors import BookError

ALGORITHM = "PBKDF2/SHA-256"
MOST_TRIES = 1_000_000
MOST_ROUNDS = 2_000_000_000  # in all: about ten minutes of a slow machine


class WorkError(BookError):
    """Work that cannot or should not be done."""

    code = "work"


def do_work(challenge: Mapping[str, object]) -> str:
    """The payload that a counter accepts for its challenge; raises WorkError."""
    try:
        found = _solve(challenge)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise WorkError(f"The site asks for work of an unknown form ({error}).") from None
    return base64.b64encode(json.dumps({"challenge": challenge, "solution": found}).encode()).decode()


def _solve(challenge: Mapping[str, object]) -> dict[str, object]:
    asked = challenge["parameters"]
    if not isinstance(asked, dict) or asked["algorithm"] != ALGORITHM:
        raise WorkError("The site asks for work that this version does not know. Install a newer one.")
    nonce, salt = bytes.fromhex(asked["nonce"]), bytes.fromhex(asked["salt"])
    prefix, rounds, length = str(asked["keyPrefix"]).lower(), int(asked["cost"]), int(asked["keyLength"])
    for counter in range(min(MOST_TRIES, MOST_ROUNDS // max(rounds, 1))):
        key = pbkdf2_hmac("sha256", nonce + counter.to_bytes(4, "big"), salt, rounds, length).hex()
        if key.startswith(prefix):
            return {"counter": counter, "derivedKey": key}
    raise WorkError("The site asks for more work than anyone should do. Try again later.")
