"""The codes that this site sent: kept in this process, or in Redis when several processes share the counter."""

from __future__ import annotations

from functools import lru_cache

from django.core.cache import BaseCache, caches
from django.core.cache.backends.locmem import LocMemCache

from sawtna.campaigns.vouchers.codes import Codes

ARE_HERE = isinstance(caches["codes"], LocMemCache)  # in this process, where asking is quick


@lru_cache(maxsize=1)
def kept() -> BaseCache:
    """Where codes are, opened once for all threads and requests: Django would open it anew for each request."""
    return caches["codes"]


CODES = Codes(kept)
make_code, open_code, has_left = CODES.make, CODES.opens, CODES.has_left
