"""Codes under attack: guessed, asked for in another's name, used up; the owner of the mailbox always gets in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import caches

from sawtna.campaigns.core.casting.vouchers import CODE_SECONDS, CODE_TRIES, code_seal
from sawtna.campaigns.counter.codes import has_left, make_code, open_code
from sawtna.campaigns.vouchers.codes import SPARE_MAILS, STEADY
from sawtna.web import memory

KEY, TAG, BODY = bytes(32), b"t" * 32, b"blinded"


class Clock:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock of the memory of codes, which is empty."""
    found = Clock()
    monkeypatch.setattr(memory, "time", found)
    caches["codes"].clear()
    yield found
    caches["codes"].clear()


def ask(slip: str) -> str | None:
    """Ask for a code; what was mailed."""
    fresh = make_code(KEY, TAG, slip)
    if fresh is None:
        return None
    has_left(fresh.seal)
    return fresh.code


def test_a_code_opens_for_a_quarter_of_an_hour(clock: Clock) -> None:
    """Counted from when its mail left; the very same request may come again, another may not."""
    code = ask("mine")
    assert code is not None
    clock.now += CODE_SECONDS - 1
    assert open_code(KEY, TAG, "mine", code, BODY)
    assert open_code(KEY, TAG, "mine", f" {code[:4]}-{code[4:]}", BODY)
    assert not open_code(KEY, TAG, "mine", code, b"another")
    assert not open_code(KEY, b"u" * 32, "mine", code, BODY)
    clock.now += 2
    assert not open_code(KEY, TAG, "mine", code, BODY)


def test_of_a_thousand_guesses_at_once_five_are_looked_at(clock: Clock) -> None:
    """Many connections guess no better than one: the right code among them, but not among the first five, opens nothing."""
    code = ask("mine")
    assert code is not None
    guesses = [f"{(int(code) + number) % 10**8:08d}" for number in range(1, 1001)] + [code] * 20
    with ThreadPoolExecutor(16) as hands:
        opened = list(hands.map(lambda guess: open_code(KEY, TAG, "mine", guess, BODY), guesses))

    assert not any(opened)
    assert ask("mine") not in {None, code}, "a new code can be asked for at once"


def test_whoever_guesses_uses_up_nothing_of_the_owner(clock: Clock) -> None:
    """A stranger asks for the same address and types a thousand wrong codes: the owner's first try is right."""
    code = ask("mine")
    stolen = ask("stranger")
    assert code is not None
    assert stolen is not None
    for number in range(1000):
        assert not open_code(KEY, TAG, "stranger", f"{number:08d}", BODY)
        assert not open_code(KEY, TAG, "another slip", f"{number:08d}", BODY)
    assert open_code(KEY, TAG, "mine", code, BODY)


def test_whoever_asks_all_day_locks_nobody_out(clock: Clock) -> None:
    """A stranger asks every minute, for a day: whenever the owner asks, a code that opens for her lies in her mailbox."""
    mailbox: list[str] = []
    for minute in range(24 * 60):
        mailbox += filter(None, [ask(f"stranger {minute}")])
        clock.now += 60
        if minute % 7 == 0:
            slip = f"owner {minute}"
            mailbox += filter(None, [ask(slip)])
            assert open_code(KEY, TAG, slip, mailbox[-1], slip.encode()) or was_used(mailbox)
    assert len(mailbox) <= 24 * 8 + 3, "nobody is flooded with mail"
    assert len(mailbox[-1]) == 12, "a code that opens for many is longer"


def was_used(mailbox: list[str]) -> bool:
    """Whether the newest code was bound already to the request that it opened: this owner would be the same one again."""
    seal = code_seal(KEY, TAG, mailbox[-1])
    return caches["codes"].get(f"used:{seal.hex()}") is not None


def test_a_short_code_opens_for_the_slip_alone_that_asked(clock: Clock) -> None:
    """Only codes of twelve digits are open to whoever asks meanwhile, for guessing one of eight would be too easy then."""
    short = [ask(f"s{number}") for number in range(SPARE_MAILS)]
    assert all(code is not None and len(code) == 8 for code in short)
    for code in short:
        assert code is not None
        assert not open_code(KEY, TAG, "late", code, BODY)
    long = ask("s4")
    assert long is not None
    assert len(long) == 12
    assert ask("late") is None
    assert open_code(KEY, TAG, "late", long, BODY)


def test_mail_is_bounded(clock: Clock) -> None:
    """Three mails at once, then one in twelve minutes."""
    mails = 0
    for _ in range(60):
        mails += sum(ask(f"x{number}") is not None for number in range(3))
        clock.now += 60
    assert mails == SPARE_MAILS + 3600 // STEADY
    assert CODE_TRIES == 5


def test_codes_live_on_when_the_wall_clock_jumps(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine's clock that is put forward or back by a day neither ends a code nor lets it live on."""
    code, wall = ask("mine"), time.time  # noqa: TID251 (it is put wrong here)
    assert code is not None
    for jump in (86_400, -86_400):
        monkeypatch.setattr(time, "time", lambda jump=jump: wall() + jump)
        assert open_code(KEY, TAG, "mine", code, BODY)
    clock.now += CODE_SECONDS
    assert not open_code(KEY, TAG, "mine", code, BODY)
