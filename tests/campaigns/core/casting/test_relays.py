"""Relays: whose request is heard, and when a batch is handed in."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.core.casting.batches import Pace
from sawtna.campaigns.core.casting.register import Register
from sawtna.campaigns.core.casting.relays import GOOD_FOR, due_slot, open_request, pack_request
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.errors import BookError

ORIGIN, NOW = "sawtna.example/log", 1_456_617_600
KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([one]) * 32) for one in (1, 2))
PUBLIC = KEY.public_key().public_bytes_raw()
KEYS = [PUBLIC]
DAY = 86_400
QUIET = Pace(DAY, 50)
ENDS = NOW + 10 * DAY


def test_a_signed_request_is_heard():
    """Who asks and what for come out as they went in."""
    data = pack_request(KEY, ORIGIN, NOW, {"do": "fetch", "many": 3})
    assert open_request(data, ORIGIN, KEYS, NOW + GOOD_FOR) == (PUBLIC, {"do": "fetch", "many": 3})


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (pack_request(OTHER, ORIGIN, NOW, {}), "somebody else"),
        (pack_request(KEY, "other.example/log", NOW, {}), "other.example"),
        (pack_request(KEY, ORIGIN, NOW - GOOD_FOR - 1, {}), "clocks"),
        (pack_request(KEY, ORIGIN, NOW + GOOD_FOR + 1, {}), "clocks"),
        (pack_request(KEY, ORIGIN, NOW, {"do": "fetch"}).replace(b"fetch", b"feast"), "did not sign"),
        (b"{}", "form"),
        (b"[]", "form"),
    ],
)
def test_any_other_request_is_refused(data, word):
    """A stranger, another site, another hour, a changed word, no request: each gets a sentence."""
    with pytest.raises(BookError, match=word):
        open_request(data, ORIGIN, KEYS, NOW)


@given(st.binary(max_size=200))
def test_garbage_is_refused(data):
    """Whatever the bytes, there is one error and no fault."""
    with pytest.raises(BookError):
        open_request(data, ORIGIN, KEYS, NOW)


@pytest.mark.parametrize(
    ("before", "handed", "persons", "due"),
    [
        (600, 0, 50, True),
        (1, 0, 50, True),
        (601, 0, 50, False),  # a late request to change would stand alone
        (600, 0, 49, False),  # too few
        (600, NOW + DAY, 50, False),  # once a batch
        (600, NOW, 50, True),
    ],
)
def test_a_batch_is_handed_in_shortly_before_its_time(before, handed, persons, due):
    """Ten minutes before a batch, if there are enough persons, and once."""
    found = due_slot(QUIET, ENDS, handed, NOW + DAY - before, persons)
    assert found == (NOW + DAY if due else None)


def test_what_comes_in_the_last_interval_waits_for_the_end():
    """The batch that goes with the close is larger then; and at the end everything is handed in, however little."""
    assert due_slot(QUIET, ENDS, 0, ENDS - 60, 1000) is None
    assert due_slot(QUIET, ENDS, ENDS - DAY, ENDS, 1) == ENDS
    assert due_slot(QUIET, ENDS, ENDS - DAY, ENDS, 0) is None
    assert due_slot(Pace(DAY, None), ENDS, 0, NOW + DAY - 1, 1000) is None


def test_the_newest_entry_of_a_relay_is_the_one_that_counts():
    """A relay that changed its key is named by the newer entry; a roll without one, or with an unknown one, has none."""
    register = Register()
    names = {"k": "relay", "c": "trial", "id": "partner", "vk": encode_base64url(PUBLIC)}
    for index, one in ((3, 1), (5, 2)):
        register.learn(index, {**names, "pk": encode_base64url(bytes([one]) * 65)})
    found = register.relay_of({"c": "trial", "relay": "partner"})
    assert found is not None
    assert (found.index, found.point) == (5, b"\2" * 65)
    for roll in ({"c": "trial"}, {"c": "other", "relay": "partner"}, {"c": "trial", "relay": "other"}):
        assert register.relay_of(roll) is None
