"""A ballot that has ended waits for its relay, and not for ever: what was sealed in time counts if the relay comes."""

from __future__ import annotations

import pytest

from sawtna.campaigns.caster import steps
from sawtna.campaigns.core.casting.casts import read_cast
from sawtna.campaigns.core.casting.relays import RELAY_GRACE
from sawtna.campaigns.core.casting.sealing import seal_cast, seal_hash

from tests.campaigns.counter.relayed import relayed_file
from tests.campaigns.counter.test_two_ends import HOUR, kinds_from, let_in

pytestmark = pytest.mark.stores


@pytest.fixture
def polling(open_square, tmp_path):
    """The campaign, published, with its keys, cast through the relay."""
    from sawtna.campaigns.actions.import_campaign import import_campaign
    from sawtna.campaigns.ballots_of_book import counters_book
    from sawtna.campaigns.safe import forget_keys

    forget_keys()
    import_campaign(relayed_file(tmp_path / "relay", closes_in=HOUR))
    yield counters_book()
    forget_keys()


def leave(book, name):
    """Somebody leaves a sealed cast; the cast, the sealed cast and the ballot."""
    from sawtna.campaigns.actions.accept_sealed import accept_sealed

    coin = let_in(book, name)
    cast, (relay,) = steps.make_cast(coin, [0]), book.register.relays.values()
    roll = book.register.ballots[coin.ballot].roll
    sealed = seal_cast(cast, roll, relay.point, book.register.origin)
    accept_sealed(sealed, roll, 0)
    accept_sealed(sealed, roll, 0)
    return cast.rstrip(b" "), sealed, book.register.ballots[coin.ballot]


def test_a_relay_that_comes_late_brings_what_was_sealed_in_time(polling, monkeypatch):
    """The keys of the roll go at its end, what is sealed stays, and the ballot closes when the relay has dealt with all of it."""
    from django.db import transaction

    from sawtna.campaigns.actions.release_sealed import release_sealed
    from sawtna.campaigns.actions.tend_ballots import tend_ballots
    from sawtna.campaigns.ballots_of_book import counters_book
    from sawtna.campaigns.counter import sealed as counter
    from sawtna.campaigns.models import SealedCast, Tag
    from sawtna.campaigns.turned import Turned
    from sawtna.ledger import reads

    cast, sealed, pledge = leave(polling, "amina")
    other = steps.make_cast(let_in(polling, "brahim"), [1]).rstrip(b" ")
    end, size = polling.hours(pledge).counts_until, reads.head().size
    tend_ballots(end + 60)
    assert kinds_from(size) == ["issued", "keyend", "keyend"]
    assert (SealedCast.objects.count(), Tag.objects.count()) == (1, 0)

    monkeypatch.setattr(counter, "_now", lambda: end + 100)
    book = counters_book()
    read = read_cast(cast, book.register)
    with transaction.atomic():
        counter._accept(book, [pledge.roll], read)
        counter._accept(book, [pledge.roll], read)
    assert release_sealed([seal_hash(sealed)], [pledge.roll]) == 1
    size = reads.head().size
    tend_ballots(end + 130)
    assert sorted(kinds_from(size)) == ["batch", "cast", "close", "close"]
    assert reads.numbers()["trial/ballots/stop/counted"].value == 1
    with pytest.raises(Turned, match="not open"):
        counter._accept(counters_book(), [pledge.roll], read_cast(other, book.register))


def test_a_relay_that_never_comes_is_not_waited_for_for_ever(polling, client):
    """After three days the ballot closes without what is sealed, and the book and the page say how much there was."""
    from sawtna.campaigns.actions.tend_ballots import tend_ballots
    from sawtna.campaigns.models import SealedCast
    from sawtna.ledger import reads

    _, _, pledge = leave(polling, "amina")
    end = polling.hours(pledge).counts_until
    tend_ballots(end + RELAY_GRACE - 1)
    size = reads.head().size
    tend_ballots(end + RELAY_GRACE)
    closes = [body for _, body, _ in reads.entries_of(start=size) if body["k"] == "close"]
    assert [(body["t"], body["sealed"]) for body in closes] == [(end, 1), (end, 1)]
    assert SealedCast.objects.count() == 0
    assert reads.numbers()["trial/ballots/stop/unopened"].value == 1
    page = client.get("/en/trial/").content.decode()
    assert 'data-number="trial/ballots/stop/unopened" value="1"' in page
    assert "sealed vote was left that the relay did not open in time" in page
