"""A cache in this process whose entries live as long as was said, whatever happens to the machine's clock meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class SteadyMemory(LocMemCache):
    """Django's local memory with a monotonic clock: a clock that jumps neither lets a code live on nor ends it.

    When it is full, what is over goes first. Owner: one process; a restart forgets everything.
    """

    _cache: dict[str, bytes]  # Django's types do not tell of these four
    _expire_info: dict[str, float | None]
    _delete: Callable[[str], bool]
    _max_entries: int

    def validate_key(self, key: str) -> None:
        """Accept every key: Django looks at each sign for the sake of memcached, which this is not."""

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> float | None:
        """Until when something is kept, by the monotonic clock."""
        seconds = self.default_timeout if timeout == DEFAULT_TIMEOUT else timeout
        return None if seconds is None else time.monotonic() + (seconds or -1)

    def _has_expired(self, key: str) -> bool:
        until = self._expire_info.get(key, -1)
        return until is not None and until <= time.monotonic()

    def _cull(self) -> None:
        over = [key for key in self._expire_info if self._has_expired(key)]
        for key in over:
            self._delete(key)
        if len(self._cache) >= self._max_entries:
            super()._cull()  # type: ignore[misc]
