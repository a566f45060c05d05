"""Work that a browser does before it may ask for a code (ALTCHA, self-hosted): a brake on asking, never a sign of a person.

Challenges are signed, expire, and open once. The cost is a setting, so that a host can raise it while somebody floods the
counter.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import altcha
from django.conf import settings
from django.core.cache import caches
from django.utils import timezone

from sawtna.campaigns.turned import Turned

ALGORITHM = "PBKDF2/SHA-256"
GOOD_FOR = timedelta(minutes=10)
MOST_STEPS = 200  # a browser finds the counter after half of them, on average


def _secret() -> str:
    return sha256(f"sawtna/v1/brake\n{settings.SECRET_KEY}".encode()).hexdigest()


def make_challenge() -> dict[str, object]:
    """A fresh challenge as the browser's ALTCHA solver reads it."""
    expires = timezone.now() + GOOD_FOR
    counter = secrets.randbelow(MOST_STEPS) + 1
    challenge = altcha.create_challenge(
        ALGORITHM,
        settings.SAWTNA_BRAKE,
        counter=counter,
        expires_at=datetime.fromtimestamp(int(expires.timestamp()), UTC),
        hmac_secret=_secret(),
        hmac_key_secret=_secret(),
    )
    found: dict[str, object] = challenge.to_dict()
    return found


def check_work(payload: object) -> None:
    """Accept a solved challenge, once; raises Turned."""
    try:
        is_solved = isinstance(payload, str) and len(payload) < 4096 and _verify(payload)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        is_solved = False
    if not is_solved:
        raise Turned(400, "work", "The browser's work is missing, wrong or too old. Load the page again.")
    assert isinstance(payload, str)
    if not caches["codes"].add(
        f"work:{sha256(payload.encode()).hexdigest()}", 1, int(GOOD_FOR.total_seconds())
    ):
        raise Turned(400, "work", "The browser's work was used before. Load the page again.")


def _verify(payload: str) -> bool:
    return bool(altcha.verify_solution(payload, _secret(), hmac_key_secret=_secret()).verified)
