"""WebSocket (RFC 6455) as the web path of our own calls uses it: an upgrade, then sound in binary frames; inside TLS.

An operator sees neither the upgrade nor the frames, only a long TLS connection with small records at a steady pace.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455 1.3
FINAL_BINARY, MASKED = 0x82, 0x80
SMALLEST, LARGEST = 60, 100  # bytes of sound in a frame


def accept_of(key: bytes) -> bytes:
    """What a server says to show that it understood (4.2.2)."""
    return b64encode(sha1(key + GUID, usedforsecurity=False).digest())


def mask(data: bytes, key: bytes) -> bytes:
    """Mask or unmask (5.3)."""
    return bytes(one ^ key[place % 4] for place, one in enumerate(data))


def _upgrade(dice: Dice) -> Exchange:
    key = b64encode(dice.take(16))
    asked = (
        b"GET /calls/path HTTP/1.1",
        b"Host: sawtna.example",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Key: " + key,
        b"Sec-WebSocket-Version: 13",
    )
    told = (
        b"HTTP/1.1 101 Switching Protocols",
        b"Upgrade: websocket",
        b"Connection: Upgrade",
        b"Sec-WebSocket-Accept: " + accept_of(key),
    )
    return Exchange(b"\r\n".join([*asked, b"", b""]), b"\r\n".join([*told, b"", b""]))


def talk(dice: Dice) -> Talk:
    """The upgrade, then a frame each way every 20 ms."""
    yield _upgrade(dice)
    while True:
        size = dice.between(SMALLEST, LARGEST)
        key, sound = dice.take(4), dice.take(size)
        answered = dice.take(dice.between(SMALLEST, size))
        yield Exchange(
            bytes([FINAL_BINARY, MASKED | size]) + key + mask(sound, key),
            bytes([FINAL_BINARY, len(answered)]) + answered,
        )


FLOW = WrittenFlow(
    "websocket_tls",
    1,
    "a call through the web page's own connection",
    talk,
    usual_ports=(443,),
    transport="tls",
)
