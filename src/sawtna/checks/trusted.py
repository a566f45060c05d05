"""The far ends whose evidence counts here: the one beside the site, and those that the host names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.conf import settings

from sawtna.checks.far_end.identity import KEY_FILE, KEY_NAME
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import Signer


def trusted_far_ends() -> frozenset[str]:
    """Their verifier keys, as evidence spells them."""
    place = Path(settings.SAWTNA_VAR) / "far-end" / KEY_FILE
    try:
        own = _own_key(place, place.stat().st_mtime_ns)
    except (OSError, NoteError):  # no far end has run here yet
        own = ""
    return frozenset({own, *settings.SAWTNA_FAR_ENDS} - {""})


@lru_cache(maxsize=4)
def _own_key(place: Path, _changed: int) -> str:
    return Signer(KEY_NAME, place.read_bytes()).verifier.vkey
