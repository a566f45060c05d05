"""What is taken here follows its roll; what somebody chose otherwise, and what is in the book, stays."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict

from sawtna.campaigns.core.document import check_document, tidy_document
from sawtna.campaigns.core.entries import SECTIONS
from sawtna.campaigns.forms.answers import read_answers
from sawtna.campaigns.forms.changes import changes_of
from sawtna.campaigns.forms.following import follow_rolls, issuers_known, read_issuers, spell_issuers
from sawtna.campaigns.forms.questions import Sheet, questions_of
from sawtna.campaigns.forms.risks import NOTES
from sawtna.campaigns.forms.sentences import errors_of

from tests.campaigns.core.documents import small

ROLL = {"id": "spring", "opens": 1772352000, "closes": 1775030400, "kinds": ["email", "invite", "pow"]}
PLEDGE = {
    "id": "stop",
    "sort": "pledge",
    "taken": "here",
    "counting": "approval",
    "options": ["top-ups"],
    "min": 1,
    "max": 1,
    "opens": "2026-03-02",
    "words": {"title": {"en": "Stop"}, "options": {"top-ups": {"en": "No top-ups"}}},
}
ZONE = "Africa/Casablanca"


def document(mode="quiet", **ballot):
    """A campaign with one roll and one pledge, as somebody typed them."""
    return {**small(), "rolls": [{**ROLL, "mode": mode}], "vouchings": [], "ballots": [{**PLEDGE, **ballot}]}


def typed(section, **answers):
    """Read a page of that section."""
    pairs = [(name.replace("__", "."), value) for name, value in answers.items()]
    return read_answers(SECTIONS[section], QueryDict(urlencode(pairs, doseq=True)), {}, ZONE)


@pytest.mark.parametrize(
    ("mode", "pace"), [("quiet", (86400, 50)), ("lively", (600, 10)), ("close", (86400, 50))]
)
def test_a_ballot_takes_its_pace_from_its_roll(mode, pace):
    """Nobody is asked twice: kinds, issuers and the interval of batches come from the only roll, and it can be published."""
    sound = follow_rolls(document(mode))
    ballot = sound["ballots"][0]
    assert (ballot["every"], ballot["kmin"]) == pace
    assert (ballot["roll"], ballot["kinds"]) == ("spring", ROLL["kinds"])
    assert (ballot["issuers"], ballot["need"]) == (["site"], 1)
    del sound["vouchings"]
    sound["claims"] = []
    assert check_document(tidy_document(sound)) == []


def test_a_roll_that_becomes_lively_takes_its_ballots_along():
    """The mode is changed at the roll alone, before it is in the book."""
    quiet = follow_rolls(document("quiet"))
    quiet["rolls"][0]["mode"] = "lively"
    assert follow_rolls(quiet)["ballots"][0]["every"] == 600


def test_what_a_file_chose_and_what_is_in_the_book_stays():
    """An interval of its own comes from a file only; a ballot in the book is bound."""
    own = document("lively", every=60, kmin=1)
    assert follow_rolls(own)["ballots"][0]["every"] == 60
    bound = document("lively", every=86400, kmin=50)
    assert follow_rolls(bound, {("ballots", "stop")})["ballots"][0] == bound["ballots"][0]


def test_following_twice_changes_nothing_more():
    """It can be done at each save."""
    once = follow_rolls(document("lively"))
    assert follow_rolls(once) == once


def test_who_vouches_is_a_person_that_was_let_in():
    """Neither the work of a browser nor another vouching makes a person."""
    vouching = {"id": "friends", "roll": "spring", "vouches": 3}
    told = {**document(), "vouchings": [vouching]}
    told["rolls"][0]["kinds"] = ["peer", "email", "pow"]
    assert follow_rolls(told)["vouchings"][0]["kinds"] == ["email"]


def test_with_two_rolls_nobody_guesses():
    """Which one it is must be chosen, and the desk says so in its own words."""
    told = follow_rolls({**document(), "rolls": [ROLL, {**ROLL, "id": "autumn"}]})
    del told["vouchings"]
    told["claims"] = []
    problems = [problem for problem in check_document(told) if problem.path[:2] == ("ballots", 0)]
    sentences = errors_of(problems, 2)
    assert sentences["roll"] == (
        "Choose the roll by which people are let in. Where there is none yet, add one first.",
    )


def test_hours_of_a_roll_are_typed_on_the_clock_of_the_campaign():
    """Eight in Casablanca, which keeps UTC in that Ramadan; what is no time stays as it was typed and is said."""
    roll = typed("rolls", kinds=["email"], mode="quiet", opens="٢٠٢٦-٠٣-٠١ ٠٨:٠٠", closes="in April")
    assert (roll["opens"], roll["closes"]) == (1772352000, "in April")
    told = {**document(), "rolls": [{**roll, "id": "spring"}]}
    problems = [one for one in check_document(told) if one.path[:3] == ("rolls", 0, "closes")]
    assert errors_of(problems, 2)["closes"] == (
        "This is no date and time. Write it such as 2026-03-01 08:00.",
    )


def test_the_days_of_an_action_belong_to_its_option_whatever_it_is_called():
    """Renaming an option on the same page takes its days along; a poll without days has no actions."""
    ballot = typed(
        "ballots",
        options__0__id="phones-off", options__0__en="Phones off", options__0__opens="2026-03-07", options__0__stage="weekend",
        options__1__en="No bills",
    )  # fmt: skip
    assert ballot["actions"] == {"phones-off": {"opens": "2026-03-07", "stage": "weekend"}}
    assert ballot["options"] == ["phones-off", "option-2"]


def test_a_ballot_taken_here_comes_back_as_it_was_typed():
    """Everything that the page asks stands in it again: roll, kinds, actions, issuers, the last day to tell."""
    actions = {"top-ups": {"opens": "2026-03-07", "closes": "2026-03-08", "stage": "phones-off"}}
    more = {"actions": actions, "checkin": "2026-04-07", "kinds": ["invite"], "closes": "2026-03-31"}
    ballot = follow_rolls(document(**more))["ballots"][0]
    questions = {one.path: one for one in questions_of(Sheet(SECTIONS["ballots"], ballot, small(), {}, "en"))}
    row = questions["options"].rows[0]
    assert (row.cells["opens"].value, row.cells["closes"].value) == ("2026-03-07", "2026-03-08")
    assert [stage.value for stage in row.stages if stage.is_picked] == ["phones-off"]
    assert [one.value for one in questions["kinds"].options if one.is_picked] == ["invite"]
    assert [one.value for one in questions["issuers"].options if one.is_picked] == ["site/1"]
    assert {path: one.only for path, one in questions.items() if one.only} == {
        "roll": "here",
        "kinds": "here",
        "issuers": "here",
        "checkin": "pledge",
    }


def test_what_is_wrong_with_an_action_is_said_at_its_day():
    """The days of an action stand in the row of its option, and so does their error."""
    ballot = {**PLEDGE, "actions": {"top-ups": {"opens": "soon"}}}
    sheet = Sheet(SECTIONS["ballots"], ballot, small(), {"actions.top-ups.opens": ("no date",)}, "en")
    question = next(one for one in questions_of(sheet) if one.path == "options")
    assert question.rows[0].cells["opens"].errors == ("no date",)
    assert question.has_errors


def test_a_ballot_taken_elsewhere_needs_no_roll():
    """What it had from a roll goes; what was typed by hand stays."""
    ballot = typed("ballots", taken="elsewhere", issuers="site/1", kinds=["email"])
    assert "issuers" not in ballot
    assert "need" not in ballot
    assert ballot["kinds"] == ["email"]


def test_two_issuers_are_offered_where_the_campaign_knows_a_second():
    """One answer stands for both fields; one that nobody offers any more stays picked."""
    assert read_issuers("site+ngo/2") == (["site", "ngo"], 2)
    assert read_issuers("anything") == (None, None)
    assert spell_issuers(["site", "ngo"], 2) == "site+ngo/2"
    told = document(issuers=["site", "ngo"], need=2)
    assert issuers_known({**told, "issuers": [{"id": "other"}]}) == ["ngo", "other"]
    told["issuers"] = []
    question = next(
        one for one in questions_of(Sheet(SECTIONS["ballots"], {}, told, {}, "en")) if one.path == "issuers"
    )
    assert [(one.value, one.is_picked) for one in question.options] == [
        ("site/1", True),
        ("site+ngo/2", False),
    ]


def test_each_mode_and_way_says_its_price():
    """No choice of a roll stands there without its risk; SMS is not offered, and the page says why."""
    questions = {one.path: one for one in questions_of(Sheet(SECTIONS["rolls"], {}, {}, {}, "en"))}
    for path in ("mode", "kinds"):
        assert all(str(option.note) for option in questions[path].options)
        assert {option.value for option in questions[path].options} == set(NOTES[path])
    assert [one.value for one in questions["kinds"].options if one.is_closed] == ["sms"]
    ticked = Sheet(SECTIONS["rolls"], {"kinds": ["sms"]}, {}, {}, "en")
    kinds = next(one for one in questions_of(ticked) if one.path == "kinds")
    assert not any(one.is_closed for one in kinds.options)


def test_changes_of_a_ballot_are_told_in_words():
    """What follows from the roll is shown too, under a name that people read."""
    before = follow_rolls(document("quiet"))
    after = follow_rolls(document("lively", actions={"top-ups": {"opens": "2026-03-07"}}))
    after["rolls"] = before["rolls"]
    (change,) = changes_of(before, after, "en").all
    assert [(str(one.label), one.after) for one in change.differences] == [
        ("Seconds between batches", "600"),
        ("Fewest votes in a batch", "10"),
        ("Days of the actions", "top-ups: 2026-03-07"),
    ]
