"""What a browser's first packet says, and the one answer to it: connectivity checks as an ICE-lite end has them (RFC 8445 7.3).

Pure: bytes in, bytes out. A check is believed when its MESSAGE-INTEGRITY (RFC 8489 14.5) holds under the password that only the
page of that session was told, so already the first packet carries the token; a stranger's address gets nothing.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from hashlib import sha1
from ipaddress import ip_address

from sawtna.checks.flows.parts.stun_message import (
    BINDING,
    BINDING_ANSWER,
    COOKIE,
    MESSAGE_INTEGRITY,
    USERNAME,
    XOR_MAPPED,
    pack_message,
)

HEAD = 20  # bytes
DTLS_HANDSHAKE, CLIENT_HELLO = 22, 1
DTLS_RECORD_HEAD = 13  # bytes before the handshake message (RFC 6347 4.1)


@dataclass(frozen=True, slots=True)
class Check:
    """A Binding question: its transaction, our half of the user name, the digest and what it covers."""

    transaction: bytes
    user: str
    digest: bytes
    covered: bytes

    def is_signed(self, password: bytes) -> bool:
        """Whether whoever made it knows the password."""
        return hmac.compare_digest(hmac.new(password, self.covered, sha1).digest(), self.digest)


def read_check(data: bytes) -> Check | None:
    """Read a connectivity check; None when the bytes are anything else."""
    if len(data) < HEAD or data[:2] != BINDING.to_bytes(2, "big") or data[4:8] != COOKIE:
        return None
    if len(data) != HEAD + int.from_bytes(data[2:4], "big"):
        return None
    user, place = "", HEAD
    while place + 4 <= len(data):
        kind, length = (int.from_bytes(data[at : at + 2], "big") for at in (place, place + 2))
        value = data[place + 4 : place + 4 + length]
        if len(value) != length:
            return None
        if kind == USERNAME:
            user = value.decode("latin-1").partition(":")[0]
        if kind == MESSAGE_INTEGRITY:
            # What stands behind it is not covered; the length in the head is as if it were the last (14.5).
            head = data[:2] + (place + 24 - HEAD).to_bytes(2, "big") + data[4:HEAD]
            return Check(data[8:HEAD], user, value, head + data[HEAD:place])
        place += 4 + length + -length % 4
    return None


def answer_check(check: Check, password: bytes, host: str, port: int) -> bytes:
    """The answer: how we see the sender, signed with the same password."""
    address = ip_address(host)
    mask = COOKIE + check.transaction
    hidden = bytes(one ^ two for one, two in zip(address.packed, mask, strict=False))
    seen = bytes([0, 1 if address.version == 4 else 2]) + (port ^ 0x2112).to_bytes(2, "big") + hidden
    return pack_message(
        BINDING_ANSWER, check.transaction, [(XOR_MAPPED, seen)], key=password, fingerprint=True
    )


def is_hello(data: bytes) -> bool:
    """Whether it is a DTLS ClientHello (RFC 6347 4.2), with which a browser begins to agree the keys of a call."""
    return len(data) > DTLS_RECORD_HEAD and (data[0], data[DTLS_RECORD_HEAD]) == (
        DTLS_HANDSHAKE,
        CLIENT_HELLO,
    )


def is_dtls(data: bytes) -> bool:
    """Whether it is a record of DTLS (RFC 7983 7)."""
    return len(data) > DTLS_RECORD_HEAD and 20 <= data[0] < 64


def is_sound(data: bytes) -> bool:
    """Whether it is a packet of RTP and not of RTCP (RFC 7983 7, RFC 5761 4)."""
    return len(data) > 12 and 128 <= data[0] < 192 and not 64 <= data[1] & 0x7F < 96
