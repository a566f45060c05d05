"""The far end's part in agreeing the keys of a call (DTLS-SRTP, RFC 5764), so that a browser goes on to send sound.

Nothing is decrypted: it is counted what arrives. Needs pyOpenSSL, which the web part brings; without it no sound is tried.
"""

from __future__ import annotations

import contextlib
import importlib
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives import hashes

from sawtna.checks.far_end.nobody import certificate_of_nobody

PROFILE = b"SRTP_AES128_CM_SHA1_80"
PACKET = 1200  # bytes of a flight in one datagram


class Keys:
    """A certificate of nobody for as long as the far end runs; `fingerprint` is what a page tells its browser."""

    def __init__(self, ssl: Any, now: datetime) -> None:
        self._ssl = ssl
        made, key = certificate_of_nobody(now)
        self._context = ssl.Context(ssl.DTLS_METHOD)
        self._context.use_certificate(made)
        self._context.use_privatekey(key)
        self._context.set_tlsext_use_srtp(PROFILE)
        self.fingerprint = made.fingerprint(hashes.SHA256()).hex(":").upper()

    def begin(self) -> Handshake:
        """One handshake, in which the browser speaks first."""
        connection = self._ssl.Connection(self._context, None)
        connection.set_accept_state()
        connection.set_ciphertext_mtu(PACKET)
        return Handshake(connection, self._ssl.Error)


class Handshake:
    """One handshake. Owner: the try that it belongs to."""

    def __init__(self, connection: Any, error: type[Exception]) -> None:
        self._connection = connection
        self._error = error
        self._waiting = b""

    def take(self, data: bytes, allowed: int) -> bytes | None:
        """A datagram of the browser came: what to send, at most `allowed` bytes; what is longer waits for the next one."""
        with contextlib.suppress(self._error):
            self._connection.bio_write(data)
            self._connection.DTLSv1_handle_timeout()
            self._connection.do_handshake()
        with contextlib.suppress(self._error):
            self._waiting = self._connection.bio_read(PACKET)
        if not self._waiting or len(self._waiting) > allowed:
            return None
        sent, self._waiting = self._waiting, b""
        return sent


def make_keys(now: datetime) -> Keys | None:
    """Keys for sound; None where pyOpenSSL is not installed."""
    try:
        return Keys(importlib.import_module("OpenSSL.SSL"), now)
    except ImportError:
        return None
