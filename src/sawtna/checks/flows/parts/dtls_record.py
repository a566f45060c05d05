"""Records and handshake messages of DTLS 1.2 (RFC 6347), and the hellos of two kinds of program.

Nothing is enciphered in earnest: after ChangeCipherSpec come bytes out of the seed, as they would look to anyone between.
"""

from __future__ import annotations

from dataclasses import dataclass

from sawtna.checks.flows.dice import Dice

HANDSHAKE, CHANGE_CIPHER_SPEC = 22, 20
CLIENT_HELLO, SERVER_HELLO, HELLO_VERIFY = 1, 2, 3
CERTIFICATE, SERVER_KEY_EXCHANGE, CERTIFICATE_REQUEST, HELLO_DONE = 11, 12, 13, 14
CERTIFICATE_VERIFY, CLIENT_KEY_EXCHANGE = 15, 16
DTLS10, DTLS12 = b"\xfe\xff", b"\xfe\xfd"
P256 = bytes.fromhex("0017")


def pack_record(kind: int, epoch: int, number: int, body: bytes, version: bytes = DTLS12) -> bytes:
    """A record (4.1)."""
    return (
        bytes([kind])
        + version
        + epoch.to_bytes(2, "big")
        + number.to_bytes(6, "big")
        + len(body).to_bytes(2, "big")
        + body
    )


def pack_handshake(kind: int, number: int, body: bytes) -> bytes:
    """A handshake message in one fragment (4.2.2)."""
    size = len(body).to_bytes(3, "big")
    return bytes([kind]) + size + number.to_bytes(2, "big") + bytes(3) + size + body


def pack_extension(kind: int, body: bytes) -> bytes:
    """An extension of a hello (RFC 5246 7.4.1.4)."""
    return kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


def sized(body: bytes, width: int = 2) -> bytes:
    """A vector with its length in front."""
    return len(body).to_bytes(width, "big") + body


@dataclass(frozen=True, slots=True)
class Hello:
    """How a program opens: its cipher suites, and its extensions in its order."""

    suites: bytes
    groups: bytes
    signatures: bytes
    profiles: bytes
    order: tuple[int, ...]

    def extensions(self) -> bytes:
        """The extensions, packed."""
        bodies = {
            0x000A: sized(self.groups),
            0x000B: b"\x01\x00",
            0x000D: sized(self.signatures),
            0x000E: sized(self.profiles) + b"\x00",  # use_srtp, RFC 5764 4.1.1
            0x0016: b"",  # encrypt_then_mac, RFC 7366
            0x0017: b"",  # extended_master_secret, RFC 7627
            0x0023: b"",  # session_ticket, RFC 5077
            0xFF01: b"\x00",  # renegotiation_info, RFC 5746
        }
        return sized(b"".join(pack_extension(kind, bodies[kind]) for kind in self.order))

    def body(self, random: bytes, cookie: bytes) -> bytes:
        """The ClientHello (4.2.1)."""
        head = DTLS12 + random + b"\x00" + sized(cookie, 1)
        return head + sized(self.suites) + b"\x01\x00" + self.extensions()


def point_of(dice: Dice) -> bytes:
    """65 bytes in the form of an uncompressed point (SEC 1 2.3.3)."""
    return b"\x04" + dice.take(64)
