"""Codes on their way: a mail server that is away, refuses, puts off, hangs or breaks off, as a process that really listens."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.core import mail
from django.core.cache import caches

from sawtna.campaigns.counter import codes
from sawtna.campaigns.counter.post import COURIERS, open_post
from sawtna.campaigns.models import Tag
from sawtna.campaigns.vouchers import post
from sawtna.campaigns.vouchers.codes import live_key
from sawtna.campaigns.vouchers.letters import Letter

from tests.web.conftest import free_port

pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True)]
PATIENCE = 60.0


@dataclass
class MailServer:
    """An SMTP server that says to each recipient what a test wants. `replies` are used up, one each time."""

    port: int = field(default_factory=free_port)
    replies: dict[str, list[str]] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    controller: Controller | None = None

    async def handle_RCPT(  # noqa: N802 (aiosmtpd's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer to one recipient."""
        self.asked.append(address)
        waiting = self.replies.get(address)
        reply = waiting.pop(0) if waiting else "250 OK"
        if reply == "hang":
            await asyncio.sleep(3600)
        if reply == "break":
            assert server.transport is not None
            server.transport.abort()
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a mail."""
        self.taken.extend(envelope.rcpt_tos)
        return "250 taken"

    def open(self) -> None:
        """Listen."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def close(self) -> None:
        """Listen no more."""
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def server(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    """A mail server of this test, not open yet; pauses are short."""
    found = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", found.port, 1
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    monkeypatch.setattr(post, "PAUSE", 0.1)
    monkeypatch.setattr(post, "LONGEST_PAUSE", 0.2)
    yield found
    found.close()


def letter(name: str, **more: object) -> Letter:
    """A code for somebody at example.org."""
    told = {"key": name.encode(), "born": time.monotonic(), **more}
    return Letter(f"{name}@example.org", "12345678", "en", **told)  # type: ignore[arg-type]


def wait_until(is_so: Callable[[], bool]) -> None:
    """Wait for something that must happen."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def names(taken: list[str]) -> list[str]:
    """Who got a mail, in order."""
    return [address.partition("@")[0] for address in taken]


def test_letters_wait_for_a_server_that_is_away(server: MailServer) -> None:
    """Nobody listens, then somebody does: each letter leaves once, and asking took no time meanwhile."""
    sender, begun = open_post(), time.monotonic()
    for number in range(200):
        sender.send(letter(f"p{number}"))
    assert time.monotonic() - begun < 5, "asking waited for the mail server"
    time.sleep(0.3)
    assert not server.taken
    server.open()
    wait_until(lambda: len(server.taken) >= 200)

    assert sorted(names(server.taken)) == sorted(f"p{number}" for number in range(200))
    wait_until(lambda: not sender.waiting)


def test_a_refused_recipient_holds_up_nobody_and_is_dropped(server: MailServer) -> None:
    """550 for one: the others get theirs, and the one is not tried again."""
    server.replies["b@example.org"] = ["550 no such mailbox"] * 9
    server.open()
    sender = open_post()
    for name in "abc":
        sender.send(letter(name))
    wait_until(lambda: len(server.taken) == 2 and not sender.waiting)
    time.sleep(0.5)

    assert names(server.taken) == ["a", "c"]
    assert names(server.asked).count("b") == 1


def test_a_recipient_that_is_put_off_is_tried_again_alone(server: MailServer) -> None:
    """450 (greylisting): tried again by itself until it is taken, the others once."""
    server.replies["b@example.org"] = ["450 try later"] * 3
    server.open()
    sender = open_post()
    for name in "abc":
        sender.send(letter(name))
    wait_until(lambda: len(server.taken) == 3)

    assert sorted(names(server.taken)) == ["a", "b", "c"]
    assert names(server.asked).count("b") == 4


def test_a_line_that_breaks_in_the_middle_sends_nothing_twice(server: MailServer) -> None:
    """The server drops the connection at the second letter: what it took is not sent again, the rest comes later."""
    server.replies["b@example.org"] = ["break"]
    server.open()
    sender = open_post()
    for name in "abcd":
        sender.send(letter(name))
    wait_until(lambda: len(server.taken) == 4)

    assert sorted(names(server.taken)) == ["a", "b", "c", "d"]


def test_a_server_that_hangs_is_left_after_a_while(server: MailServer) -> None:
    """No answer within the time limit of the settings: another try, and the others are not held up for long."""
    server.replies["a@example.org"] = ["hang"]
    server.open()
    sender = open_post()
    for name in "ab":
        sender.send(letter(name))
    wait_until(lambda: len(server.taken) == 2)

    assert sorted(names(server.taken)) == ["a", "b"]


def test_a_letter_that_cannot_be_written_is_dropped(server: MailServer) -> None:
    """An address that no mail can carry does not stop the others."""
    server.open()
    sender = open_post()
    sender.send(letter("a\nBcc: x"))
    sender.send(letter("b"))
    wait_until(lambda: names(server.taken) == ["b"] and not sender.waiting)


def test_what_is_too_old_or_was_asked_again_is_not_sent(server: MailServer) -> None:
    """After an hour a letter is forgotten; of a browser that asked twice only the newer one leaves."""
    sender = open_post()
    sender.send(letter("old", born=time.monotonic() - post.KEPT))
    sender.send(letter("first", key=b"browser"))
    sender.send(letter("second", key=b"browser"))
    wait_until(lambda: sender.waiting <= 1)
    server.open()
    wait_until(lambda: len(server.taken) == 1)
    time.sleep(0.3)

    assert names(server.taken) == ["second"]


def test_a_server_that_never_greets_is_left(
    settings, monkeypatch: pytest.MonkeyPatch, server: MailServer
) -> None:
    """Something accepts connections and says nothing: when a real server comes, the letters leave."""
    with socket.socket() as mute:
        mute.bind(("127.0.0.1", server.port))
        mute.listen()
        sender = open_post()
        sender.send(letter("a"))
        time.sleep(1.5)
        assert not server.taken
    server.open()
    wait_until(lambda: names(server.taken) == ["a"])


def test_a_code_is_good_from_when_its_mail_left(server: MailServer) -> None:
    """However long a mail server was away: the quarter of an hour begins when the mail leaves."""
    cache = caches["codes"]
    fresh = codes.make_code(bytes(32), b"t" * 32, "slip")
    assert fresh is not None
    sender = open_post()
    sender.send(letter("a", seal=fresh.seal))
    before = cache._expire_info[cache.make_key(live_key(fresh.seal))] - time.monotonic()  # type: ignore[attr-defined]
    server.open()
    wait_until(lambda: bool(server.taken) and not sender.waiting)
    wait_until(lambda: cache._expire_info[cache.make_key(live_key(fresh.seal))] - time.monotonic() <= 900)  # type: ignore[attr-defined]

    assert before > 3600
    assert codes.open_code(bytes(32), b"t" * 32, "slip", fresh.code, b"request")


def test_the_log_tells_no_address(server: MailServer, caplog: pytest.LogCaptureFixture) -> None:
    """Servers repeat addresses and codes in what they say; none of it is logged."""
    server.replies["secret@example.org"] = ["450 secret@example.org later", "550 secret@example.org 12345678"]
    sender = open_post()
    sender.send(letter("secret"))
    time.sleep(0.3)
    server.open()
    wait_until(lambda: "refused a code for good (550)" in caplog.text)

    assert len(server.asked) == 2
    assert "secret" not in caplog.text
    assert "12345678" not in caplog.text


def test_only_the_mail_says_who_took_part_already(server: MailServer, settings) -> None:
    """Whoever took a token of a ballot of this roll is told so, nobody else; the answer to the request knew nothing of it."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Tag.objects.create(ballot=7, tag=b"k" * 32, key=8, blinded=b"")
    Tag.objects.create(ballot=9, tag=b"o" * 32, key=8, blinded=b"")
    told = [letter(name, tag=name[:1].encode() * 32, ballots=(7,)) for name in ("known", "new", "other")]
    open_post()._deliver(told)

    assert ["taken part already" in one.body for one in mail.outbox] == [True, False, False]


def test_many_letters_leave_over_several_lines(server: MailServer) -> None:
    """A crowd is served by several couriers; each letter leaves once."""
    server.open()
    sender = open_post()
    for number in range(3 * post.MOST_ON_ONE_LINE):
        sender.send(letter(f"p{number}"))
    wait_until(lambda: len(server.taken) == 3 * post.MOST_ON_ONE_LINE)

    assert len(set(server.taken)) == len(server.taken)
    assert 1 < len(sender._couriers) <= COURIERS
