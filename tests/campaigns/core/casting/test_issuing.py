"""The rules of issuing: one key, sums that add up, and nobody who was not let in."""

import pytest

from tests.campaigns.core.casting.folded import DAY, codes, fold, numbers
from tests.campaigns.core.casting.station import EVERY, C, Station


@pytest.fixture
def station() -> Station:
    """A station with one key for e-mail, at entry 4."""
    made = Station()
    made.log_key()
    return made


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
