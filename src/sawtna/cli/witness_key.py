"""The key of a witness: VAR/witness.key, made once, readable for its owner alone.

Whoever reads it can sign as this witness. A witness that lost its key or what it remembers takes a new name.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import COSIGNATURE, KEY_BYTES, Signer
from sawtna.ledger.core.witness import pack_witness_key, unpack_witness_key

KEY, MEMORY = "witness.key", "witness.sqlite3"


def open_witness_key(var: Path, name: str | None) -> Signer:
    """The key in `var`; made now when there is none yet, under `name`.

    Raises:
        SystemExit: with a sentence, when there is no key and no name, another name, or what is there is no key.
    """
    place = var / KEY
    if not place.exists():
        return _make(place, name)
    try:
        signer = unpack_witness_key(place.read_text(encoding="utf-8").strip())
    except (NoteError, UnicodeDecodeError) as fault:
        raise SystemExit(
            f"{place} is not the key of a witness: {fault}. Bring it back from your copy."
        ) from None
    if name not in {None, signer.name}:
        raise SystemExit(
            f"The key in {place} is that of {signer.name}, not of {name}. Give each witness a folder of its own."
        )
    return signer


def _make(place: Path, name: str | None) -> Signer:
    if not name:
        raise SystemExit(
            f"There is no witness in {place.parent} yet. Name it: sawtna witness key --var DIR --name witness.example/w1"
        )
    if (place.parent / MEMORY).exists():
        raise SystemExit(
            f"{place} is gone, but what the witness remembers is still there. Bring the key back, or begin anew in another "
            "folder, under another name."
        )
    signer = Signer(name, secrets.token_bytes(KEY_BYTES), COSIGNATURE)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = place.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(pack_witness_key(signer) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(
            fresh, place
        )  # unlike a rename, this never replaces the key that somebody else made meanwhile
    except FileExistsError:
        return open_witness_key(place.parent, name)
    finally:
        fresh.unlink(missing_ok=True)
    return signer
