"""Work that a browser does before it may ask for a code (ALTCHA, self-hosted): a brake on asking, never a sign of a person.

Challenges are signed, expire, and open once. The cost is a setting, so that a host can raise it while somebody floods the
counter. The form is that of ALTCHA 2 (PBKDF2, deterministic), whose worker does the work in the browser; the few lines that a
counter needs of it are here, as its library takes five times as long (decision 66).
"""

from __future__ import annotations

import hmac
import json
import secrets
from base64 import b64decode
from collections.abc import Mapping
from functools import lru_cache
from hashlib import pbkdf2_hmac, sha256

from django.conf import settings

from sawtna.campaigns.counter.codes import kept
from sawtna.campaigns.turned import Turned

ALGORITHM = "PBKDF2/SHA-256"
GOOD_FOR = 600  # seconds
MOST_STEPS = 1000  # where the setting names none; a browser finds the counter after half of them, on average
KEY_BYTES = 32
MOST_SIGNS = 4096

_write = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode  # the spelling that ALTCHA signs


@lru_cache(maxsize=2)
def _secret(purpose: str, key: str) -> bytes:
    return sha256(f"sawtna/v1/{purpose}\n{key}".encode()).digest()


def _seal(purpose: str, data: bytes) -> str:
    return hmac.digest(_secret(purpose, settings.SECRET_KEY), data, "sha256").hex()


@lru_cache(maxsize=1)
def _cost(told: str) -> tuple[int, int]:
    """Rounds a step and the most steps, out of `1000x1000` or `1000`. The counter itself does one step for each challenge."""
    rounds, _, steps = told.partition("x")
    return max(1, int(rounds)), max(1, int(steps or MOST_STEPS))


def make_challenge(now: int) -> dict[str, object]:
    """A fresh challenge as the browser's ALTCHA solver reads it: find the counter whose key begins so. `now` in Unix seconds."""
    rounds, steps = _cost(settings.SAWTNA_BRAKE)
    nonce, salt, counter = secrets.token_bytes(16), secrets.token_bytes(16), secrets.randbelow(steps) + 1
    key = pbkdf2_hmac("sha256", nonce + counter.to_bytes(4, "big"), salt, rounds, KEY_BYTES)
    parameters: dict[str, object] = {
        "algorithm": ALGORITHM,
        "cost": rounds,
        "expiresAt": now + GOOD_FOR,
        "keyLength": KEY_BYTES,
        "keyPrefix": key[: KEY_BYTES // 2].hex(),
        "keySignature": _seal("brake key", key),
        "nonce": nonce.hex(),
        "salt": salt.hex(),
    }
    return {"parameters": parameters, "signature": _seal("brake", _write(parameters).encode())}


def check_work(payload: object, now: int) -> None:
    """Accept a solved challenge, once; raises Turned."""
    signature = _solved(payload, now)
    if signature is None:
        raise Turned(400, "work", "The browser's work is missing, wrong or too old. Load the page again.")
    # Safety: what opens once is the challenge. A payload can be written in many ways.
    if not kept().add(f"work:{signature}", 1, GOOD_FOR):
        raise Turned(400, "work", "The browser's work was used before. Load the page again.")


def _solved(payload: object, now: int) -> str | None:
    """The signature of a challenge of ours that is still good and was solved, else None."""
    if not isinstance(payload, str) or len(payload) > MOST_SIGNS:
        return None
    try:
        told = json.loads(b64decode(payload))
        parameters, solution = told["challenge"]["parameters"], told["solution"]
        signature, key = str(told["challenge"]["signature"]), bytes.fromhex(solution["derivedKey"])
        is_ours = hmac.compare_digest(signature, _seal("brake", _write(parameters).encode()))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return signature if is_ours and _opens(parameters, key, now) else None


def _opens(parameters: Mapping[str, object], key: bytes, now: int) -> bool:
    """Whether a key solves a challenge that we signed, in time."""
    until = parameters["expiresAt"]
    is_good = isinstance(until, int) and now <= until
    return is_good and hmac.compare_digest(str(parameters["keySignature"]), _seal("brake key", key))
