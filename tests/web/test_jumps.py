"""The clock of the machine is moved: what cannot be taken back waits."""

from datetime import UTC, datetime

import pytest

from sawtna.web.jumps import HOLD, ClockWatch

DAY = 86_400
T = 1_800_000_000


def test_a_steady_clock_holds_nothing_up():
    """Both clocks go on alike, for a week; small corrections are none."""
    watch = ClockWatch()
    for second in range(0, 7 * DAY, 600):
        assert watch.look(T + second + second % 7, 1000 + second) is None


def test_a_clock_that_is_put_forward_holds_for_an_hour():
    """A day ahead at once: held until an hour is over, in case it is right; then it counts as right."""
    watch = ClockWatch()
    assert watch.look(T, 1000) is None
    for second in range(30, int(HOLD), 30):
        assert watch.look(T + second + DAY, 1000 + second) == DAY
    assert watch.look(T + HOLD + 60 + DAY, 1000 + HOLD + 60) is None
    assert watch.look(T + HOLD + 90 + DAY, 1000 + HOLD + 90) is None


def test_a_clock_that_is_put_right_again_goes_on_at_once():
    """Forward, and back within the hour: nothing is held any more, and a second jump is held again."""
    watch = ClockWatch()
    watch.look(T, 0)
    assert watch.look(T + 30 + DAY, 30) == DAY
    assert watch.look(T + 60, 60) is None
    assert watch.look(T + 90 + DAY, 90) == DAY


def test_a_clock_that_is_put_back_holds_nothing_up():
    """Only what is done too early cannot be taken back."""
    watch = ClockWatch()
    watch.look(T, 0)
    assert watch.look(T - DAY, 30) is None
    assert watch.look(T + 60, 60) == DAY + 30, "and forward again it is a jump, until somebody has looked"


@pytest.mark.django_db(transaction=True)
def test_the_caretaker_tends_no_ballot_after_a_jump(monkeypatch, caplog):
    """It says so in the log of the house, and goes on publishing; once the clock is right again it tends them."""
    from sawtna.web import caretaker

    tended, jump = [], [0.0]
    clock = type("Clock", (), {"now": staticmethod(lambda: datetime.fromtimestamp(T + jump[0], UTC))})
    monkeypatch.setattr(caretaker, "_CLOCK", ClockWatch())
    monkeypatch.setattr(caretaker, "timezone", clock)
    monkeypatch.setattr(caretaker, "tend_ballots", tended.append)
    monkeypatch.setattr(caretaker, "publish_checkpoint", lambda: tended.append("published"))
    for jump[0] in (0.0, DAY, 0.0):
        caretaker.look_once()

    assert tended == [T, "published", "published", T, "published"]
    assert "put forward by 1440 minutes" in caplog.text or "put forward by 1439 minutes" in caplog.text
