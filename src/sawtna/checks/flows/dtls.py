"""DTLS 1.2 with use_srtp (RFC 6347, RFC 5764): the handshake that agrees the keys of a call, with two kinds of ClientHello.

Filters were seen that hit the print of one program's hello and spare another's, so one hello alone proves little.
"""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.parts import dtls_record as dtls
from sawtna.checks.flows.srtp import media
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

OPENSSL = dtls.Hello(
    suites=bytes.fromhex(
        "c02cc030009fcca9cca8ccaac02bc02f009ec024c028006bc023c0270067c00ac0140039c009c0130033009d009c003d003c0035002f00ff"
    ),
    groups=bytes.fromhex("001d00170018001900 1e".replace(" ", "")),
    signatures=bytes.fromhex("040305030603080708080809080a080b080408050806040105010601"),
    profiles=bytes.fromhex("00010002"),
    order=(0x000B, 0x000A, 0x0023, 0x000E, 0x0016, 0x0017, 0x000D),
)
BROWSER = dtls.Hello(
    suites=bytes.fromhex("c02bc02fcca9cca8c009c013c00ac014009c002f0035"),
    groups=bytes.fromhex("001d00170018"),
    signatures=bytes.fromhex("0403080404010503080505010806060102 01".replace(" ", "")),
    profiles=bytes.fromhex("000700080001"),
    order=(0x0017, 0xFF01, 0x000A, 0x000B, 0x0023, 0x000D, 0x000E),
)


def handshake(dice: Dice, hello: dtls.Hello) -> Talk:
    """Four flights and two: hello, hello with the cookie, the certificates, the last words."""
    cookie, random = dice.take(20), dice.take(32)
    first = dtls.pack_handshake(dtls.CLIENT_HELLO, 0, hello.body(random, b""))
    verify = dtls.pack_handshake(dtls.HELLO_VERIFY, 0, dtls.DTLS10 + dtls.sized(cookie, 1))
    yield Exchange(
        dtls.pack_record(dtls.HANDSHAKE, 0, 0, first, dtls.DTLS10),
        dtls.pack_record(dtls.HANDSHAKE, 0, 0, verify, dtls.DTLS10),
    )
    second = dtls.pack_handshake(dtls.CLIENT_HELLO, 1, hello.body(random, cookie))
    yield Exchange(dtls.pack_record(dtls.HANDSHAKE, 0, 1, second), _server_flight(dice), may_grow=True)
    yield Exchange(_client_flight(dice), _last_words(dice, 6))


def _server_flight(dice: Dice) -> bytes:
    chosen = dtls.DTLS12 + dice.take(32) + b"\x00" + bytes.fromhex("c02b00")
    extensions = dtls.sized(
        dtls.pack_extension(0x0017, b"")
        + dtls.pack_extension(0x000B, b"\x01\x00")
        + dtls.pack_extension(0x000E, bytes.fromhex("0002000100"))
    )
    key = b"\x03" + dtls.P256 + dtls.sized(dtls.point_of(dice), 1)
    messages = (
        (dtls.SERVER_HELLO, chosen + extensions),
        (dtls.CERTIFICATE, _certificates(dice)),
        (dtls.SERVER_KEY_EXCHANGE, key + b"\x04\x03" + dtls.sized(_signature(dice))),
        (dtls.CERTIFICATE_REQUEST, bytes.fromhex("01400004040305030000")),
        (dtls.HELLO_DONE, b""),
    )
    return b"".join(
        dtls.pack_record(dtls.HANDSHAKE, 0, number, dtls.pack_handshake(kind, number, body))
        for number, (kind, body) in enumerate(messages, 1)
    )


def _client_flight(dice: Dice) -> bytes:
    messages = (
        (dtls.CERTIFICATE, _certificates(dice)),
        (dtls.CLIENT_KEY_EXCHANGE, dtls.sized(dtls.point_of(dice), 1)),
        (dtls.CERTIFICATE_VERIFY, b"\x04\x03" + dtls.sized(_signature(dice))),
    )
    said = b"".join(
        dtls.pack_record(dtls.HANDSHAKE, 0, number, dtls.pack_handshake(kind, number, body))
        for number, (kind, body) in enumerate(messages, 2)
    )
    return said + _last_words(dice, 5)


def _last_words(dice: Dice, number: int) -> bytes:
    """ChangeCipherSpec, and a Finished of which nobody between sees more than its length."""
    return dtls.pack_record(dtls.CHANGE_CIPHER_SPEC, 0, number, b"\x01") + dtls.pack_record(
        dtls.HANDSHAKE, 1, 0, dice.take(48)
    )


def _certificates(dice: Dice) -> bytes:
    """A self-signed certificate as WebRTC makes them, in DER (RFC 5280), its key and signature out of the seed."""
    ecdsa = bytes.fromhex("300a06082a8648ce3d040302")
    name = bytes.fromhex("3011310f300d06035504030c0657656252544 3".replace(" ", ""))
    span = bytes.fromhex("301e170d3236303130313030303030305a170d3237303130313030303030305a")
    public = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200") + dtls.point_of(dice)
    serial = b"\x02\x08" + bytes([dice.between(1, 127)]) + dice.take(7)
    inner = bytes.fromhex("a003020102") + serial + ecdsa + name + span + name + public
    signed = b"\x00" + _signature(dice)
    whole = _der(0x30, _der(0x30, inner) + ecdsa + _der(0x03, signed))
    return dtls.sized(dtls.sized(whole, 3), 3)


def _signature(dice: Dice) -> bytes:
    halves = (b"\x02\x20" + bytes([dice.between(1, 127)]) + dice.take(31) for _ in range(2))
    return _der(0x30, b"".join(halves))


def _der(tag: int, body: bytes) -> bytes:
    size = bytes([len(body)]) if len(body) < 128 else b"\x82" + len(body).to_bytes(2, "big")
    return bytes([tag]) + size + body


def _openssl_talk(dice: Dice) -> Talk:
    yield from handshake(dice, OPENSSL)
    yield from media(dice, 82)


def _browser_talk(dice: Dice) -> Talk:
    yield from handshake(dice, BROWSER)
    yield from media(dice, 82)


OPENSSL_LIKE = WrittenFlow(
    "dtls_openssl", 1, "DTLS as programs with OpenSSL open it", _openssl_talk, frozenset({"dtls", "rtp"})
)
BROWSER_LIKE = WrittenFlow(
    "dtls_browser", 1, "DTLS as browsers open it", _browser_talk, frozenset({"dtls", "rtp"})
)
