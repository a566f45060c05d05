"""A single cast: what it must carry, and every way in which it can be wrong."""

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.campaigns.core.casting.casts import (
    CAST_BYTES,
    check_cast,
    pad_cast,
    read_cast,
    sign_cast,
    stamps_of,
    unsigned_cast,
)
from sawtna.campaigns.core.casting.choices import CastError
from sawtna.campaigns.core.casting.entries import CAST
from sawtna.campaigns.core.casting.examiner import CastExaminer
from sawtna.campaigns.core.casting.register import Register
from sawtna.campaigns.core.casting.tokens import nonce_of, nullifier_of
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url
from sawtna.ledger.core.entry import Kinds, pack_entry
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.merkle import leaf_hash

from tests.campaigns.core.casting.station import Person, Station, register_of


@pytest.fixture(scope="module")
def station() -> Station:
    """A station with one key for e-mail and one for invitations, and a pledge with a check-in beside the poll."""
    made = Station(("email", "invite"))
    made.log_key(0)
    made.log_key(1, "invite")
    made.pledge = made.open_ballot(
        "pledge",
        sort="pledge",
        checkin="2016-04-07",
        counting="approval",
        options=["top-ups", "bills", "unlike"],
    )
    made.pledge_key = made.log_key(2, ballot=made.pledge)
    made.ranking = made.open_ballot("ranking", counting="ranked")
    made.ranking_key = made.log_key(3, ballot=made.ranking)
    made.register = register_of(made)
    return made


@pytest.fixture
def voter(station) -> Person:
    """Somebody with an e-mail token for the poll."""
    return station.person(4)


def check(station, body):
    """What is left of a cast, checked by its form and by all else."""
    assert Kinds([CAST]).problems(body) == ()
    by_hand = check_cast(body, station.register)
    assert by_hand == check_cast(body, station.register, pack_entry(body))
    return by_hand


def test_a_cast_holds_and_names_who_may_count_once(station, voter):
    """Of a valid cast the ballot, the choice, the kinds and the nullifier are left, and nothing of the contact."""
    checked = check(station, station.cast(voter, [0, 2]))
    assert (checked.ballot, checked.choice, checked.q, checked.keys) == (station.ballot, (0, 2), 0, (4,))
    assert checked.kinds == ("email",)
    assert checked.nullifier == nullifier_of(station.leaf(station.ballot), nonce_of(voter.point))


def test_two_stamps_on_one_key_are_one_person(station):
    """Whoever has a token by e-mail and one by invitation for the same one-time key casts once, with both kinds."""
    both = station.person(4, 5)
    checked = check(station, station.cast(both, [1]))
    assert (checked.keys, checked.kinds) == ((4, 5), ("email", "invite"))


def test_a_changed_choice_is_signed_again_with_a_higher_q(station, voter):
    """The nullifier stays, so the second cast replaces the first."""
    first, second = station.cast(voter, [0]), station.cast(voter, [1], 1)
    assert check(station, first).nullifier == check(station, second).nullifier


def test_a_withdrawn_cast_chooses_nothing(station, voter):
    """An empty choice is valid whatever the ballot asks for at least."""
    assert check(station, station.cast(voter, [], 3)).choice == ()


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        ([3], "below 3"),
        ([0, 0], "different options"),
        ([1, 0], "out of order"),
    ],
)
def test_a_choice_outside_of_the_ballot_is_refused(station, voter, choice, words):
    """An option that is not there, one named twice, and an order that would be a second spelling."""
    with pytest.raises(CastError, match=words):
        check_cast(station.cast(voter, choice), station.register)


def test_a_ranking_has_an_order_of_its_own(station):
    """In a ranked ballot the order is the choice."""
    body = station.cast(station.person(station.ranking_key), [2, 0])
    assert check(station, body).choice == (2, 0)


def test_too_many_options_are_refused():
    """A single choice is one option."""
    single = Station(min=1, max=1, counting="single")
    single.log_key(0)
    with pytest.raises(CastError, match="got 2 options, expected 1 to 1"):
        check_cast(single.cast(single.person(4), [0, 1]), register_of(single))


@pytest.mark.parametrize(
    "change",
    [
        {"c": [1]},
        {"q": 1},
        {"b": 6},
        {"g": encode_base64url(bytes(64))},
        {"g": encode_base64url(b"\xff" * 64)},
        {"p": encode_base64url(b"\x02" + bytes(31) + b"\x01")},
        {"p": encode_base64url(b"\x05" + bytes(32))},
        {"t": []},
        {"d": [0]},
        {"h": encode_base64url(bytes(32))},
    ],
    ids=str,
)
def test_whatever_somebody_changes_in_a_cast_breaks_it(station, voter, change):
    """The one-time key signs the choice, the turn, the ballot and the stamps; nobody else can alter them."""
    body = {**station.cast(voter, [0]), **change}
    assert CastExaminer(station.register).problem(99, body, pack_entry(body))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_single_changed_bit_breaks_a_cast(station, data):
    """One bit flipped anywhere in the bytes of a cast: it is unreadable, or it does not hold."""
    entry = bytearray(pack_entry(station.cast(station.person(4), [0, 1])))
    place = data.draw(st.integers(0, len(entry) * 8 - 1))
    entry[place // 8] ^= 1 << place % 8
    with pytest.raises(BookError):
        read_cast(bytes(entry), station.register)


def test_a_token_for_another_ballot_is_refused(station, voter):
    """A token is bound to the leaf hash of its ballot, so it opens no other."""
    stolen = [(station.ranking_key, voter.stamps[0][1])]
    body = sign_cast(voter.key, unsigned_cast(station.ranking, voter.point, 0, [0], stolen))
    with pytest.raises(CastError, match="not by the key of entry"):
        check_cast(body, station.register)


def test_a_token_of_somebody_else_is_refused(station, voter):
    """The token names the one-time key; who copies it out of the book has not the key, and with another it does not hold."""
    thief = ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(CastError, match="did not sign"):
        check_cast(sign_cast(thief, {**station.cast(voter, [1])} | {"q": 1}), station.register)
    body = sign_cast(thief, unsigned_cast(station.ballot, Person(thief, ()).point, 0, [1], voter.stamps))
    with pytest.raises(CastError, match="not by the key of entry"):
        check_cast(body, station.register)


@pytest.mark.parametrize("key", [0, 5_000, 7])
def test_a_stamp_by_no_key_of_the_ballot_is_refused(station, voter, key):
    """An entry that is no key, one that does not exist, and the key of another ballot."""
    stamps = [(key, voter.stamps[0][1])]
    body = sign_cast(voter.key, unsigned_cast(station.ballot, voter.point, 0, [0], stamps))
    with pytest.raises(CastError, match="expected a key of ballot entry"):
        check_cast(body, station.register)


def test_one_stamp_twice_is_refused(station, voter):
    """A stamp counts once."""
    body = sign_cast(
        voter.key, unsigned_cast(station.ballot, voter.point, 0, [0], [*voter.stamps, *voter.stamps])
    )
    with pytest.raises(CastError, match="each once"):
        check_cast(body, station.register)


def test_a_cast_for_another_book_is_refused(station, voter):
    """The origin is in the challenge: a token of one site is none of another."""
    other = Register("other.example/log", station.register.ballots, station.register.keys)
    with pytest.raises(CastError, match="not by the key"):
        check_cast(station.cast(voter, [0]), other)


def test_a_cast_for_an_entry_that_is_no_ballot_is_refused(station, voter):
    """A ballot that is taken elsewhere, or no ballot at all."""
    with pytest.raises(CastError, match="expected a ballot of this book"):
        check_cast({**station.cast(voter, [0]), "b": 1}, station.register)


def test_two_issuers_must_stamp_where_two_are_needed():
    """With `need` 2 neither the site nor its partner alone can let anybody in."""
    shared = Station(issuers=["site", "partner"], need=2)
    site, partner = shared.log_key(0), shared.log_key(1, issuer="partner")
    register = register_of(shared)
    assert check_cast(shared.cast(shared.person(site, partner), [0]), register).keys == (site, partner)
    with pytest.raises(CastError, match="got stamps of 1 issuers, expected 2"):
        check_cast(shared.cast(shared.person(site), [0]), register)


@pytest.mark.parametrize(
    ("choice", "did", "did_not", "words"),
    [
        ([0, 1], [2], [], "options of the pledge"),
        ([0, 1], [1, 0], [], "in order"),
        ([0, 1], [0, 0], None, "each once"),
        ([0, 1], [0], [0], "one of them"),
        ([], [0], None, "options of the pledge"),
    ],
)
def test_a_checkin_tells_of_what_was_pledged(station, choice, did, did_not, words):
    """Nobody did what was not pledged, and nobody both did and did not."""
    body = station.cast(station.person(station.pledge_key), choice, 1, did=did, did_not=did_not)
    with pytest.raises(CastError, match=words):
        check_cast(body, station.register)


def test_a_checkin_may_leave_things_open(station):
    """Of three pledged actions one was done, one not, and of one nothing is told yet."""
    body = station.cast(station.person(station.pledge_key), [0, 1, 2], 1, did=[2], did_not=[0])
    assert check(station, body).choice == (0, 1, 2)
    assert (body["d"], body["n"]) == ([2], [0])


def test_a_checkin_belongs_to_a_pledge(station, voter):
    """Nobody checks in to a poll."""
    with pytest.raises(CastError, match="expected one for a pledge"):
        check_cast(station.cast(voter, [0], 1, did=[0]), station.register)


def test_a_padded_cast_is_read_back(station, voter):
    """On its way a cast has spaces behind it; what enters the book has none."""
    entry = pack_entry(station.cast(voter, [0]))
    sent = pad_cast(entry)
    read = read_cast(sent, station.register)
    assert len(sent) == CAST_BYTES
    assert (read.data, read.leaf) == (entry, leaf_hash(entry))
    with pytest.raises(CastError, match="at most 300"):
        pad_cast(entry, 300)


@pytest.mark.parametrize(
    "sent",
    [b"", b"{}", b"[1]", b"null", b'{"k":"note","v":1}', b'{"k":"cast","v":1}', b"\xff", b"x" * 20_000],
)
def test_what_is_no_cast_is_refused_with_a_sentence(station, sent):
    """Whatever somebody sends, the answer is a sentence and never a fault of ours."""
    with pytest.raises(BookError, match="got"):
        read_cast(sent, station.register)


def test_stamps_are_read_back(station, voter):
    """The stamps of a cast are those that were given to it."""
    assert stamps_of(station.cast(voter, [0])) == list(voter.stamps)


def test_a_cast_is_as_long_as_the_memo_says(station, voter):
    """About 545 bytes, so that a million of them are half a gigabyte."""
    assert len(pack_entry(station.cast(voter, [0]))) < 560


def test_a_cast_holds_no_time_and_no_name(station, voter):
    """A cast has the fields of its kind and no others: numbers of options and entries, and random-looking values."""
    body = station.cast(voter, [0])
    assert set(body) == {"v", "k", "b", "c", "p", "q", "t", "g"}
    assert len(decode_base64url(str(body["p"]))) == 33
