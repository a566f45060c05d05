"""What a roll promises to its people and a new ballot breaks: the pace of batches, one code for everything."""

from copy import deepcopy

import pytest

from sawtna.campaigns.core.planning import check_for_book
from sawtna.campaigns.core.story import tell

from tests.campaigns.core.documents import small

OTHER = {"ngo": "ngo"}


def faults(document, story=None):
    """What is wrong, by place and code."""
    return [(problem.where, problem.code) for problem in check_for_book(document, story)]


def story_of(document):
    """The story of a document whose ballots are in the book."""
    name = document["campaign"]["id"]
    entries = [
        (1, {"k": "campaign", "c": name, **without(document["campaign"])}, document["campaign"]["words"])
    ]
    for index, ballot in enumerate(document["ballots"], 2):
        entries.append(
            (index, {"k": "ballot", "c": name, **without(ballot), "id": ballot["id"]}, ballot["words"])
        )
    return tell(entries).stories[name]


def without(thing):
    """The fields of a thing, as an entry has them."""
    return {name: value for name, value in thing.items() if name not in ("words", "id")}


def with_ballots(number):
    """A document with so many ballots of one roll that are open together, and one vouching."""
    document = small()
    (ballot,) = document["ballots"]
    document["ballots"] = [{**deepcopy(ballot), "id": f"poll-{place}"} for place in range(number)]
    for claim in document["claims"]:
        claim.pop("ballot", None)
        claim.pop("option", None)
    return document


@pytest.mark.parametrize(
    ("section", "pace", "place"),
    [
        ("ballots", {"every": 60}, "every"),
        ("ballots", {"kmin": 49}, "kmin"),
        ("vouchings", {"every": 60, "kmin": 1}, "kmin"),
        ("ballots", {"every": 172_800, "kmin": 60}, ""),
    ],
)
def test_a_ballot_is_not_quicker_than_its_roll_promises(section, pace, place):
    """Rarer and larger batches are welcome; a simulation may do what it likes."""
    document = small()
    document[section][0] |= pace
    assert faults(document) == ([(f"{section}[0].{place}", "pace")] if place else [])
    document["campaign"]["mark"] = "simulation"
    assert faults(document) == []


def test_the_sentence_names_what_was_promised():
    """Got and expected, with the mode and the roll."""
    document = small()
    document["rolls"][0]["mode"] = "lively"
    document["ballots"][0] |= {"every": 60, "kmin": 1}
    (problem,) = check_for_book(document, None)
    assert problem.sentence == (
        "ballots[0].kmin: got batches of 1 votes every 60 seconds, expected at least 10 votes and 600 seconds, as the mode "
        "lively of the roll spring promises; only a simulation may have less"
    )


def test_at_close_nothing_is_too_quick():
    """Where all waits for the end, interval and size say nothing."""
    document = small()
    document["rolls"][0]["mode"] = "close"
    document["ballots"][0] |= {"every": 60, "kmin": 1}
    assert faults(document) == []


def test_what_stands_in_the_book_is_past_mending():
    """It cannot be changed any more, and keeps nobody from publishing news."""
    document = small()
    document["ballots"][0] |= {"every": 60}
    assert faults(document, story_of(document)) == []


def test_more_ballots_than_one_code_is_good_for_are_refused():
    """Eight are open together at most, vouchings counted; those that open later, when others have closed, are no crowd."""
    assert faults(with_ballots(7)) == []
    crowd = with_ballots(8)
    assert faults(crowd) == [("ballots[7].roll", "crowded")]
    crowd["ballots"][0]["closes"] = "2016-03-10"
    crowd["ballots"][7]["opens"] = "2016-03-11"
    crowd["ballots"][7]["actions"] = {}
    del crowd["ballots"][7]["actions"]
    assert faults(crowd) == []


def test_a_crowd_is_said_of_what_is_new():
    """Also where the new one opens before the others."""
    crowd = with_ballots(8)
    known = {**crowd, "ballots": crowd["ballots"][1:]}
    for ballot in crowd["ballots"][1:]:
        ballot["opens"] = "2016-03-02"
    assert faults(crowd, story_of(known)) == [("ballots[0].roll", "crowded")]


@pytest.mark.parametrize(
    ("section", "kind"), [("ballots", "invite"), ("ballots", "peer"), ("vouchings", "invite")]
)
def test_another_issuer_takes_mail_alone(section, kind):
    """Ballots and vouchings alike: it has neither the list of invitations nor that of vouches."""
    document = small()
    document["rolls"][0]["kinds"] = ["email", "invite", "peer"]
    document[section][0] |= {"issuers": ["site", "ngo"], "need": 2, "kinds": ["email", kind]}
    assert faults(document) == [(f"{section}[0].kinds[1]", "issuer-kinds")]
