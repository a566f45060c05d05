"""The one writer: many things in one transaction, and nobody suffers from another's trouble."""

from __future__ import annotations

import pytest
from django.db import DatabaseError

from sawtna.campaigns.actions.accept_cast import accept_casts
from sawtna.campaigns.actions.issue_tokens import Bundle, TokenRequest, issue_tokens
from sawtna.campaigns.core.casting.casts import CheckedCast, ReadCast
from sawtna.campaigns.counter.writer import Job, write_all
from sawtna.campaigns.models import Tag, Voice, WaitingCast
from sawtna.campaigns.turned import Turned, closed

pytestmark = [pytest.mark.stores, pytest.mark.django_db(transaction=True)]


def answers(*jobs):
    """What each (action, thing) was answered: None, or the code of a refusal; a third part is what the guard says."""
    asked = [Job(job[0], job[1], lambda job=job: (*job, None)[2], None, None) for job in jobs]
    settled = {id(job): answer for job, answer in write_all(asked)}
    return [getattr(settled[id(job)], "code", settled[id(job)]) for job in asked]


def bundle(person: int, *, blinded: bytes = b"m", ballots=(7,)) -> Bundle:
    """What a person asks for."""
    return Bundle(bytes([person]) * 32, [TokenRequest(ballot, ballot + 1, blinded) for ballot in ballots])


def cast(person: int, *, q: int = 0, data: bytes = b"{}") -> ReadCast:
    """A cast that was found valid."""
    leaf = bytes([person, q]) + data.ljust(30)[:30]
    return ReadCast(data, leaf, CheckedCast(7, bytes([person]) * 32, q, (0,), (8,), ("email",)))


def test_many_people_are_written_at_once():
    """Each gets an answer, and all of it is stored."""
    assert (
        answers(*[(issue_tokens, bundle(one)) for one in range(40)], (accept_casts, cast(1))) == [None] * 41
    )
    assert (Tag.objects.count(), Voice.objects.count(), WaitingCast.objects.count()) == (40, 1, 1)


def test_the_same_bundle_again_is_the_same_answer():
    """Whoever lost the answer asks again, also while the first request is still on its way; another bundle is refused."""
    first, other = bundle(1, ballots=(7, 9)), bundle(1, blinded=b"another")
    assert answers((issue_tokens, first), (issue_tokens, first), (issue_tokens, other)) == [
        None,
        None,
        "spent",
    ]
    assert answers((issue_tokens, other), (issue_tokens, first)) == ["spent", None]
    assert Tag.objects.count() == 2


def test_a_refused_bundle_notes_nothing():
    """Of two ballots one was taken with another message: neither is noted."""
    assert answers((issue_tokens, bundle(1, ballots=(9,)))) == [None]
    assert answers((issue_tokens, bundle(1, blinded=b"another", ballots=(7, 9)))) == ["spent"]
    assert not Tag.objects.filter(ballot=7).exists()


def test_a_second_cast_with_the_same_number_is_refused():
    """The same cast again is accepted again, and lies there once."""
    twice, other = cast(1, data=b"a"), cast(1, data=b"b")
    assert answers((accept_casts, twice), (accept_casts, twice), (accept_casts, other)) == [
        None,
        None,
        "double",
    ]
    assert answers((accept_casts, other), (accept_casts, cast(1, q=1))) == ["double", None]
    assert WaitingCast.objects.count() == 2


def test_whoever_comes_too_late_is_turned_away_alone():
    """What closed meanwhile refuses one, and writes the others."""
    assert answers((accept_casts, cast(1), closed()), (accept_casts, cast(2))) == ["closed", None]
    assert WaitingCast.objects.count() == 1


def test_one_trouble_is_not_the_trouble_of_others():
    """When the transaction of all fails, each is written in one of its own; nothing is written twice."""

    def stumble(things):
        issue_tokens(things)
        raise DatabaseError if len(things) > 1 or things[0].tag[0] == 3 else ValueError("a fault")

    jobs = [(issue_tokens, bundle(1)), (stumble, bundle(2)), (stumble, bundle(3)), (accept_casts, cast(4))]
    first, fault, store, last = answers(*jobs)
    assert (first, str(fault), store, last) == (None, "a fault", "store", None)
    assert [bytes(one.tag)[0] for one in Tag.objects.all()] == [1]


def test_a_refusal_is_what_the_counter_answers():
    """It carries a status and a sentence."""
    (job,) = [Job(issue_tokens, bundle(1), closed, None, None)]
    ((_, refusal),) = write_all([job])
    assert isinstance(refusal, Turned)
    assert refusal.status == 409
