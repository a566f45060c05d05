"""A key in a file of its own: 32 bytes, made at the first use, for its owner alone. Whoever reads it can sign in its name."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from sawtna.ledger.core.note import KEY_BYTES, Signer


def open_key(path: Path, name: str) -> Signer:
    """The key of that name; raises OSError, and NoteError when what is there is no key."""
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
    return Signer(name, path.read_bytes())
