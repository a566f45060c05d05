"""What browsers are answered: signed checks of an open call and nothing else, with fewer bytes than came."""

from __future__ import annotations

import contextlib
import json
import secrets
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from sawtna.checks.far_end.callers import LASTS, MOST_TRIES, SOUND, Call, Callers
from sawtna.checks.far_end.ice_lite import read_check
from sawtna.checks.far_end.keys_of_sound import make_keys
from sawtna.checks.far_end.reached import GOOD_FOR, Reached
from sawtna.checks.far_end.sessions import SessionError
from sawtna.checks.flows.parts.stun_message import (
    BINDING,
    BINDING_ANSWER,
    CONTROLLING,
    COOKIE,
    PRIORITY,
    USERNAME,
    XOR_MAPPED,
    pack_message,
)

HOME = ("192.0.2.7", 51_000)
PORT = 40_000
HELLO = bytes([22, 254, 255]) + bytes(10) + bytes([1]) + bytes(60)


def check_of(call: Call, number: int, password: str = "") -> bytes:
    """A connectivity check as Chromium makes it."""
    said = [
        (USERNAME, f"{call.name}{number}:abcd".encode()),
        (0xC057, bytes(4)),
        (CONTROLLING, bytes(8)),
        (PRIORITY, bytes(4)),
    ]
    key = (password or call.password).encode()
    return pack_message(BINDING, secrets.token_bytes(12), said, key=key, fingerprint=True)


def mapped_address(answer: bytes) -> tuple[str, int]:
    """The XOR-MAPPED-ADDRESS of an answer, which stands first."""
    assert answer[20:22] == XOR_MAPPED.to_bytes(2, "big")
    mask = COOKIE + answer[8:20]
    hidden = answer[28 : 24 + int.from_bytes(answer[22:24], "big")]
    shown = bytes(one ^ two for one, two in zip(hidden, mask, strict=False))
    return str(ip_address(shown)), int.from_bytes(answer[26:28], "big") ^ 0x2112


@pytest.mark.parametrize("source", [HOME, ("2001:db8::7", 51_000)])
def test_a_signed_check_is_answered_with_fewer_bytes(source: tuple[str, int]) -> None:
    """The answer says how the browser is seen, under the password of the call, and is shorter than the question."""
    callers = Callers()
    call = callers.begin(0.0)
    question = check_of(call, 3)
    answer = callers.take(question, source, PORT)
    assert answer is not None
    assert len(answer) < len(question)
    assert answer[:2] == BINDING_ANSWER.to_bytes(2, "big")
    assert answer[8:20] == question[8:20]
    assert mapped_address(answer) == source
    assert (call.tries[3].port, call.tries[3].checks) == (PORT, 1)


def test_without_the_password_of_the_call_there_is_silence() -> None:
    """A wrong password, a name of nobody, a try without number or beyond the last, a second port of one try."""
    callers = Callers()
    call, stranger = callers.begin(0.0), Call("AAAABBBB", "x" * 24, 0.0)
    assert callers.take(check_of(call, 0, "y" * 24), HOME, PORT) is None
    assert callers.take(check_of(stranger, 0), HOME, PORT) is None
    assert callers.take(check_of(call, MOST_TRIES), HOME, PORT) is None
    assert callers.take(check_of(Call(call.name, call.password, 0.0), -1), HOME, PORT) is None
    assert not call.tries
    assert callers.take(check_of(call, 0), HOME, PORT) is not None
    assert callers.take(check_of(call, 0), HOME, PORT + 1) is None


@given(some.binary(max_size=200) | some.binary(max_size=120).map(lambda tail: b"\0\1\0\0" + COOKIE + tail))
@settings(deadline=None, max_examples=60)
def test_what_is_no_check_is_not_answered(data: bytes) -> None:
    """Whatever bytes come, there is silence and no exception."""
    callers = Callers()
    callers.begin(0.0)
    assert callers.take(data, HOME, PORT) is None


@given(some.integers(0, 2**32), some.integers(1, 255))
@settings(deadline=None, max_examples=40)
def test_a_check_that_was_changed_is_not_answered(place: int, flip: int) -> None:
    """One changed byte before the signature, or in it, and nobody answers."""
    callers = Callers()
    call = callers.begin(0.0)
    question = bytearray(check_of(call, 1))
    signed = len(question) - 8  # the fingerprint behind the signature guards nothing that we rely on
    question[place % signed] ^= flip
    assert callers.take(bytes(question), HOME, PORT) is None


def test_a_hello_counts_only_after_a_check_on_the_same_way() -> None:
    """The DTLS ClientHello of a browser is counted for its try; that of anybody else is not, and none is answered."""
    callers = Callers()
    call = callers.begin(0.0)
    assert callers.take(HELLO, HOME, PORT) is None
    callers.take(check_of(call, 0), HOME, PORT)
    for way in ((HOME, PORT), (HOME, PORT + 1), (("192.0.2.8", 51_000), PORT)):
        assert callers.take(HELLO, *way) is None
    assert call.tries[0].hellos == 1


def test_a_call_that_is_over_is_forgotten_with_its_addresses() -> None:
    """After a minute nothing of it is left, and its checks are a stranger's."""
    callers = Callers()
    call = callers.begin(0.0)
    callers.take(check_of(call, 0), HOME, PORT)
    assert callers.find(call.name, LASTS) is call
    with pytest.raises(SessionError, match="over"):
        callers.find(call.name, LASTS + 1)
    assert callers.take(check_of(call, 0), HOME, PORT) is None
    assert not callers._ways


def test_a_call_cannot_be_had_by_everybody_at_once() -> None:
    """Beyond the limit there is a sentence, and the next minute there is room."""
    callers = Callers(most=2)
    callers.begin(0.0)
    callers.begin(1.0)
    with pytest.raises(SessionError, match="Very many people"):
        callers.begin(2.0)
    callers.begin(LASTS + 0.5)


def test_a_call_from_very_many_addresses_is_left_alone() -> None:
    """A large NAT has several addresses; whoever spoofs hundreds is answered at the first few alone."""
    callers = Callers()
    call = callers.begin(0.0)
    answered = [callers.take(check_of(call, 0), (f"192.0.2.{one}", 5000), PORT) for one in range(1, 80)]
    assert sum(one is not None for one in answered) == 32


def test_a_malformed_length_is_no_check() -> None:
    """An attribute that claims more bytes than there are."""
    head = BINDING.to_bytes(2, "big") + (8).to_bytes(2, "big") + COOKIE + bytes(12)
    assert read_check(head + USERNAME.to_bytes(2, "big") + (400).to_bytes(2, "big") + bytes(4)) is None


def test_only_a_packet_from_outside_shows_that_a_port_can_be_reached(tmp_path) -> None:
    """Own addresses and the loopback say nothing of a firewall; a stranger's packet does, for thirty days."""
    days = [datetime(2026, 11, 1, 12, tzinfo=UTC).timestamp()]
    reached = Reached(tmp_path, lambda: days[0])
    reached.own = frozenset({"203.0.113.5"})
    for source in ("127.0.0.1", "::1", "203.0.113.5"):
        reached.note("neutral", source)
    assert reached.tell(["neutral", "3478"]) == []
    reached.note("3478", "192.0.2.9")
    assert reached.tell(["neutral", "3478"]) == ["3478"]
    kept = (tmp_path / "reached.json").read_text()
    assert "192.0.2.9" not in kept
    assert list(json.loads(kept)) == ["3478"]
    days[0] += GOOD_FOR * 86_400
    assert Reached(tmp_path, lambda: days[0]).tell(["3478"]) == []


def test_a_broken_memory_of_who_came_is_no_memory(tmp_path) -> None:
    """A file that somebody spoiled says that nobody was here."""
    (tmp_path / "reached.json").write_text("[1, 2")
    assert Reached(tmp_path, lambda: 0.0).tell(["neutral"]) == []


# ------------------------------------------------------------------ calls that go on to sound
SOUND_PACKET = bytes([128, 111]) + bytes(60)
CONTROL_PACKET = bytes([128, 200]) + bytes(60)


@pytest.fixture(scope="module")
def keys():
    """Keys for sound; these tests are left out where pyOpenSSL is not installed."""
    pytest.importorskip("OpenSSL")
    return make_keys(datetime(2026, 11, 24, tzinfo=UTC))


def a_browser():
    """The browser's end of a handshake."""
    from OpenSSL import SSL

    context = SSL.Context(SSL.DTLS_METHOD)
    context.set_tlsext_use_srtp(b"SRTP_AES128_CM_SHA1_80")
    connection = SSL.Connection(context, None)
    connection.set_connect_state()
    return connection, SSL.WantReadError


def test_keys_are_agreed_with_no_more_bytes_than_came(keys) -> None:
    """A real handshake to its end; after each datagram the far end has sent at most as many bytes as it got."""
    callers = Callers(keys=keys)
    call = callers.begin(0.0)
    browser, wants_more = a_browser()
    came = went = rounds = 0
    sent = [check_of(call, SOUND) for _ in range(30)]  # checks go on before and beside it, as in a browser
    while rounds < 40 and not browser.get_selected_srtp_profile():
        rounds += 1
        with contextlib.suppress(wants_more):
            browser.do_handshake()
        with contextlib.suppress(wants_more):
            sent.append(browser.bio_read(1500))
        for data in sent:
            came += len(data)
            answer = callers.take(data, HOME, PORT)
            went += len(answer or b"")
            assert went <= came
            if answer and 20 <= answer[0] < 64:
                browser.bio_write(answer)
        sent = [check_of(call, SOUND)]
    assert browser.get_selected_srtp_profile() == b"SRTP_AES128_CM_SHA1_80"
    assert browser.get_peer_certificate(as_cryptography=True) is not None


def test_a_try_without_sound_is_never_answered_in_dtls(keys) -> None:
    """Whoever asks for no sound gets no certificate, nor does one who sent no check before."""
    callers = Callers(keys=keys)
    call = callers.begin(0.0)
    browser, wants_more = a_browser()
    with pytest.raises(wants_more):
        browser.do_handshake()
    hello = browser.bio_read(1500)
    assert callers.take(hello, HOME, PORT) is None
    callers.take(check_of(call, SOUND - 1), HOME, PORT)
    assert all(callers.take(hello, HOME, PORT) is None for _ in range(20))
    assert call.tries[SOUND - 1].hellos == 20


def test_packets_of_sound_are_counted_and_never_answered(keys) -> None:
    """RTP counts, RTCP does not, and nothing counts on a way without a check."""
    callers = Callers(keys=keys)
    call = callers.begin(0.0)
    callers.take(SOUND_PACKET, HOME, PORT)
    callers.take(check_of(call, SOUND), HOME, PORT)
    for packet in (SOUND_PACKET, SOUND_PACKET, CONTROL_PACKET):
        assert callers.take(packet, HOME, PORT) is None
    assert call.tries[SOUND].sounds == 2


def test_handshakes_have_an_end(keys, monkeypatch) -> None:
    """No more than so many at once, and a call that is over gives its own back."""
    monkeypatch.setattr("sawtna.checks.far_end.callers.MOST_HANDSHAKES", 2)
    callers = Callers(keys=keys)
    call = callers.begin(0.0)
    for number in range(3):
        callers.take(check_of(call, SOUND + number), HOME, PORT)
    assert [call.tries[SOUND + number].handshake is not None for number in range(3)] == [True, True, False]
    later = callers.begin(LASTS + 1)
    callers.take(check_of(later, SOUND), HOME, PORT)
    assert later.tries[SOUND].handshake is not None
