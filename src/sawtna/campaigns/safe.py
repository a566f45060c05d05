"""The keys that the counter signs with: the keyring under VAR/keys/ballots, opened once a process after its vectors were run."""

from __future__ import annotations

import threading
from functools import lru_cache

from django.conf import settings

from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.issuer.backend import open_backend
from sawtna.campaigns.issuer.keyring import Keyring
from sawtna.campaigns.issuer.raw import BlindSigner

_OPENING = threading.Lock()


@lru_cache(maxsize=1)
def _keyring(_folder: str) -> Keyring:
    return Keyring(settings.SAWTNA_VAR / "keys" / "ballots", open_backend())


def keyring() -> Keyring:
    """The keyring of this house; raises IssuerError when this machine does not sign as RFC 9474 publishes."""
    with _OPENING:
        return _keyring(str(settings.SAWTNA_VAR))


@lru_cache(maxsize=256)
def _signer(_folder: str, leaf: bytes, kind: str) -> BlindSigner:
    return keyring().open_key(leaf, kind)


def signer_of(ballot: BallotFacts, kind: str) -> BlindSigner:
    """The signer of one ballot and voucher kind; raises IssuerError when the key is gone."""
    return _signer(str(settings.SAWTNA_VAR), ballot.leaf, kind)


@lru_cache(maxsize=64)
def _roll_key(_folder: str, leaf: bytes) -> bytes:
    return keyring().open_roll_key(leaf)


def roll_key(leaf: bytes) -> bytes:
    """The key of the roll with that leaf hash, 32 bytes; raises IssuerError when it is gone."""
    return _roll_key(str(settings.SAWTNA_VAR), leaf)


def forget_keys() -> None:
    """Let go of all keys in memory, after some were destroyed."""
    _signer.cache_clear()
    _roll_key.cache_clear()
