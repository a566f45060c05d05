"""The brake of this site: what its browsers do before they may ask for a code, at the cost that SAWTNA_BRAKE says."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

from django.conf import settings

from sawtna.campaigns.counter.codes import kept
from sawtna.campaigns.vouchers.brake import Brake

MOST_STEPS = 1000  # where the setting names none; a browser finds the counter after half of them, on average


@lru_cache(maxsize=2)
def _brake(key: str, cost: str) -> Brake:
    """Rounds a step and the most steps, out of `1000x1000` or `1000`. The counter itself does one step for each challenge."""
    rounds, _, steps = cost.partition("x")
    secret = sha256(f"sawtna/v1/brake\n{key}".encode()).digest()
    return Brake(secret, max(1, int(rounds)), max(1, int(steps or MOST_STEPS)), kept)


def make_challenge(now: int) -> dict[str, object]:
    """A fresh challenge as the browser's ALTCHA solver reads it. `now` in Unix seconds."""
    return _brake(settings.SECRET_KEY, settings.SAWTNA_BRAKE).make_challenge(now)


def check_work(payload: object, now: int) -> None:
    """Accept a solved challenge, once; raises Turned."""
    _brake(settings.SECRET_KEY, settings.SAWTNA_BRAKE).check_work(payload, now)
