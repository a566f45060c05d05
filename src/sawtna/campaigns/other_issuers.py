"""What the site asks of the other issuers that its ballots name: their keys before a ballot opens, their counts before a batch.

They are asked over the network, so never inside a transaction. What they answer is held against their signature before it enters
the book; whoever does not answer is asked again. A batch waits for the counts: without them the book would count more people than
were let in.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import httpx

from sawtna.campaigns.ballots_of_book import CountersBook
from sawtna.campaigns.core.casting.batches import batch_time, slot_of
from sawtna.campaigns.core.casting.entries import ALGORITHM
from sawtna.campaigns.core.casting.register import OWN_ISSUER, BallotFacts, Issuer, IssuerKey, key_in
from sawtna.campaigns.core.casting.statements import ask_statement, sign_statement
from sawtna.campaigns.models import BatchClock, WaitingCast
from sawtna.ledger.actions.append_entries import NewEntry
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.keys import PROMISE, load_key

SECONDS = 20.0
MOST_BYTES = 1_000_000

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Counts:
    """What the other issuers say. `waited` are the casts of a ballot that waited before they were asked, by leaf hash.

    A ballot that is not among `waited` has to wait. `sums` holds, by the entry of a key, its sum and the signature of it.
    """

    waited: dict[int, frozenset[bytes]] = field(default_factory=dict)
    sums: dict[int, tuple[int, str]] = field(default_factory=dict)


def living_keys(book: CountersBook, ballot: BallotFacts) -> list[IssuerKey]:
    """The keys of all issuers of a ballot that have not ended."""
    return [key for key in book.register.keys_of(ballot.index).values() if key.index not in book.gone]


def is_joint(book: CountersBook, ballot: BallotFacts) -> bool:
    """Whether another issuer still lets people in to a ballot."""
    return any(key.issuer != OWN_ISSUER for key in living_keys(book, ballot))


# ------------------------------------------------------------------ keys
def ask_keys(book: CountersBook, now: int) -> list[NewEntry]:
    """The keys of other issuers that ballots wait for, as entries; those that came and are truly theirs."""
    found: list[NewEntry] = []
    waiting = [ballot for ballot in book.register.ballots.values() if _is_waited_for(book, ballot, now)]
    for issuer in _issuers(book, waiting, awaited=True):
        answer = _ask(issuer, "GET", "keys", {})
        for told in _listed(answer, "keys"):
            found.extend(_entry(book, issuer, told, {ballot.index for ballot in waiting}))
    return found


def _is_waited_for(book: CountersBook, ballot: BallotFacts, now: int) -> bool:
    is_over = ballot.index in book.gone or now >= book.hours(ballot).lets_in_until
    return not is_over and any(name != OWN_ISSUER for name in book.awaited(ballot))


def _entry(
    book: CountersBook, issuer: Issuer, told: Mapping[str, object], waiting: set[int]
) -> Iterator[NewEntry]:
    body: dict[str, object] = {"k": "key", "issuer": issuer.id, "alg": ALGORITHM}
    body |= {name: told.get(name) for name in ("b", "kind", "n", "e", "kid", "g")}
    try:
        key = key_in(-1, body)
    except (BookError, ValueError):
        return
    ballot = book.register.ballots.get(key.ballot)
    if ballot is None or key.ballot not in waiting or ballot.campaign != issuer.campaign:
        return
    is_new = key.kind in ballot.kinds and not book.keys_by(issuer.id, ballot).get(key.kind)
    if is_new and key.is_sound and book.register.is_own(key):
        yield NewEntry(body)


# ------------------------------------------------------------------ counts
def ask_counts(book: CountersBook, known: Mapping[int, int], now: int) -> Counts:
    """What the other issuers counted, for the ballots whose batch or end is due; `known` are the sums in the book."""
    counts = Counts()
    due: list[BallotFacts] = []
    for ballot in book.register.ballots.values():
        if ballot.index in book.gone or not is_joint(book, ballot):
            continue
        # Safety: first the casts, then the counts. A token of each of these casts was issued before it was counted.
        waited = frozenset(_leaves(ballot.index))
        if _is_due(book, ballot, now, len(waited)):
            due.append(ballot)
        else:
            waited = frozenset()
        counts.waited[ballot.index] = waited
    silent = set()
    for issuer in _issuers(book, due, awaited=False):
        sums = _sums_of(book, issuer, now, known)
        counts.sums |= sums
        mine = {
            ballot.index
            for ballot in due
            if issuer.id in ballot.issuers and ballot.campaign == issuer.campaign
        }
        silent |= {index for index in mine if not _are_told(book, index, issuer, sums)}
    for index in silent:
        del counts.waited[index]
    return counts


def _leaves(ballot: int) -> Iterator[bytes]:
    return (bytes(leaf) for leaf in WaitingCast.objects.filter(ballot=ballot).values_list("leaf", flat=True))


def _is_due(book: CountersBook, ballot: BallotFacts, now: int, waiting: int) -> bool:
    hours = book.hours(ballot)
    if now >= hours.lets_in_until:
        return True
    clock = BatchClock.objects.filter(ballot=ballot.index).first()
    decided = clock.decided if clock is not None else slot_of(ballot.pace, hours.opens)
    return now >= hours.opens and batch_time(ballot.pace, decided, now, waiting) is not None


def _sums_of(
    book: CountersBook, issuer: Issuer, now: int, known: Mapping[int, int]
) -> dict[int, tuple[int, str]]:
    statement = ask_statement(book.register.origin, now)
    asked = {"t": now, "g": encode_base64url(sign_statement(load_key(PROMISE).seed, statement))}
    found = {}
    for told in _listed(_ask(issuer, "POST", "issued", asked), "counts"):
        index, total, signature = told.get("i"), told.get("sum"), told.get("g")
        key = book.register.keys.get(index) if isinstance(index, int) else None
        if (
            key is None
            or key.issuer != issuer.id
            or not isinstance(total, int)
            or not isinstance(signature, str)
        ):
            continue
        if total >= known.get(key.index, 0) and book.register.is_count(key, total, _bytes(signature)):
            found[key.index] = (total, signature)
        else:
            logger.error("The issuer %s tells a count of key %d that cannot be.", issuer.id, key.index)
    return found


def _are_told(book: CountersBook, ballot: int, issuer: Issuer, sums: Mapping[int, tuple[int, str]]) -> bool:
    keys = living_keys(book, book.register.ballots[ballot])
    return all(key.index in sums for key in keys if key.issuer == issuer.id)


# ------------------------------------------------------------------ the network
def _issuers(book: CountersBook, ballots: list[BallotFacts], *, awaited: bool) -> list[Issuer]:
    """The other issuers of these ballots; `awaited` are those whose keys are lacking."""
    names = {
        (ballot.campaign, name)
        for ballot in ballots
        for name in (book.awaited(ballot) if awaited else ballot.issuers)
    }
    return [issuer for name, issuer in sorted(book.register.issuers.items()) if name in names]


def _ask(issuer: Issuer, method: str, what: str, told: Mapping[str, object]) -> Mapping[str, object]:
    """One request; nothing at all when no answer came."""
    address = f"{issuer.url.rstrip('/')}/t/v1/{what}"
    try:
        answer = httpx.request(
            method,
            address,
            json=dict(told) if told else None,
            timeout=SECONDS,
            headers={"user-agent": "sawtna"},
        )
        if answer.status_code != httpx.codes.OK or len(answer.content) > MOST_BYTES:
            raise ValueError(f"status {answer.status_code}")
        found = answer.json()
    except (httpx.HTTPError, ValueError, httpx.InvalidURL) as fault:
        logger.warning(
            "The issuer %s does not answer (%s); it is asked again.", issuer.id, type(fault).__name__
        )
        return {}
    return found if isinstance(found, dict) else {}


def _listed(answer: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    found = answer.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _bytes(text: str) -> bytes:
    try:
        return decode_base64url(text)
    except BookError:
        return b""
