"""The folder VAR/evidence: each file that counted, by its SHA-256, as anybody may fetch it. Compressed on the disk alone.

Whoever can write here can withhold a file or put another in its place; its hash in the book shows it.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from django.conf import settings

from sawtna.ledger.core.encoding import decode_base64url


def address_of(fingerprint: str) -> str:
    """Where a file can be fetched, by its SHA-256 as entries spell it; the same in every language."""
    return f"/evidence/{decode_base64url(fingerprint).hex()}.json"


def _of_this_site() -> Path:
    return Path(settings.SAWTNA_VAR) / "evidence"


@dataclass(frozen=True, slots=True)
class EvidenceFolder:
    """Holds nothing but its place."""

    root: Path = field(default_factory=_of_this_site)

    def path(self, name: str) -> Path:
        """Where the file of that SHA-256 (64 hexadecimal digits) is."""
        return self.root / f"{name}.json.gz"

    def put(self, data: bytes) -> str:
        """Keep a file, forced to the disk, whole or not at all; its name. Raises OSError."""
        name = sha256(data).hexdigest()
        self.root.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = self.root / f".{name}.{os.getpid()}"
        try:
            with fresh.open("wb") as file:
                file.write(gzip.compress(data, 9, mtime=0))  # no time of day beside it
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path(name))
            _settle(self.root)
        finally:
            fresh.unlink(missing_ok=True)
        return name

    def read(self, name: str) -> bytes:
        """The bytes of a file; raises OSError when it is not there or broken."""
        return gzip.decompress(self.path(name).read_bytes())

    def names(self) -> Iterator[str]:
        """The names of all files, sorted."""
        if self.root.is_dir():
            for path in sorted(self.root.glob("*.json.gz")):
                if not path.name.startswith("."):
                    yield path.name.removesuffix(".json.gz")


def _settle(folder: Path) -> None:
    """Force the name of a new file to the disk too."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
