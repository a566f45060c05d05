"""STUN messages (RFC 8489) and the attributes that ICE (RFC 8445) and TURN (RFC 8656) add.

Addresses inside are of the documentation range (RFC 5737), out of the seed: nobody's address is ever in a packet.
"""

from __future__ import annotations

import hmac
import zlib
from hashlib import sha1

from sawtna.checks.flows.dice import Dice

COOKIE = bytes.fromhex("2112a442")
BINDING, BINDING_ANSWER = 0x0001, 0x0101
ALLOCATE, ALLOCATE_ANSWER, ALLOCATE_REFUSAL = 0x0003, 0x0103, 0x0113
CHANNEL_BIND, CHANNEL_BIND_ANSWER = 0x0009, 0x0109

USERNAME, MESSAGE_INTEGRITY, ERROR_CODE = 0x0006, 0x0008, 0x0009
CHANNEL_NUMBER, LIFETIME, XOR_PEER, REALM, NONCE = 0x000C, 0x000D, 0x0012, 0x0014, 0x0015
XOR_RELAYED, TRANSPORT, XOR_MAPPED = 0x0016, 0x0019, 0x0020
PRIORITY, SOFTWARE, FINGERPRINT, CONTROLLED, CONTROLLING = 0x0024, 0x8022, 0x8028, 0x8029, 0x802A

Attribute = tuple[int, bytes]


def pack_attribute(kind: int, value: bytes, *, padded: bool = True) -> bytes:
    """Type, length, value, padded to four bytes (RFC 8489 14)."""
    padding = bytes(-len(value) % 4) if padded else b""
    return kind.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value + padding


def pack_message(
    kind: int,
    transaction: bytes,
    attributes: list[Attribute],
    *,
    key: bytes | None = None,
    fingerprint: bool = False,
    padded: bool = True,
) -> bytes:
    """A message; with `key` it carries MESSAGE-INTEGRITY (14.5), with `fingerprint` FINGERPRINT (14.7)."""
    body = b"".join(pack_attribute(one, value, padded=padded) for one, value in attributes)
    if key is not None:
        digest = hmac.new(key, _head(kind, len(body) + 24, transaction) + body, sha1).digest()
        body += pack_attribute(MESSAGE_INTEGRITY, digest)
    if fingerprint:
        sum_of = zlib.crc32(_head(kind, len(body) + 8, transaction) + body) ^ 0x5354554E
        body += pack_attribute(FINGERPRINT, sum_of.to_bytes(4, "big"))
    return _head(kind, len(body), transaction) + body


def _head(kind: int, length: int, transaction: bytes) -> bytes:
    return kind.to_bytes(2, "big") + length.to_bytes(2, "big") + COOKIE + transaction


def xor_address(dice: Dice) -> bytes:
    """A made-up IPv4 address of 192.0.2.0/24 with a port, as XOR-MAPPED-ADDRESS has them (14.2)."""
    port = dice.between(20_000, 60_000) ^ 0x2112
    address = bytes([192, 0, 2, dice.between(1, 254)])
    hidden = bytes(one ^ two for one, two in zip(address, COOKIE, strict=True))
    return b"\x00\x01" + port.to_bytes(2, "big") + hidden


def name_of(dice: Dice, length: int) -> bytes:
    """Letters and digits, as user names and passwords of ICE have them (RFC 8839 5.4)."""
    signs = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    return bytes(dice.pick(signs) for _ in range(length))
