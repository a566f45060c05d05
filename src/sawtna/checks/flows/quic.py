"""QUIC 1 (RFC 9000): an Initial packet as RFC 9001 protects it, then short-header packets. Not voice: a known kind of UDP.

Where unknown UDP is dropped and this passes, the operator keeps a list of what may pass.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.parts.dtls_record import pack_extension, sized
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

SALT = bytes.fromhex("38762cf7f55934b34d179ae6a4c80cadccbb7f0a")  # RFC 9001 5.2
VERSION = b"\x00\x00\x00\x01"
SMALLEST = 1200  # RFC 9000 14.1
OVERHEAD = 30 + 16  # header and tag
SERVER_NAME = b"sawtna.example"


def expand_label(secret: bytes, label: bytes, length: int) -> bytes:
    """HKDF-Expand-Label with an empty context (RFC 8446 7.1)."""
    info = length.to_bytes(2, "big") + sized(b"tls13 " + label, 1) + b"\x00"
    return HKDFExpand(SHA256(), length, info).derive(secret)


def protect_initial(connection: bytes, own: bytes, side: bytes, frames: bytes) -> bytes:
    """An Initial packet of `client in` or `server in`, number 0 in four bytes (RFC 9001 5)."""
    initial = hmac.new(SALT, connection, sha256).digest()
    secret = expand_label(initial, side, 32)
    key, nonce, mask_key = (
        expand_label(secret, b"quic key", 16),
        expand_label(secret, b"quic iv", 12),
        expand_label(secret, b"quic hp", 16),
    )
    names = sized(connection if side == b"client in" else b"", 1) + sized(own, 1)
    length = (0x4000 | (4 + len(frames) + 16)).to_bytes(2, "big")
    head = b"\xc3" + VERSION + names + b"\x00" + length + bytes(4)
    body = AESGCM(key).encrypt(nonce, frames, head)
    mask = Cipher(algorithms.AES(mask_key), modes.ECB()).encryptor().update(body[:16])  # noqa: S305 (header protection, RFC 9001 5.4.3)
    hidden = bytes(one ^ two for one, two in zip(head[-4:], mask[1:5], strict=True))
    return bytes([head[0] ^ mask[0] & 0x0F]) + head[1:-4] + hidden + body


def _client_hello(dice: Dice) -> bytes:
    """A ClientHello of TLS 1.3 (RFC 8446 4.1.2) for sawtna.example."""
    extensions = b"".join(
        pack_extension(kind, body)
        for kind, body in (
            (0x0000, sized(b"\x00" + sized(SERVER_NAME))),
            (0x000A, bytes.fromhex("0004001d0017")),
            (0x000D, bytes.fromhex("0006040308040805")),
            (0x0010, sized(sized(b"h3", 1))),
            (0x002B, bytes.fromhex("020304")),
            (0x0033, sized(b"\x00\x1d" + sized(dice.take(32)))),
            (0x0039, bytes.fromhex("0104800075300f00")),
        )
    )
    body = b"\x03\x03" + dice.take(32) + b"\x00" + bytes.fromhex("00061301130213030100") + sized(extensions)
    return b"\x01" + sized(body, 3)


def _crypto(data: bytes, size: int) -> bytes:
    """A CRYPTO frame (RFC 9000 19.6), padded to `size`."""
    frame = b"\x06\x00" + (0x4000 | len(data)).to_bytes(2, "big") + data
    return frame + bytes(max(0, size - len(frame)))


def talk(dice: Dice) -> Talk:
    """The first flight, then packets with short headers."""
    connection, own = dice.take(8), dice.take(8)
    yield Exchange(
        protect_initial(connection, own, b"client in", _crypto(_client_hello(dice), SMALLEST - OVERHEAD)),
        protect_initial(
            connection,
            dice.take(8),
            b"server in",
            _crypto(b"\x02" + sized(dice.take(118), 3), SMALLEST - OVERHEAD),
        ),
    )
    while True:
        yield Exchange(b"\x43" + connection + dice.take(80), b"\x43" + own + dice.take(80))


FLOW = WrittenFlow("quic", 1, "QUIC, which carries the web", talk, frozenset({"quic"}), (443,))
