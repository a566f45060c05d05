"""The rules of having another issuer beside the site: who it is stays, and what is said in its name it has signed."""

import pytest

from sawtna.campaigns.core.casting.counters_book import CountersBook
from sawtna.ledger.core.encoding import encode_base64url

from tests.campaigns.core.casting.folded import codes, fold, numbers
from tests.campaigns.core.casting.station import SAID, C, Station, issuer_public
from tests.cli.folder_book import SIGNER


@pytest.fixture
def station():
    """A ballot that the site and an organisation must let in together; entry 5 is the site's key, 6 the other's."""
    made = Station(issuers=["site", "ngo"], need=2)
    made.log_key(0)
    made.log_key(1, issuer="ngo")
    return made


def change(station, index, **fields):
    """Tell an entry otherwise."""
    body, words = station.told[index]
    station.told[index] = ({**body, **fields}, words)


def sentence(station):
    """The first finding."""
    return fold(station).findings[0].sentence


def vote(station, *keys, many=3):
    """A batch of people with tokens of these keys."""
    station.publish([station.cast(station.person(*keys), [0]) for _ in range(many)])


def test_a_book_with_two_issuers_holds(station):
    """Keys and counts of both, each signed by its own."""
    vote(station, 5, 6)
    assert codes(station) == []
    assert (numbers(station)["counted"], numbers(station)["issued"]) == (3, 3)


@pytest.mark.parametrize("signature", [None, "A" * 86], ids=["unsigned", "forged"])
def test_a_key_that_its_issuer_did_not_sign_is_none(station, signature):
    """Casts with a stamp of it do not count, so the host alone cannot make voters."""
    body, _ = station.told[6]
    station.told[6] = ({name: value for name, value in body.items() if name != "g"}, None)
    if signature:
        change(station, 6, g=signature)
    station.publish([station.cast(station.person(5, 6), [0]) for _ in range(3)])
    assert codes(station) == ["key", "issued", "cast", "cast", "cast"]
    assert "a key of ngo that the issuer ngo did not sign" in sentence(station)
    assert numbers(station)["counted"] == 0


def test_a_key_signed_for_another_ballot_is_none(station):
    """The signature names the ballot by its leaf hash."""
    other = station.open_ballot("other", issuers=["site", "ngo"], need=2)
    signed = station.told[6][0]["g"]
    index = station.log_key(2, issuer="ngo", ballot=other)
    assert codes(station) == []
    change(station, index, g=signed)
    assert codes(station) == ["key"]


def test_a_key_of_an_issuer_without_entry_is_none():
    """Whoever it is must be named, with a key, before."""
    station = Station(issuers=["site"])
    other = station.open_ballot("other", issuers=["site", "nobody"], need=1)
    station.log_key(1, issuer="nobody", ballot=other)
    assert codes(station) == ["key"]


@pytest.mark.parametrize("change_it", [{"sum": 4, "n": 4}, {"g": "A" * 86}, {"g": None}], ids=str)
def test_a_count_that_its_issuer_did_not_sign_is_a_finding(station, change_it):
    """The host can neither raise nor invent what the other organisation let in; its casts are then too many."""
    vote(station, 5, 6)
    index = next(
        number for number, (body, _) in enumerate(station.told) if body["k"] == "issued" and body["i"] == 6
    )
    change(station, index, **change_it)
    if change_it == {"g": None}:
        del station.told[index][0]["g"]
    assert codes(station) == ["issued", "minted"]
    assert "that the issuer ngo did not sign for" in sentence(station)


def test_the_site_alone_cannot_let_in_more_than_the_other_did(station):
    """Tokens of the site for people whom the other organisation has never seen are casts with one stamp."""
    vote(station, 5, 6)
    vote(station, 5)
    assert codes(station) == ["cast", "cast", "cast"]
    assert numbers(station)["counted"] == 3


def test_an_issuer_keeps_its_first_key(station):
    """A later entry may give it another address, never another key: its keys are still held against the first."""
    body, words = station.told[3]
    assert body["k"] == "issuer"
    station.add({**body, "url": "https://elsewhere.example.org"}, words)
    assert codes(station) == []
    station.add({**body, "vk": encode_base64url(issuer_public("host"))}, words)
    assert codes(station) == ["issuer"]
    vote(station, 5, 6)
    assert codes(station) == ["issuer"]


@pytest.mark.parametrize(
    ("name", "vk"),
    [("site", issuer_public("x")), ("second", issuer_public("ngo")), ("second", SIGNER.verifier.public)],
    ids=["named site", "twice", "the site's own"],
)
def test_an_issuer_is_somebody_else(station, name, vk):
    """Not the site under another name, and not the same organisation twice."""
    station.add(
        {
            "k": "issuer",
            "c": C,
            "id": name,
            "url": "https://issuer.example.org",
            "vk": encode_base64url(vk),
        },
        {"name": SAID},
    )
    assert codes(station) == ["issuer"]


def test_a_ballot_is_not_open_before_every_issuer_has_its_key():
    """The site lets nobody in while it waits for the other's key; each finds its own keys."""
    station = Station(issuers=["site", "ngo"], need=2)
    station.log_key(0)

    def book(vk=None):
        read = CountersBook(vk=vk)
        for index in range(len(station.told)):
            read.take(index, station.body(index))
        return read

    ballot = book().register.ballots[station.ballot]
    now = station.moment + 10**6
    assert (book().awaited(ballot), book().lets_in(ballot, now)) == (["ngo"], False)
    key = station.log_key(1, issuer="ngo")
    assert (book().awaited(ballot), book().lets_in(ballot, now)) == ([], True)
    assert book().own_keys(ballot)["email"].index == key - 1
    assert book(issuer_public("ngo")).own_keys(ballot)["email"].index == key
    assert not book(issuer_public("stranger")).own_keys(ballot)
