"""What a roll, its ballots and its vouchings must agree on, as a campaign file is told."""

import pytest

from sawtna.campaigns.core.document import check_document

from tests.campaigns.core.documents import small

BALLOT, VOUCHING = ("ballots", 0), ("vouchings", 0)
PLEDGE = {"sort": "pledge", "closes": "2016-03-20"}


@pytest.mark.parametrize(
    ("place", "changes", "sentence"),
    [
        (
            BALLOT,
            {"checkin": "2016-04-10"},
            "ballots[0].checkin: got a last day to tell, of a poll, expected none, as only a pledge asks whether it was done",
        ),
        (
            BALLOT,
            {**PLEDGE, "checkin": "2016-03-19"},
            "ballots[0].checkin: got 2016-03-19, expected a day not before 2016-03-20, when the pledge closes",
        ),
        (
            BALLOT,
            {"opens": "2017-01-01"},
            (
                "ballots[0].opens: got 2017-01-01, so that the ballot and its roll are never open together, "
                "expected days within the hours of the roll spring"
            ),
        ),
        (
            VOUCHING,
            {"kinds": ["invite"]},
            "vouchings[0].kinds[0]: got invite, expected one of the kinds of the roll spring: email",
        ),
        (VOUCHING, {"need": 2}, "vouchings[0].need: got 2, expected at most the number of issuers, 1"),
        (
            VOUCHING,
            {"kinds": ["pow"]},
            "vouchings[0].kinds[0]: got 'pow', expected one of email, sms, invite, peer",
        ),
    ],
)
def test_what_does_not_fit_the_roll_is_said(place, changes, sentence):
    """Each with its place, what was got and what was expected; the first fault is the only one of its sort."""
    document = small()
    section, position = place
    document[section][position] |= changes
    assert sentence in [problem.sentence for problem in check_document(document)]


def test_a_roll_in_which_peers_vouch_says_how_many_it_takes():
    """Vouching needs its own thing, or no newcomer is ever admitted."""
    document = small()
    document["rolls"][0]["kinds"].append("peer")
    assert check_document(document) == []
    del document["vouchings"]
    (problem,) = check_document(document)
    assert problem.sentence == (
        "rolls[0].kinds[1]: got vouching by peers, and no vouching for the roll spring, expected a vouching that says how many "
        "people admit a newcomer"
    )
