"""Work that a browser does before it may ask for a code (ALTCHA, self-hosted): a brake on asking, never a sign of a person.

Challenges are signed, expire, and open once. The cost is a setting, so that it can be raised while somebody floods a counter.
The form is that of ALTCHA 2 (PBKDF2, deterministic), whose worker does the work in the browser; the few lines that a counter
needs of it are here, as its library takes five times as long (decision 66).
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import pbkdf2_hmac

from sawtna.campaigns.turned import Turned
from sawtna.campaigns.vouchers.shelf import Shelf

ALGORITHM = "PBKDF2/SHA-256"
GOOD_FOR = 600  # seconds
KEY_BYTES = 32
MOST_SIGNS = 4096

_write = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode  # the spelling that ALTCHA signs


@dataclass(frozen=True, slots=True)
class Brake:
    """`rounds` of PBKDF2 a step, of which a browser does half of `steps` on average; challenges are signed with `secret`."""

    secret: bytes = field(repr=False)
    rounds: int
    steps: int
    shelf: Callable[[], Shelf]

    def _seal(self, purpose: str, data: bytes) -> str:
        return hmac.digest(self.secret, purpose.encode() + b"\n" + data, "sha256").hex()

    def make_challenge(self, now: int) -> dict[str, object]:
        """A fresh challenge: find the counter whose key begins so. `now` in Unix seconds."""
        nonce, salt, counter = (
            secrets.token_bytes(16),
            secrets.token_bytes(16),
            secrets.randbelow(self.steps) + 1,
        )
        key = pbkdf2_hmac("sha256", nonce + counter.to_bytes(4, "big"), salt, self.rounds, KEY_BYTES)
        parameters: dict[str, object] = {
            "algorithm": ALGORITHM,
            "cost": self.rounds,
            "expiresAt": now + GOOD_FOR,
            "keyLength": KEY_BYTES,
            "keyPrefix": key[: KEY_BYTES // 2].hex(),
            "keySignature": self._seal("key", key),
            "nonce": nonce.hex(),
            "salt": salt.hex(),
        }
        return {"parameters": parameters, "signature": self._seal("work", _write(parameters).encode())}

    def check_work(self, payload: object, now: int) -> None:
        """Accept a solved challenge, once; raises Turned."""
        signature = self._solved(payload, now)
        if signature is None:
            raise Turned(400, "work", "The browser's work is missing, wrong or too old. Load the page again.")
        # Safety: what opens once is the challenge. A payload can be written in many ways.
        if not self.shelf().add(f"work:{signature}", 1, GOOD_FOR):
            raise Turned(400, "work", "The browser's work was used before. Load the page again.")

    def _solved(self, payload: object, now: int) -> str | None:
        """The signature of a challenge of ours that is still good and was solved, else None."""
        if not isinstance(payload, str) or len(payload) > MOST_SIGNS:
            return None
        try:
            told = json.loads(b64decode(payload))
            parameters, solution = told["challenge"]["parameters"], told["solution"]
            signature, key = str(told["challenge"]["signature"]), bytes.fromhex(solution["derivedKey"])
            is_ours = hmac.compare_digest(signature, self._seal("work", _write(parameters).encode()))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return None
        return signature if is_ours and self._opens(parameters, key, now) else None

    def _opens(self, parameters: Mapping[str, object], key: bytes, now: int) -> bool:
        """Whether a key solves a challenge that we signed, in time."""
        until = parameters["expiresAt"]
        is_good = isinstance(until, int) and now <= until
        return is_good and hmac.compare_digest(str(parameters["keySignature"]), self._seal("key", key))
