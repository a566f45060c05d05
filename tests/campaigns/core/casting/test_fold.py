"""What a whole book of casts amounts to: numbers that count each person once, and a finding for each broken rule."""

from datetime import date

import pytest

from sawtna.campaigns.core.casting.fold import SquareFold
from sawtna.campaigns.core.entries import KINDS
from sawtna.campaigns.kinds import CASTING_KINDS
from sawtna.ledger.core.entry import Kinds, pack_entry
from sawtna.ledger.core.fold import Folding
from sawtna.ledger.core.kinds_of_the_book import KINDS as BOOK_KINDS
from sawtna.ledger.core.merkle import leaf_hash

from tests.campaigns.core.casting.station import EVERY, C, Station

DAY = date(2016, 4, 1)
KNOWN = Kinds((*BOOK_KINDS, *KINDS, *CASTING_KINDS))


def fold(station: Station, *, with_leaves: bool = True) -> Folding:
    """The fold of a station's book."""
    folding = Folding(KNOWN, [SquareFold()])
    for index in range(len(station.told)):
        body = station.body(index)
        folding.take(index, body, leaf=leaf_hash(pack_entry(body)) if with_leaves else None)
    return folding


def codes(station: Station) -> list[str]:
    """The codes of all findings that make a book invalid."""
    return [finding.code for finding in fold(station).findings if finding.grade == "invalid"]


def numbers(station: Station, ballot: str = "which-step") -> dict[str, int]:
    """The numbers of one ballot, without the beginning of their keys."""
    start = f"{C}/ballots/{ballot}/"
    found = fold(station).numbers(DAY)
    return {key.removeprefix(start): number.value for key, number in found.items() if key.startswith(start)}


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


def test_leaf_hashes_that_nobody_hands_in_are_computed(station):
    """The site's own fold and the audit's give the same numbers and the same findings."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(4)], is_sorted=False)
    one, other = fold(station), fold(station, with_leaves=False)
    assert one.numbers(DAY) == other.numbers(DAY)
    assert one.findings == other.findings != []


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


# ------------------------------------------------------------------ issuing
def test_more_people_than_tokens_is_a_finding_at_that_cast(station):
    """Minted tokens show: one more person than the book says that tokens were issued to, once, at the first of them."""
    people = [station.person(4) for _ in range(5)]
    station.fresh[4] -= 2
    station.publish([station.cast(person, [0]) for person in people])
    (found,) = fold(station).findings
    assert (found.code, found.index) == ("minted", 9)


def test_tokens_logged_after_the_casts_are_too_late(station):
    """Counted is at most issued at every index, not only at the end."""
    people = [station.person(4) for _ in range(3)]
    station.fresh[4] = 0
    station.publish([station.cast(person, [0]) for person in people])
    station.issue(4, 3)
    assert codes(station) == ["minted"]


def test_a_withdrawn_token_is_a_spent_one(station):
    """Who withdraws makes no room for somebody else."""
    people = [station.person(4) for _ in range(4)]
    station.fresh[4] = 3
    station.publish([station.cast(person, []) for person in people])
    assert codes(station) == ["minted"]


@pytest.mark.parametrize(("count", "total", "wrong"), [(3, 3, []), (3, 4, ["issued"]), (3, 2, ["issued"])])
def test_sums_of_tokens_must_add_up(station, count, total, wrong):
    """The sum is all tokens so far."""
    station.issue(4, count, total)
    assert codes(station) == wrong


def test_tokens_of_no_key_and_of_an_ended_key_are_findings(station):
    """An entry that is no key, and a key that has ended."""
    station.add({"k": "issued", "i": 3, "n": 1, "sum": 1})
    station.add({"k": "keyend", "i": 4, "why": "compromised"})
    station.issue(4, 1)
    station.add({"k": "keyend", "i": 4, "why": "closed"})
    station.add({"k": "keyend", "i": 3, "why": "closed"})
    assert codes(station) == ["issued", "issued", "keyend", "keyend"]


def test_a_key_beside_a_living_one_is_tagging(station):
    """Two keys for one ballot and kind mark people; casts under the second do not count."""
    second = station.log_key(1)
    people = [station.person(second) for _ in range(3)]
    station.fresh.clear()
    station.publish([station.cast(person, [0]) for person in people])
    assert codes(station) == ["tagging", "cast", "cast", "cast"]
    assert "tagging suspected" in fold(station).findings[0].sentence
    assert numbers(station)["counted"] == 0


def test_one_rotation_is_shown_and_a_second_is_tagging(station):
    """After a key has ended another may follow once, and readers see that the crowd is split in two."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    station.add({"k": "keyend", "i": 4, "why": "rotated"})
    second = station.log_key(1)
    station.publish([station.cast(station.person(second), [1]) for _ in range(3)])
    (warning,) = fold(station).findings
    assert (warning.code, warning.grade, warning.index) == ("rotation", "warning", second)
    found = numbers(station)
    assert (found["rotations"], found["counted"], found["issued/email"]) == (1, 6, 6)
    station.add({"k": "keyend", "i": second, "why": "rotated"})
    station.log_key(2)
    assert codes(station) == ["tagging"]


def test_a_key_after_a_closed_one_is_tagging(station):
    """`closed` says that no token will be signed any more."""
    station.add({"k": "keyend", "i": 4, "why": "closed"})
    station.log_key(1)
    assert codes(station) == ["tagging"]


def test_a_first_key_after_tokens_were_issued_is_tagging():
    """All kinds of voucher have their keys before the first token, or latecomers are a crowd of their own."""
    station = Station(("email", "invite"))
    station.issue(station.log_key(), 3)
    station.log_key(1, "invite")
    assert codes(station) == ["tagging"]


@pytest.mark.parametrize(
    "change",
    [
        {"kid": "A" * 43},
        {"n": "A" * 342},
        {"kind": "sms"},
        {"issuer": "stranger"},
        {"b": 1},
        {"b": 4},
    ],
    ids=str,
)
def test_a_key_that_is_not_what_it_says_is_none(change):
    """A wrong name, a broken modulus, a kind or an issuer that the ballot does not name, no ballot."""
    station = Station()
    station.log_key()
    body, words = station.told.pop()
    station.add({**body, **change}, words)
    assert codes(station) == ["key"]


def test_two_ballots_never_share_a_key(station):
    """A blind signer cannot see which ballot a message names."""
    other = station.open_ballot("other")
    station.log_key(0, ballot=other)
    assert codes(station) == ["key"]


def test_invitations_bound_what_is_issued_for_them():
    """Of kind invite at most as many tokens as codes that were committed to before."""
    station = Station(("invite",))
    key = station.log_key(0, "invite")
    station.add({"k": "invite", "i": station.roll, "n": 3, "root": "A" * 43})
    station.issue(key, 3)
    assert codes(station) == []
    station.issue(key, 1)
    station.add({"k": "invite", "i": station.roll, "n": 3, "root": "A" * 43})
    station.add({"k": "invite", "i": station.ballot, "n": 3, "root": "A" * 43})
    assert codes(station) == ["bound", "invite"]


def test_vouches_bound_what_is_issued_for_them():
    """Of kind peer at most as many tokens as newcomers for whom enough different people vouched before."""
    station = Station(("email", "peer"))
    station.log_key(0)
    peer = station.log_key(1, "peer")
    rules = {"kinds": ["email"], "issuers": ["site"], "need": 1, "every": EVERY, "kmin": 3}
    entry = station.add({"k": "vouching", "c": C, "id": "vouches", "roll": "spring", "vouches": 2, **rules})
    key = station.log_key(2, ballot=entry)
    people = [station.person(key) for _ in range(4)]
    newcomers = [bytes([1]) * 32, bytes([1]) * 32, bytes([1]) * 32, bytes([2]) * 32]
    casts = [station.cast(one, [0], newcomer=who) for one, who in zip(people, newcomers, strict=True)]
    station.publish(casts, entry)
    station.issue(peer, 1)
    assert codes(station) == []
    found = fold(station).numbers(DAY)
    assert found[f"{C}/vouchings/vouches/counted"].value == 4
    station.issue(peer, 1)
    assert codes(station) == ["bound"]


# ------------------------------------------------------------------ batches
def test_casts_out_of_order_are_a_finding(station):
    """Inside a batch casts lie by their leaf hashes; another order could be that of their arrival."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(5)], is_sorted=False)
    assert codes(station) == ["unsorted"]


def test_a_batch_too_small_is_a_finding_also_at_the_end_of_the_book(station):
    """Below `kmin` only the close right after it excuses a batch."""
    person = station.person(4)
    batch = station.publish([station.cast(person, [0])])
    assert [(one.index, one.code) for one in fold(station).findings] == [(batch, "undersized")]
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    assert codes(station) == ["undersized"]


def test_a_close_at_another_time_does_not_excuse_a_small_batch(station):
    """The batch that closes a ballot is of the moment at which it closes."""
    station.publish([station.cast(station.person(4), [0])])
    station.moment += 1
    station.close()
    assert codes(station) == ["undersized"]


@pytest.mark.parametrize(
    ("late", "count", "wrong"),
    [(0, 3, []), (1, 3, ["batch"]), (-EVERY, 3, ["batch"]), (0, 4, ["batch"]), (0, 2, ["batch"])],
)
def test_a_batch_says_how_many_and_when(station, late, count, wrong):
    """At a multiple of its interval, after the one before, with the casts that came since."""
    for _ in range(2):
        station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    body, words = station.told.pop()
    station.add({**body, "t": body["t"] + late, "n": count}, words)
    assert codes(station) == wrong


def test_casts_in_no_batch_are_a_finding(station):
    """Nothing is public before its batch is."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(3)])
    station.fresh[4] += 1
    station.issue(4)
    station.add(station.cast(station.person(4), [0]))
    assert codes(station) == ["loose"]
    station.close()
    assert codes(station) == ["loose"]


def test_at_close_means_no_batch_before():
    """A roll whose casts come out at the close shows none earlier, however many there are."""
    station = Station(mode="close")
    key = station.log_key()
    station.publish([station.cast(station.person(key), [0]) for _ in range(5)])
    assert codes(station) == ["batch"]
    station.close()
    assert codes(station) == []
    assert numbers(station)["counted"] == 5


# ------------------------------------------------------------------ what is void, unknown or changed
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
