"""Codes that were sent, in memory alone: sealed under the roll key, good for 15 minutes and 5 tries.

Kept in this process, or in Redis when several processes share the counter. A restart forgets them: people ask for a new one.
"""

from __future__ import annotations

import secrets
from hashlib import sha256

from django.core.cache import caches

from sawtna.campaigns.core.casting.vouchers import CODE_SECONDS, SentCode, send_code, write_code

MOST_CODES = 5
HOUR = 3600
USED = CODE_SECONDS  # how long a used code still opens for the very same request, when its answer was lost


def _cache_key(tag: bytes) -> str:
    return f"code:{tag.hex()}"


def make_code(roll_key: bytes, tag: bytes, now: int) -> str | None:
    """A fresh code for a contact, or None when it had five within the hour (nobody is told of that)."""
    cache = caches["codes"]
    counted = f"count:{tag.hex()}"
    cache.add(counted, 0, HOUR)
    if cache.incr(counted) > MOST_CODES:
        return None
    code = write_code(secrets.randbelow(10**8))
    cache.set(_cache_key(tag), send_code(roll_key, tag, code, now), CODE_SECONDS)
    return code


def open_code(roll_key: bytes, tag: bytes, typed: str, request: bytes, now: int) -> bool:
    """Whether the typed code opens this request. A right code is bound to the first request (its bytes) that it opened."""
    cache, key = caches["codes"], _cache_key(tag)
    sent = cache.get(key)
    if not isinstance(sent, SentCode):
        return False
    if not sent.opens(roll_key, tag, typed, now):
        cache.set(key, sent.after_a_wrong_try(), max(1, sent.until - now))
        return False
    bound = f"used:{tag.hex()}:{sent.seal.hex()[:16]}"
    digest = sha256(request).hexdigest()
    cache.add(bound, digest, USED)
    return bool(cache.get(bound) == digest)
