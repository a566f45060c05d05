"""What a whole book of casts amounts to: numbers that count each person once."""

import pytest

from tests.campaigns.core.casting.folded import DAY, codes, fold, numbers
from tests.campaigns.core.casting.station import EVERY, C, Station


@pytest.fixture
def station() -> Station:
    """A station with one key for e-mail, at entry 4."""
    made = Station()
    made.log_key()
    return made


def test_each_person_counts_once_and_the_newest_choice_counts(station):
    """Of seven who were let in, six cast; one changed the choice and one withdrew, in batches in any order."""
    people = [station.person(4) for _ in range(7)]
    station.publish([station.cast(person, [0]) for person in people[:4]])
    changed, withdrawn = station.cast(people[0], [1, 2], 1), station.cast(people[1], [], 5)
    station.publish([changed, withdrawn, station.cast(people[4], [0, 1]), station.cast(people[5], [2])])

    assert codes(station) == []
    assert numbers(station) == {
        "issued": 7,
        "issued/email": 7,
        "counted": 5,
        "counted/email": 5,
        "options/top-ups": 3,
        "options/bills": 2,
        "options/unlike": 2,
    }


def test_a_lower_q_that_comes_later_is_superseded_and_no_fraud(station):
    """Two turns of one person may lie in one shuffled batch in either order."""
    for first, second in ((0, 1), (1, 0)):
        person = station.person(4)
        others = [station.cast(station.person(4), [2]) for _ in range(2)]
        station.publish([station.cast(person, [first], first), *others])
        others = [station.cast(station.person(4), [2]) for _ in range(2)]
        station.publish([station.cast(person, [second], second), *others])
    assert codes(station) == []
    assert numbers(station)["options/bills"] == 2
    assert "options/top-ups" in numbers(station)
    assert numbers(station)["options/top-ups"] == 0


@pytest.mark.parametrize("q", [0, 1, 2])
def test_each_q_of_a_person_counts_once(station, q):
    """A cast that is replayed, also one of an earlier turn, changes nothing and is a finding."""
    person = station.person(4)
    casts = [station.cast(person, [turn], turn) for turn in range(3)]
    station.publish(casts)
    station.publish([casts[q], *(station.cast(station.person(4), [0]) for _ in range(2))])
    assert codes(station) == ["double"]
    assert numbers(station)["options/unlike"] == 1


def check_ways(station):
    """However the entries reach the fold, numbers and findings are the same; the codes of the findings."""
    one, *others = fold(station), fold(station, with_leaves=False), fold(station, examined=True)
    for other in others:
        assert other.numbers(DAY) == one.numbers(DAY)
        assert [(found.index, found.code) for found in other.findings] == [
            (found.index, found.code) for found in one.findings
        ]
    return [finding.code for finding in one.findings]


def test_a_site_and_an_audit_fold_alike(station):
    """By bodies with and without leaf hashes, as a site folds, and by gists, as an audit does after examining."""
    people = [station.person(4) for _ in range(4)]
    station.publish([station.cast(person, [0]) for person in people])
    assert check_ways(station) == []
    station.publish([station.cast(person, [1, 2], 1) for person in people], is_sorted=False)
    station.publish(
        [station.cast(people[0], [0]), station.cast(people[1], [], 2), station.cast(people[2], [2], 3)]
    )
    second = station.log_key(1)
    station.add(station.cast(station.person(second), [0]))
    station.close()
    station.add(station.cast(people[3], [0], 5))
    assert check_ways(station) == ["unsorted", "double", "tagging", "cast", "loose", "keyend", "late"]


def test_checkins_and_vouches_reach_the_fold_by_either_way():
    """What a gist carries beside the choice counts as it does from the body."""
    station = Station(sort="pledge", checkin="2016-04-07")
    key = station.log_key()
    rules = {"kinds": ["email"], "issuers": ["site"], "need": 1, "every": EVERY, "kmin": 3}
    entry = station.add({"k": "vouching", "c": C, "id": "vouches", "roll": "spring", "vouches": 2, **rules})
    voucher = station.log_key(1, ballot=entry)
    station.publish([station.cast(station.person(key), [0, 1], 1, did=[0], did_not=[1]) for _ in range(3)])
    vouches = [station.cast(station.person(voucher), [0], newcomer=bytes(32)) for _ in range(3)]
    station.publish(vouches, entry)
    assert check_ways(station) == []
    assert numbers(station)["did/top-ups"] == 3


def test_numbers_name_the_entries_that_they_came_from(station):
    """Ballot, key, casts, batches; for what was issued, ballot, key and counts."""
    batch = station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    station.add(
        {"k": "news", "c": C, "id": "x", "on": "2016-03-05"}, {"title": {"en": "…"}, "text": {"en": "…"}}
    )
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    found = fold(station).numbers(DAY)
    assert found[f"{C}/ballots/which-step/counted"].runs == ((3, 5), (6, batch + 1), (batch + 3, batch + 7))
    assert found[f"{C}/ballots/which-step/issued"].runs == ((3, 6), (batch + 2, batch + 3))


def test_proof_of_work_is_no_person():
    """Tokens for work alone are shown by their kind and add nothing to the people who count."""
    station = Station(("email", "pow"))
    email, work = station.log_key(0), station.log_key(1, "pow")
    both = station.person(email, work)
    station.publish(
        [station.cast(person, [0]) for person in (station.person(work), station.person(work), both)]
    )
    found = numbers(station)
    assert codes(station) == []
    assert (found["issued"], found["issued/pow"], found["issued/email"]) == (1, 3, 1)
    assert (found["counted"], found["counted/pow"], found["counted/email"]) == (1, 3, 1)
    assert found["options/top-ups"] == 1


def test_a_pledge_counts_who_did_it_and_who_did_not():
    """A check-in is a second cast with a higher q: the pledge stays, what was done is told beside it."""
    station = Station(sort="pledge", checkin="2016-04-07")
    key = station.log_key()
    people = [station.person(key) for _ in range(4)]
    station.publish([station.cast(person, [0, 1]) for person in people])
    told = [
        station.cast(people[0], [0, 1], 1, did=[0, 1]),
        station.cast(people[1], [0, 1], 1, did=[1], did_not=[0]),
        station.cast(people[2], [0, 1], 1, did=[], did_not=[]),
    ]
    station.publish(told)
    found = numbers(station)
    assert codes(station) == []
    assert (found["counted"], found["options/top-ups"], found["checked-in"]) == (4, 4, 2)
    assert (found["checked-in/top-ups"], found["did/top-ups"], found["did-not/top-ups"]) == (2, 1, 1)
    assert (found["did/bills"], found["did-not/bills"], found["checked-in/unlike"]) == (2, 0, 0)


def test_a_ranked_ballot_shows_places_and_the_whole_table():
    """Who is first, how often each was put first, and each pair."""
    station = Station(counting="ranked")
    key = station.log_key()
    rankings = [[0, 1, 2], [1, 0, 2], [0, 2], [2]]
    station.publish([station.cast(station.person(key), ranking) for ranking in rankings])
    found = numbers(station)
    assert codes(station) == []
    assert [found[f"places/{name}"] for name in ("top-ups", "bills", "unlike")] == [1, 2, 2]
    assert (found["firsts/top-ups"], found["options/top-ups"], found["options/unlike"]) == (2, 3, 4)
    assert (found["pairwise/top-ups/bills"], found["pairwise/bills/top-ups"]) == (2, 1)
    assert "pairwise/bills/bills" not in found


def test_two_issuers_bound_who_can_have_been_let_in():
    """With need 2, as many people as both have let in; each kind by the issuer that gave out more."""
    station = Station(issuers=["site", "partner"], need=2)
    site, partner = station.log_key(0), station.log_key(1, issuer="partner")
    people = [station.person(site, partner) for _ in range(3)]
    station.fresh[site] += 4
    station.publish([station.cast(person, [0]) for person in people])
    found = numbers(station)
    assert codes(station) == []
    assert (found["issued"], found["issued/email"], found["counted"]) == (3, 7, 3)


def test_a_ballot_that_closed_is_over(station):
    """The last batch may be small and at any second; later casts, tokens, keys and batches are findings and do not count."""
    person = station.person(4)
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    station.moment += 17 - EVERY
    station.publish([station.cast(person, [1])])
    station.close()
    assert codes(station) == []
    station.add(station.cast(person, [2], 1))
    station.issue(4, 1)
    station.log_key(1)
    station.add({"k": "batch", "t": station.moment + EVERY, "n": 1, "b": station.ballot})
    station.add({"k": "close", "b": station.ballot, "t": station.moment})
    assert codes(station) == ["late", "issued", "key", "batch", "close"]
    assert numbers(station)["options/bills"] == 1


def test_keys_that_outlive_their_ballot_are_named(station):
    """After the close each key must end; until then the audit says so."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    station.add({"k": "close", "b": station.ballot, "t": station.moment})
    (found,) = fold(station).findings
    assert (found.code, found.grade) == ("unended", "warning")
    station.add({"k": "keyend", "i": 4, "why": "closed"})
    assert fold(station).findings == []


def test_a_void_key_takes_its_stamps_with_it():
    """When a key leaked, nobody can tell its casts from forged ones; who has another stamp still counts."""
    station = Station(("email", "invite"))
    email, invite = station.log_key(0), station.log_key(1, "invite")
    station.add({"k": "invite", "i": station.roll, "n": 9, "root": "A" * 43})
    people = [station.person(email), station.person(email, invite), station.person(invite)]
    station.publish([station.cast(person, [0]) for person in people])
    station.add({"k": "void", "i": email, "why": "abuse"})
    found = numbers(station)
    assert codes(station) == []
    assert (found["counted"], found["counted/email"], found["counted/invite"]) == (2, 0, 2)
    assert (found["issued"], found["issued/email"]) == (2, 0)


def test_a_void_ballot_has_no_numbers_and_takes_no_casts(station):
    """The numbers go away with the ballot; a cast that comes later is a finding."""
    person = station.person(4)
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    station.add({"k": "void", "i": station.ballot, "why": "mistake"})
    assert numbers(station) == {}
    station.issue(4, 1)
    station.add(station.cast(person, [0]))
    assert codes(station) == ["issued", "late"]


@pytest.mark.parametrize("kind", ["cast", "issued", "batch"])
def test_nobody_can_void_what_people_cast_or_what_bounds_it(station, kind):
    """Whoever could strike a cast could take a vote away."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    index = next(index for index, (body, _) in enumerate(station.told) if body["k"] == kind)
    station.add({"k": "void", "i": index, "why": "mistake"})
    assert codes(station) == ["void"]
    assert numbers(station)["counted"] == 3


def test_a_ballot_with_keys_cannot_be_told_anew(station):
    """A changed question is a new ballot with a new id, or the old one is void."""
    station.open_ballot("which-step")
    assert codes(station) == ["ballot"]


def test_a_ballot_taken_elsewhere_has_no_casts(station):
    """Its figures are claims."""
    elsewhere = station.open_ballot("elsewhere", taken="elsewhere")
    station.log_key(1, ballot=elsewhere)
    station.add({**station.cast(station.person(4), [0]), "b": elsewhere})
    station.add({"k": "batch", "t": station.moment, "n": 1, "b": elsewhere})
    station.add({"k": "close", "t": station.moment, "b": elsewhere})
    assert codes(station) == ["key", "cast", "batch", "close"]
    assert numbers(station, "elsewhere") == {}


def test_casts_by_foreign_or_later_keys_do_not_count(station):
    """A stamp counts when its key stands in the book before the cast, for that ballot."""
    other = station.open_ballot("other")
    foreign = station.log_key(1, ballot=other)
    person = station.person(4)
    cast = station.cast(person, [0])
    station.fresh.clear()
    station.issue(4, 9)
    station.add({**cast, "t": [{**cast["t"][0], "i": foreign}]})
    station.add({**cast, "t": [{**cast["t"][0], "i": 99}]})
    station.add({**cast, "t": [*cast["t"], *cast["t"]]})
    station.add({**cast, "c": [9]})
    station.add({**cast, "p": "BQ" + "A" * 42})
    found = [finding.code for finding in fold(station).findings]
    assert found.count("cast") == 5
    assert numbers(station)["counted"] == 0


def test_the_numbers_of_stories_stay_what_they_were(station):
    """The fold of the room still counts what campaigns tell."""
    found = fold(station).numbers(DAY)
    assert found["campaigns/count"].value == 1
    assert found[f"{C}/ballots/count"].value == 1
    assert found["book/kinds/key"].value == 1
