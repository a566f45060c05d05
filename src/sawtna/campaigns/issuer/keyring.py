"""The folder in which issuers' keys and roll keys lie while their ballot is open: one file each, readable for its owner alone.

A key is made before it is logged, and made once: whoever was killed in between finds the same key again. Files are named by the
leaf hash of the ballot or roll, which no restored database can give to another ballot. Whoever reads this folder can mint tokens
from now on and can ask whether an address has enrolled; past votes stay unlinkable. Keep it out of backups.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sawtna.campaigns.core.casting.vouchers import ROLL_KEY_BYTES
from sawtna.campaigns.core.entries import VOUCHERS
from sawtna.campaigns.issuer.raw import Backend, BlindSigner, IssuerError

FRESH = ".new"
OTHERS = 0o077  # the permissions that nobody but the owner may have
LARGEST = 65_536


class Keyring:
    """Makes, opens and destroys keys. Several processes may share one folder."""

    def __init__(self, folder: Path, backend: Backend) -> None:
        self._folder, self._backend = folder, backend
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._alone():
            for left_behind in folder.glob(f"*{FRESH}"):  # of a process that was killed while it made a key
                _destroy(left_behind)

    def make_key(self, ballot_leaf: bytes, kind: str, turn: int = 1) -> BlindSigner:
        """The key of a ballot for one voucher kind: made now, or the one that is there. `turn` 2 is its one rotation.

        Call it before the key is logged, never afterwards: then `open_key` says that a key is gone.
        """
        return self._open(self._make(_key_name(ballot_leaf, kind, turn), self._backend.create))

    def open_key(self, ballot_leaf: bytes, kind: str, turn: int = 1) -> BlindSigner:
        """The key that was made; raises IssuerError when it is gone."""
        return self._open(self._read(_key_name(ballot_leaf, kind, turn)))

    def destroy_key(self, ballot_leaf: bytes, kind: str, turn: int = 1) -> None:
        """Destroy a key; twice is harmless."""
        self._destroy(_key_name(ballot_leaf, kind, turn), self._backend.forget)

    def make_roll_key(self, roll_leaf: bytes) -> bytes:
        """The key of a roll, 32 bytes: made now, or the one that is there. Call it before the roll opens, never afterwards."""
        return self._make(_roll_name(roll_leaf), lambda: secrets.token_bytes(ROLL_KEY_BYTES))

    def open_roll_key(self, roll_leaf: bytes) -> bytes:
        """The key of a roll that was made; raises IssuerError when it is gone."""
        return self._read(_roll_name(roll_leaf))

    def destroy_roll_key(self, roll_leaf: bytes) -> None:
        """Destroy the key of a roll: its tags are noise from then on. Twice is harmless."""
        self._destroy(_roll_name(roll_leaf), lambda _: None)

    def names(self) -> list[str]:
        """The names of all files here, sorted: what a caretaker compares with the open ballots."""
        return sorted(path.name for path in self._folder.iterdir() if path.suffix in (".key", ".roll"))

    def _open(self, kept: bytes) -> BlindSigner:
        return BlindSigner(self._backend.open(kept))

    def _make(self, name: str, create: Callable[[], bytes]) -> bytes:
        with self._alone():
            if not (self._folder / name).exists():
                self._keep(self._folder / name, create())
        return self._read(name)

    def _read(self, name: str) -> bytes:
        path = self._folder / name
        try:
            with path.open("rb") as file:
                if os.fstat(file.fileno()).st_mode & OTHERS:
                    raise IssuerError(
                        f"Others than its owner may read the key {path}. Take that away: chmod 600 {path}"
                    )
                return file.read(LARGEST)
        except FileNotFoundError:
            raise IssuerError(
                f"The key {path} is gone: it was destroyed when its ballot closed, or the folder was not kept."
                " Tokens under it cannot be signed any more; the ballot needs another key."
            ) from None

    def _keep(self, path: Path, kept: bytes) -> None:
        """Write a file whole or not at all. A kill before the rename leaves what the next start destroys."""
        fresh = path.with_name(path.name + FRESH)
        if fresh.exists():
            _destroy(fresh)
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(kept)
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(path)
        self._settle()

    def _destroy(self, name: str, forget: Callable[[bytes], None]) -> None:
        with self._alone():
            path = self._folder / name
            if path.exists():
                forget(path.read_bytes())
                _destroy(path)
                self._settle()

    def _settle(self) -> None:
        descriptor = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _key_name(ballot_leaf: bytes, kind: str, turn: int) -> str:
    if len(ballot_leaf) != 32 or kind not in VOUCHERS or turn not in (1, 2):
        raise IssuerError(
            f"got a key for {kind!r}, turn {turn}, expected a leaf hash, a voucher kind, and turn 1 or 2"
        )
    return f"{ballot_leaf.hex()}-{kind}-{turn}.key"


def _roll_name(roll_leaf: bytes) -> str:
    if len(roll_leaf) != 32:
        raise IssuerError(f"got a leaf hash of {len(roll_leaf)} bytes, expected 32")
    return f"{roll_leaf.hex()}.roll"


def _destroy(path: Path) -> None:
    """Overwrite a file and unlink it. On disks that copy on write (and on most flash) the old bytes may survive: encrypt them."""
    with path.open("r+b") as file:
        file.write(bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
