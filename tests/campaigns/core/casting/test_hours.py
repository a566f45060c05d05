"""Hours of ballots, and the days on which people may tell whether they did it."""

from datetime import date

import pytest

from sawtna.campaigns.core.casting.choices import open_for_checkin
from sawtna.campaigns.core.casting.hours import NEVER, Hours, hours_of

DAY = 86_400
MARCH = 1_456_790_400  # 2016-03-01 00:00 UTC
ROLL = {"opens": MARCH - DAY, "closes": MARCH + 31 * DAY}
PLEDGE = {
    "options": ["phones-off", "bills", "unlike"],
    "opens": "2016-03-01",
    "closes": "2016-03-31",
    "checkin": "2016-04-07",
    "actions": {
        "phones-off": {"opens": "2016-03-16", "closes": "2016-03-17"},
        "bills": {"opens": "2016-04"},
    },
}


@pytest.mark.parametrize(
    ("ballot", "roll", "hours"),
    [
        ({}, None, Hours(0, NEVER, NEVER)),
        ({}, ROLL, Hours(MARCH - DAY, MARCH + 31 * DAY, MARCH + 31 * DAY)),
        (
            {"opens": "2016-03-01", "closes": "2016-03-10"},
            ROLL,
            Hours(MARCH, MARCH + 10 * DAY, MARCH + 10 * DAY),
        ),
        ({"opens": "2016", "closes": "2016"}, ROLL, Hours(MARCH - DAY, MARCH + 31 * DAY, MARCH + 31 * DAY)),
        (PLEDGE, ROLL, Hours(MARCH, MARCH + 31 * DAY, MARCH + 38 * DAY)),
        ({"checkin": "2016-03-05"}, ROLL, Hours(MARCH - DAY, MARCH + 31 * DAY, MARCH + 31 * DAY)),
    ],
)
def test_a_ballot_lets_in_until_one_end_and_counts_until_the_other(ballot, roll, hours):
    """Its own days within those of the roll; only a check-in goes on afterwards."""
    assert hours_of(ballot, roll) == hours


@pytest.mark.parametrize(
    ("today", "options"),
    [
        (date(2016, 2, 28), ()),
        (date(2016, 3, 1), (2,)),
        (date(2016, 3, 16), (0, 2)),
        (date(2016, 4, 1), (0, 1, 2)),
        (date(2016, 4, 7), (0, 1, 2)),
        (date(2016, 4, 8), ()),
    ],
)
def test_people_tell_of_an_action_once_it_has_begun_and_until_the_last_day(today, options):
    """An action without days of its own begins with the ballot."""
    assert open_for_checkin(PLEDGE, today) == options


@pytest.mark.parametrize("without", ["checkin", "options"])
def test_a_ballot_that_asks_for_no_checkin_is_open_for_none(without):
    """A poll, or a pledge whose organiser wants to know nothing more."""
    ballot = {name: value for name, value in PLEDGE.items() if name != without}
    assert open_for_checkin(ballot, date(2016, 4, 1)) == ()
