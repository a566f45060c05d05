"""A pledge with check-ins ends twice: first nobody is let in any more, then nothing counts any more (decision 50)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from sawtna.campaigns.caster import steps
from sawtna.campaigns.caster.purse import Coin
from sawtna.campaigns.core.casting.casts import read_cast
from sawtna.ledger.core.encoding import decode_base64url

from tests.campaigns.counter.conftest import campaign_file
from tests.web.conftest import run

DAY = 86_400
HOUR = 3600


def with_checkin() -> dict[str, object]:
    """The pledge asks until in five days whether it was done; the day of the second action comes in three."""
    document = campaign_file(closes_in=HOUR)
    today = datetime.now(UTC).date()  # noqa: TID251 (a test stands at the edge)
    pledge = document["ballots"][0]
    pledge["checkin"] = str(today + timedelta(days=5))
    pledge["actions"] = {"bills": {"opens": str(today + timedelta(days=3))}}
    return document


@pytest.fixture
def polling(open_square):
    """The campaign, published, with its keys."""
    from sawtna.campaigns.actions.import_campaign import import_campaign
    from sawtna.campaigns.ballots_of_book import counters_book
    from sawtna.campaigns.safe import forget_keys

    forget_keys()
    import_campaign(with_checkin())
    yield counters_book()
    forget_keys()


def let_in(book, name: str) -> Coin:
    """Somebody takes the token of the pledge."""
    from sawtna.campaigns.actions.issue_tokens import Bundle, issue_tokens
    from sawtna.campaigns.core.casting.taking import TokenRequest
    from sawtna.campaigns.safe import signer_of

    ballot = next(one for one in book.register.ballots.values() if one.id == "stop")
    key = book.own_keys(ballot)["email"]
    coin = steps.mint_coin(book.register, ballot, key)
    (asked,) = steps.ask_for([coin])
    blinded = decode_base64url(str(asked["bm"]))
    wanted = [TokenRequest(ballot.index, key.index, blinded)]
    assert issue_tokens([Bundle(sha256(name.encode()).digest(), wanted)]) == [None]
    steps.take_stamp(book.register, coin, signer_of(ballot, "email").sign(blinded))
    return coin


def hand_in(book, coin: Coin, choice: list[int], told=None):
    """A cast that the counter accepts."""
    from sawtna.campaigns.actions.accept_cast import accept_cast

    cast = read_cast(steps.make_cast(coin, choice, told=told), book.register)
    accept_cast(cast)
    coin.q += 1
    return cast.checked


def kinds_from(start: int) -> list[str]:
    """The kinds of the entries from there on."""
    from sawtna.ledger import reads

    return [str(body["k"]) for _, body, _ in reads.entries_of(start=start)]


def test_people_tell_while_nothing_that_names_them_exists(polling, open_square) -> None:
    """At the first end keys, roll key and tags go; check-ins are taken until the second, and the audit agrees with both."""
    from sawtna.campaigns.actions.tend_ballots import tend_ballots
    from sawtna.campaigns.ballots_of_book import counters_book
    from sawtna.campaigns.models import Tag
    from sawtna.campaigns.safe import keyring
    from sawtna.ledger import reads

    coin = let_in(polling, "amina")
    hand_in(polling, coin, [0, 1])
    pledge = polling.register.ballots[coin.ballot]
    hours, size = polling.hours(pledge), reads.head().size

    tend_ballots(hours.lets_in_until + 60)
    assert kinds_from(size) == ["issued", "keyend", "cast", "batch", "keyend", "close"]
    assert (keyring().names(), Tag.objects.count()) == ([], 0)
    book = counters_book()
    assert not book.lets_in(pledge, hours.lets_in_until)
    assert book.takes_casts(pledge, hours.counts_until - 1)
    assert not book.takes_casts(pledge, hours.counts_until)

    told = hand_in(book, coin, [0, 1], told=([0], [1]))
    assert book.is_told_early(told, hours.lets_in_until)
    assert not book.is_told_early(told, hours.lets_in_until + 3 * DAY)
    assert book.is_told_early(told, hours.counts_until)

    size = reads.head().size
    tend_ballots(hours.counts_until + 60)
    assert kinds_from(size) == ["cast", "batch", "close"]
    numbers = {key.rpartition("ballots/stop/")[2]: one.value for key, one in reads.numbers().items()}
    assert (numbers["checked-in"], numbers["did/top-ups"], numbers["did-not/bills"]) == (1, 1, 1)
    assert numbers["counted"] == numbers["issued"] == 1

    audited = run("audit", str(open_square / "log"), "--no-pages")
    assert audited.returncode == 0, audited.stdout + audited.stderr


def test_keys_live_as_long_as_somebody_may_come(polling) -> None:
    """A look before the end destroys nothing, and a second look after it finds nothing left to do."""
    from sawtna.campaigns.actions.close_batch import SETTLING
    from sawtna.campaigns.actions.tend_ballots import tend_ballots
    from sawtna.campaigns.safe import keyring

    ends = max(polling.hours(ballot).lets_in_until for ballot in polling.register.ballots.values())
    names = keyring().names()
    assert (len(names), tend_ballots(ends - 1)) == (3, [])  # a key a ballot, and that of the roll
    assert keyring().names() == names
    assert tend_ballots(ends + SETTLING - 1) == []  # what was begun before the end is still being stored
    assert keyring().names() == names
    tend_ballots(ends + SETTLING)
    assert (keyring().names(), tend_ballots(ends + SETTLING + 1)) == ([], [])
